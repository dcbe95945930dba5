#include "engagement/imports/feed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

namespace stockbell::engagement {
namespace {

constexpr std::size_t kBlock = 256 * 1024;  // part of what the content's hash is
constexpr std::size_t kTail = 16 * 1024;    // for the row that runs over the end of a block
constexpr std::size_t kNoRow = std::string_view::npos;

struct ReadBlock : FeedBlock {
  std::size_t begin =
      kNoRow;  // of the first row in the text, taking the first line break for the end of a row
  XXH128_hash_t hash{};
  Result<> read;
};

// Blocks of kBlock bytes, each with the rows that begin in it.
class BlockReader {
 public:
  BlockReader(const FeedFile& file, const FeedStart& start, const RowScan& scan, unsigned threads)
      : file_(file),
        start_(start),
        scan_(scan),
        count_((file.size() + kBlock - 1) / kBlock),
        ring_(threads * 3) {
    ready_.resize(ring_.size());
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~BlockReader() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
  }

  std::uint64_t count() const { return count_; }
  // The next one; valid until done().
  ReadBlock& get(std::uint64_t number) {
    std::unique_lock lock(mutex_);
    const auto place = number % ring_.size();
    changed_.wait(lock, [&] { return ready_[place]; });
    return ring_[place];
  }
  void done(std::uint64_t number) {
    {
      std::lock_guard lock(mutex_);
      ready_[number % ring_.size()] = false;
      done_ = number + 1;
    }
    changed_.notify_all();
  }

 private:
  void work() {
    for (;;) {
      std::uint64_t number = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock,
                      [&] { return stopping_ || next_ == count_ || next_ < done_ + ring_.size(); });
        if (stopping_ || next_ == count_) return;
        number = next_++;
      }
      const auto place = number % ring_.size();
      fill(number, ring_[place]);
      {
        std::lock_guard lock(mutex_);
        ready_[place] = true;
      }
      changed_.notify_all();
    }
  }

  void fill(std::uint64_t number, ReadBlock& block) {
    const auto nominal = number * kBlock;
    block.offset = number == 0 ? 0 : nominal - 1;
    block.begin = kNoRow;
    block.scanned.rows.clear();
    block.read =
        file_.read(block.offset, static_cast<std::size_t>(nominal + kBlock + kTail - block.offset),
                   block.text);
    if (!block.read) return;
    const auto own = std::string_view(block.text).substr(nominal - block.offset, kBlock);
    block.hash = XXH3_128bits(own.data(), own.size());
    const auto stop = static_cast<std::size_t>(nominal + kBlock - block.offset);
    std::size_t begin = start_.rows_at;
    if (number > 0) {
      const auto line_end = block.text.find('\n');
      if (line_end == std::string::npos) return;
      begin = line_end + 1;
    }
    if (begin >= std::min(stop, block.text.size())) return;
    block.begin = begin;
    scan_rows(block.text, begin, stop, block.offset + block.text.size() == file_.size(), scan_,
              block.scanned);
  }

  const FeedFile& file_;
  const FeedStart& start_;
  const RowScan& scan_;
  const std::uint64_t count_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0, done_ = 0;
  bool stopping_ = false;
  std::vector<ReadBlock> ring_;
  std::vector<char> ready_;
  std::vector<std::jthread> threads_;
};

}  // namespace

Result<FeedFile> FeedFile::open(const std::filesystem::path& path) {
  const auto unreadable = [&] {
    return fail(ErrorCode::unavailable, "file-unreadable",
                fmt::format("cannot read {}: {}", path.filename().string(), std::strerror(errno)));
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return unreadable();
  struct stat found{};
  if (::fstat(descriptor, &found) != 0) {
    ::close(descriptor);
    return unreadable();
  }
  return FeedFile(descriptor, static_cast<std::uint64_t>(found.st_size));
}

FeedFile::~FeedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> FeedFile::read(std::uint64_t offset, std::size_t size, std::string& text) const {
  size =
      offset < size_ ? static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset)) : 0;
  int failure = 0;
  text.resize_and_overwrite(size, [&](char* out, std::size_t) {
    std::size_t filled = 0;
    while (filled < size) {  // g++ 12 tells the capacity instead
      const auto got =
          ::pread(descriptor_, out + filled, size - filled, static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        failure = got < 0 ? errno : EIO;  // shorter than it was
        break;
      }
      filled += static_cast<std::size_t>(got);
    }
    return filled;
  });
  if (failure == 0) return {};
  return fail(ErrorCode::unavailable, "file-unreadable",
              fmt::format("reading the file failed: {}", std::strerror(failure)));
}

Result<FeedStart> read_start(const FeedFile& file) {
  std::string text;
  SB_CHECK(file.read(0, kLongestRow + 16, text));
  std::string_view rest = text;
  FeedStart start;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  while (!rest.empty()) {
    start.delimiter = find_delimiter(rest.substr(0, rest.find_first_of("\r\n")));
    const auto end = find_row_end(rest, start.delimiter, text.size() == file.size());
    const auto header = rest.substr(0, end.length);
    if (end.cut || end.broken)
      return fail(ErrorCode::invalid, "header-invalid",
                  "the first line must name the columns; it has a quote that is never closed");
    start.line += end.lines;
    rest.remove_prefix(end.next);
    if (header.empty()) continue;
    split_row(header, start.delimiter, start.names);
    start.hash = XXH3_64bits(header.data(), header.size());
    start.rows_at = static_cast<std::uint64_t>(rest.data() - text.data());
    return start;
  }
  return fail(ErrorCode::invalid, "file-empty", "the file is empty");
}

Result<std::string> read_feed(const FeedFile& file, const FeedStart& start, const RowScan& scan,
                              unsigned threads,
                              const std::function<Result<>(const FeedBlock&)>& take) {
  BlockReader reader(file, start, scan, std::max(threads, 1u));
  XXH3_state_t* const state = XXH3_createState();
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> owned(state, &XXH3_freeState);
  XXH3_128bits_reset(state);
  auto position = start.rows_at;
  auto line = start.line;
  FeedBlock
      own;  // where a block did not begin at a row: after a row with line breaks, or a long one
  for (std::uint64_t number = 0; number < reader.count(); ++number) {
    auto& block = reader.get(number);
    if (!block.read) return std::unexpected(block.read.error());
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, block.hash);
    XXH3_128bits_update(state, canonical.digest, sizeof canonical.digest);
    if (block.begin != kNoRow && block.offset + block.begin == position) {
      block.line = line;
      SB_CHECK(take(block));
      position = block.offset + block.scanned.end;
      line += block.scanned.lines;
    }
    const auto limit = std::min((number + 1) * kBlock, file.size());
    while (position < limit) {
      own.offset = position;
      own.line = line;
      const auto stop = static_cast<std::size_t>(limit - position);
      SB_CHECK(file.read(position, stop + kLongestRow + 2, own.text));
      scan_rows(own.text, 0, stop, position + own.text.size() == file.size(), scan, own.scanned);
      SB_CHECK(take(own));
      position += own.scanned.end;
      line += own.scanned.lines;
    }
    reader.done(number);
  }
  XXH128_canonical_t whole;
  XXH128_canonicalFromHash(&whole, XXH3_128bits_digest(state));
  std::string hex = "xxh3:";
  for (const auto byte : whole.digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace stockbell::engagement
