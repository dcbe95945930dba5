#include "commerce/capture/journal_segment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

namespace stockbell::commerce {
namespace {

constexpr char kMagic[8] = {'S', 'B', 'J', 'O', 'U', 'R', 'N', '1'};
constexpr std::size_t kPiece = 256 * 1024 + 2 * JournalSegment::kFrameBytes;  // holds any record

static_assert(kPiece >= JournalSegment::kLongestRecord + JournalSegment::kFrameBytes);

std::uint32_t checksum(std::uint64_t number, std::string_view bytes) {
  unsigned char place[8];
  std::memcpy(place, &number, sizeof place);
  const auto begin = crc32(0, place, sizeof place);
  return static_cast<std::uint32_t>(
      crc32(begin, reinterpret_cast<const unsigned char*>(bytes.data()),
            static_cast<unsigned>(bytes.size())));
}

template <class T>
T number_at(const char* bytes) {
  T number;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

template <class T>
void append(std::string& out, T number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

bool write_all(int descriptor, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written =
        ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

bool write_zeros(int descriptor, std::uint64_t bytes) {
  static const std::string zeros(1 << 20, '\0');
  for (std::uint64_t at = 0; at < bytes; at += zeros.size())
    if (!write_all(descriptor, at,
                   std::string_view(zeros).substr(0, std::min<std::uint64_t>(zeros.size(), bytes - at))))
      return false;
  return true;
}

// A file is in its folder for sure only when the folder is synced.
bool sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

}  // namespace

std::unexpected<Error> JournalSegment::failure(std::string_view what, int number) const {
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(ErrorCode::unavailable, full ? "journal-full" : "journal-away",
              fmt::format("{} {}: {}", what, file_.filename().string(),
                          std::generic_category().message(number)));
}

Result<std::unique_ptr<JournalSegment>> JournalSegment::create(const std::filesystem::path& file,
                                                               std::uint64_t bytes) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::unique_ptr<JournalSegment> segment(new JournalSegment(file, descriptor, bytes));
  if (descriptor < 0) return segment->failure("creating", errno);
  // Written, not only reserved: blocks that were never written cost a sync more.
  if (!write_zeros(descriptor, bytes) || ::fsync(descriptor) != 0 ||
      !sync_folder(file.parent_path())) {
    auto failed = segment->failure("creating", errno);
    (void)::unlink(file.c_str());
    return failed;
  }
  return segment;
}

Result<std::unique_ptr<JournalSegment>> JournalSegment::open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  std::unique_ptr<JournalSegment> segment(new JournalSegment(file, descriptor, 0));
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0)
    return segment->failure("opening", errno);
  segment->bytes_ = static_cast<std::uint64_t>(status.st_size);
  return segment;
}

JournalSegment::~JournalSegment() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string JournalSegment::header_bytes(const SegmentHeader& header) {
  std::string out(kMagic, sizeof kMagic);
  append(out, header.journal);
  append(out, header.round);
  append(out, header.first);
  append(out, checksum(0, out));
  out.resize(kHeaderBytes, '\0');
  return out;
}

void JournalSegment::frame(std::string& out, std::uint64_t number, std::string_view record) {
  append(out, static_cast<std::uint32_t>(record.size()));
  append(out, checksum(number, record));
  out += record;
}

Result<SegmentHeader> JournalSegment::header() const {
  char bytes[kHeaderBytes];
  const auto got = ::pread(descriptor_, bytes, sizeof bytes, 0);
  if (got < 0) return failure("reading", errno);
  constexpr std::size_t kChecked = sizeof kMagic + 24;
  if (got < static_cast<ssize_t>(kHeaderBytes) || std::memcmp(bytes, kMagic, sizeof kMagic) != 0 ||
      number_at<std::uint32_t>(bytes + kChecked) != checksum(0, {bytes, kChecked}))
    return SegmentHeader{};
  return SegmentHeader{number_at<std::uint64_t>(bytes + 8), number_at<std::uint64_t>(bytes + 16),
                       number_at<std::uint64_t>(bytes + 24)};
}

Result<std::uint64_t> JournalSegment::read(
    std::uint64_t offset, std::uint64_t end, std::uint64_t number,
    const std::function<bool(std::string_view)>& each) const {
  std::vector<char> piece(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - offset)));
  while (offset < end) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end - offset));
    const auto got = ::pread(descriptor_, piece.data(), want, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("reading", errno);
    std::string_view rest(piece.data(), static_cast<std::size_t>(got));
    bool any = false;
    while (rest.size() >= kFrameBytes) {
      const auto size = number_at<std::uint32_t>(rest.data());
      if (size == 0 || size > kLongestRecord) break;
      if (rest.size() < kFrameBytes + size) break;
      const auto record = rest.substr(kFrameBytes, size);
      if (number_at<std::uint32_t>(rest.data() + 4) != checksum(number, record)) break;
      if (!each(record)) return offset;
      any = true;
      ++number;
      offset += kFrameBytes + size;
      rest.remove_prefix(kFrameBytes + size);
    }
    if (!any)
      return fail(ErrorCode::internal, "journal-damaged",
                  fmt::format("{}: no whole record at {}", file_.filename().string(), offset));
  }
  return offset;
}

Result<JournalSegment::Contents> JournalSegment::check(const SegmentHeader& header,
                                                       std::uint64_t before) const {
  Contents found;
  auto stopped = read(kHeaderBytes, bytes_, header.first, [&](std::string_view record) {
    if (header.first + found.records >= before) return false;
    ++found.records;
    found.end += kFrameBytes + record.size();
    return true;
  });
  if (!stopped && stopped.error().reason != "journal-damaged")
    return fail(std::move(stopped).error());
  if (stopped || bytes_ <= found.end) return found;
  char frame_bytes[kFrameBytes] = {};
  if (::pread(descriptor_, frame_bytes, sizeof frame_bytes, static_cast<off_t>(found.end)) < 0)
    return failure("reading", errno);
  found.torn = std::ranges::any_of(frame_bytes, [](char byte) { return byte != 0; });
  return found;
}

Result<> JournalSegment::write(std::uint64_t offset, std::string_view bytes) {
  if (!write_all(descriptor_, offset, bytes)) return failure("writing", errno);
  return {};
}

Result<> JournalSegment::sync() {
  if (::fdatasync(descriptor_) != 0) return failure("syncing", errno);
  return {};
}

Result<> JournalSegment::wipe(std::uint64_t used) {
  if (!write_zeros(descriptor_, std::min(used, bytes_))) return failure("wiping", errno);
  return sync();
}

Result<> JournalSegment::remove() {
  if (::unlink(file_.c_str()) != 0) return failure("removing", errno);
  return {};
}

}  // namespace stockbell::commerce
