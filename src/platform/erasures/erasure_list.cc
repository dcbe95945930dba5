#include "platform/erasures/erasure_list.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "platform/crypto/crypto.h"

namespace stockbell::erasures {
namespace {

std::unexpected<Error> failed(const std::filesystem::path& path) {
  return fail(ErrorCode::unavailable, "erasures-failed",
              fmt::format("{}: {}", path.string(), std::strerror(errno)));
}

// Closes on the way out.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

Result<> sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (opened.number < 0 || fsync(opened.number) != 0) return failed(folder);
  return {};
}

// A crash may have left half a line; that erasure was never acknowledged.
Result<> cut_torn_line(int descriptor, const std::filesystem::path& file) {
  const auto size = lseek(descriptor, 0, SEEK_END);
  for (auto end = size; end >= 0; --end) {
    char before = '\n';
    if (end > 0 && pread(descriptor, &before, 1, end - 1) != 1) return failed(file);
    if (before != '\n') continue;
    if (end < size && ftruncate(descriptor, end) != 0) return failed(file);
    return {};
  }
  return failed(file);
}

}  // namespace

ErasureList::ErasureList(std::filesystem::path file, std::string key)
    : file_(std::move(file)),
      key_(std::move(key)),
      key_name_(crypto::keyed_digest_hex(key_, "the key of the list of erasures").substr(0, 8)) {}

Result<ErasureList> ErasureList::open(const std::filesystem::path& file,
                                      const std::filesystem::path& key_file, Random& random) {
  SB_TRY(key, crypto::load_or_create_key(key_file, random));
  ErasureList list(file, std::move(key));
  SB_CHECK(list.read(file));
  SB_CHECK(list.take_over(file.string() + ".restored"));
  return list;
}

std::string ErasureList::hash(std::string_view normalized_address) const {
  return crypto::keyed_digest_hex(key_, normalized_address);
}

Result<> ErasureList::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (in.eof()) break;  // half a line
    std::istringstream words(line);
    std::string at, key_name;
    Erasure erasure;
    words >> at >> erasure.receipt >> erasure.address_hash >> key_name;
    const auto time = parse_rfc3339(at);
    if (!time || key_name.empty())
      return fail(ErrorCode::invalid, "erasures-invalid",
                  fmt::format("{}: line {} is no erasure", file.string(), number));
    if (key_name != key_name_)
      return fail(ErrorCode::invalid, "erasures-key",
                  fmt::format("{}: line {} was written with another key; put the file keys/privacy "
                              "that belongs to it back",
                              file.string(), number));
    erasure.at = *time;
    if (receipts_.insert(erasure.receipt).second) all_.push_back(std::move(erasure));
  }
  return {};
}

Result<> ErasureList::take_over(const std::filesystem::path& restored) {
  if (!std::filesystem::exists(restored)) return {};
  const auto known = all_.size();
  SB_CHECK(read(restored));
  for (auto i = known; i < all_.size(); ++i) SB_CHECK(append(all_[i]));
  std::error_code ignored;
  std::filesystem::remove(restored, ignored);
  return {};
}

Result<Erasure> ErasureList::add(std::string_view normalized_address, Time now, Random& random) {
  Erasure erasure{now, "er-" + crypto::random_token(random, 12), hash(normalized_address)};
  SB_CHECK(append(erasure));
  receipts_.insert(erasure.receipt);
  all_.push_back(erasure);
  return erasure;
}

Result<> ErasureList::append(const Erasure& erasure) {
  const Descriptor opened{::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  if (opened.number < 0) return failed(file_);
  SB_CHECK(cut_torn_line(opened.number, file_));
  const auto line = fmt::format("{} {} {} {}\n", to_rfc3339(erasure.at), erasure.receipt,
                                erasure.address_hash, key_name_);
  if (write(opened.number, line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      fsync(opened.number) != 0)
    return failed(file_);
  return sync_folder(file_.parent_path());
}

}  // namespace stockbell::erasures
