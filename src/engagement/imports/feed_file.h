// A feed on disk, read in blocks by several threads and handed on in order. Read, not mapped: a
// file that shrinks while it is read must not end the process.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "engagement/imports/feed_rows.h"

namespace stockbell::engagement {

class FeedFile {
 public:
  // Errors: unavailable, "file-unreadable".
  static Result<FeedFile> open(const std::filesystem::path& path);
  FeedFile(FeedFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}
  FeedFile(const FeedFile&) = delete;
  ~FeedFile();

  std::uint64_t size() const { return size_; }
  // `size` bytes from `offset` on, fewer at the end of the file. `text` keeps its memory.
  // Thread-safe.
  Result<> read(std::uint64_t offset, std::size_t size, std::string& text) const;

 private:
  FeedFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
  int descriptor_;
  std::uint64_t size_;
};

struct FeedBlock {
  std::uint64_t offset = 0;  // of the text in the file
  std::string text;
  ScannedBlock scanned;
  std::size_t line = 0;  // of the text's first byte, from 1
};

struct FeedStart {
  std::vector<std::string> names;  // of the columns
  char delimiter = '|';
  std::uint64_t rows_at = 0;  // offset of the first row
  std::size_t line = 1;       // where it stands
  std::uint64_t hash = 0;     // of the header line
};

// Errors: invalid, "file-empty", "header-invalid".
Result<FeedStart> read_start(const FeedFile& file);

// Hands on every row of the file, block by block, on the caller's thread; an error of `take` ends
// it. Returns the content's hash, in hex: XXH3, 128 bits, of the hashes of its blocks. It tells
// equal files, and is no proof against a forger.
Result<std::string> read_feed(const FeedFile& file, const FeedStart& start, const RowScan& scan,
                              unsigned threads,
                              const std::function<Result<>(const FeedBlock&)>& take);

}  // namespace stockbell::engagement
