#include "import/bare_import.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "frame/report.h"

namespace stockbell::bench {
namespace {

class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY);
    struct stat found{};
    if (fd < 0 || ::fstat(fd, &found) != 0) throw std::runtime_error("no file " + file.string());
    size_ = static_cast<std::size_t>(found.st_size);
    at_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    ::close(fd);
    if (at_ == MAP_FAILED) throw std::runtime_error("cannot map " + file.string());
  }
  ~MappedFile() { ::munmap(at_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  // Without the line of the header.
  std::string_view rows() const {
    const std::string_view all(static_cast<const char*>(at_), size_);
    return all.substr(all.find('\n') + 1);
  }

 private:
  void* at_ = nullptr;
  std::size_t size_ = 0;
};

std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  const auto product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Sixteen bytes a multiplication; the last sixteen overlap. Rows and SKUs are longer than that, or
// are filled up.
std::uint64_t hash_of(std::string_view text) {
  char short_text[16] = {};
  if (text.size() < 16) {
    std::memcpy(short_text, text.data(), text.size());
    text = {short_text, 16};
  }
  constexpr std::uint64_t kA = 0xa0761d6478bd642full, kB = 0xe7037ed1a0b428dbull;
  std::uint64_t hash = kA ^ text.size();
  const char* at = text.data();
  const char* const last = at + text.size() - 16;
  for (; at < last; at += 16) hash = folded(word(at) ^ kB, word(at + 8) ^ hash);
  return folded(word(last) ^ kB, word(last + 8) ^ hash);
}

// The column's text without its quotes.
std::string_view column(std::string_view row, int number) {
  std::size_t at = 1;
  for (; number > 0; --number) at = row.find("\"|\"", at) + 3;
  return row.substr(at, row.find('"', at) - at);
}
constexpr int kInStock = 6, kUnits = 7;

struct Row {
  std::string_view text, sku;
  std::uint64_t sku_hash = 0, row_hash = 0;
};

bool take_row(std::string_view& rows, Row& row) {
  if (rows.empty()) return false;
  const auto* end = static_cast<const char*>(std::memchr(rows.data(), '\n', rows.size()));
  const auto length = end ? static_cast<std::size_t>(end - rows.data()) : rows.size();
  row.text = rows.substr(0, length);
  rows.remove_prefix(end ? length + 1 : length);
  const auto* quote = static_cast<const char*>(std::memchr(row.text.data() + 1, '"', length - 1));
  row.sku = row.text.substr(1, static_cast<std::size_t>(quote - row.text.data()) - 1);
  row.sku_hash = hash_of(row.sku);
  row.row_hash = hash_of(row.text);
  return true;
}

void write_synced(const std::filesystem::path& file, std::string_view content) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written <= 0) throw std::runtime_error("cannot write " + file.string());
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) throw std::runtime_error("cannot sync " + file.string());
  ::close(fd);
}

}  // namespace

BareImport::BareImport(const std::filesystem::path& feed_before, const FeedData& data)
    : known_(std::bit_ceil(static_cast<std::size_t>(data.rows()) * 3 / 2)) {
  know(MappedFile(feed_before).rows());
  std::vector<std::uint32_t> count(known_.size() + 1);
  std::vector<std::uint32_t> slots(static_cast<std::size_t>(data.rows()));
  for (std::int64_t i = 0; i < data.rows(); ++i) {
    const auto slot = slot_of(hash_of(FeedData::sku(data.request(i).sku)));
    slots[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(slot);
    ++count[slot + 1];
  }
  for (std::size_t i = 1; i < count.size(); ++i) count[i] += count[i - 1];
  first_request_ = count;
  requests_.resize(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i)
    requests_[count[slots[i]]++] = static_cast<std::uint32_t>(i + 1);
}

std::size_t BareImport::slot_of(std::uint64_t sku) const {
  auto slot = sku & (known_.size() - 1);
  while (known_[slot].sku != 0 && known_[slot].sku != sku) slot = (slot + 1) & (known_.size() - 1);
  return slot;
}

void BareImport::know(std::string_view rows) {
  for (Row row; take_row(rows, row);)
    known_[slot_of(row.sku_hash)] = {row.sku_hash,
                                     (row.row_hash & ~1ull) | (column(row.text, kInStock) == "Y")};
}

// A handful of rows at a time: their places in memory are on the way while the next are hashed.
void BareImport::scan(std::string_view rows, std::vector<Back>& back) const {
  constexpr std::size_t kAhead = 32;
  Row ahead[kAhead];
  for (std::size_t count = kAhead; count == kAhead;) {
    for (count = 0; count < kAhead && take_row(rows, ahead[count]); ++count)
      __builtin_prefetch(&known_[ahead[count].sku_hash & (known_.size() - 1)]);
    for (std::size_t i = 0; i < count; ++i) {
      const auto slot = slot_of(ahead[i].sku_hash);
      const auto known = known_[slot].row;
      if ((known | 1) == (ahead[i].row_hash | 1)) continue;
      if ((known & 1) == 0 && column(ahead[i].text, kInStock) == "Y")
        back.push_back({slot, ahead[i].sku, column(ahead[i].text, kUnits)});
    }
  }
}

ImportTimes BareImport::run(const std::filesystem::path& feed, const std::filesystem::path& folder,
                            unsigned threads) const {
  ImportTimes times;
  std::vector<std::vector<Back>> parts(threads);
  std::string restocks, matches;
  times.restocks_s = seconds_of([&] {
    const MappedFile file(feed);
    auto rest = file.rows();
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 0; i < threads; ++i) {
        auto size = i + 1 == threads ? rest.size() : rest.size() / (threads - i);
        size = std::min(rest.find('\n', size), rest.size() - 1) + 1;
        workers.emplace_back(
            [this, part = rest.substr(0, size), &back = parts[i]] { scan(part, back); });
        rest.remove_prefix(size);
      }
    }
    for (const auto& part : parts) {
      for (const auto& one : part)
        restocks.append(one.sku).append("|").append(one.units).append("\n");
      times.restocks += static_cast<std::int64_t>(part.size());
    }
    write_synced(folder / "restocks", restocks);
  });
  times.matches_s =
      times.restocks_s + seconds_of([&] {
        std::uint64_t restock = 0;
        for (const auto& part : parts)
          for (const auto& one : part) {
            ++restock;
            for (auto i = first_request_[one.slot]; i < first_request_[one.slot + 1]; ++i) {
              const std::uint64_t entry[] = {restock, requests_[i]};
              matches.append(reinterpret_cast<const char*>(entry), sizeof entry);
              ++times.matches;
            }
          }
        write_synced(folder / "matches", matches);
      });
  return times;
}

}  // namespace stockbell::bench
