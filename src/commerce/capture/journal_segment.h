// A file of the request journal: preallocated and filled with zeros, so that a sync writes no
// metadata; a header, then records one after the other, each with its length and a checksum over
// its place in the journal and its bytes. What is torn or left over from before does not check.
// Used by RequestJournal. Not thread-safe, but one thread may read while another appends.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::commerce {

struct SegmentHeader {
  std::uint64_t journal = 0;  // which journal it is of
  std::uint64_t round = 0;    // the how manieth file of it
  std::uint64_t first = 0;    // number of the first record
};

class JournalSegment {
 public:
  static constexpr std::uint64_t kHeaderBytes = 64;
  static constexpr std::uint64_t kFrameBytes = 8;
  static constexpr std::size_t kLongestRecord = 256 * 1024;

  // A new one, its room taken from the disk and synced. Errors: unavailable, "journal-full" or
  // "journal-away".
  static Result<std::unique_ptr<JournalSegment>> create(const std::filesystem::path& file,
                                                        std::uint64_t bytes);
  static Result<std::unique_ptr<JournalSegment>> open(const std::filesystem::path& file);
  ~JournalSegment();
  JournalSegment(const JournalSegment&) = delete;
  JournalSegment& operator=(const JournalSegment&) = delete;

  // The bytes that stand for a header or a record.
  static std::string header_bytes(const SegmentHeader& header);
  static void frame(std::string& out, std::uint64_t number, std::string_view record);

  // What the header says; a journal of 0: none, the file waits for its turn.
  Result<SegmentHeader> header() const;

  // What lies in the file: whole records, and whether other bytes follow them.
  struct Contents {
    std::uint64_t records = 0;
    std::uint64_t end = kHeaderBytes;  // where the next record would stand
    bool torn = false;
  };
  // Of the records numbered below `before`.
  Result<Contents> check(const SegmentHeader& header, std::uint64_t before) const;
  // Calls `each` with records from `offset`, of which the first is numbered `number`, up to `end`
  // or until `each` says false; returns the offset behind the last. Error: internal,
  // "journal-damaged".
  Result<std::uint64_t> read(std::uint64_t offset, std::uint64_t end, std::uint64_t number,
                             const std::function<bool(std::string_view)>& each) const;

  Result<> write(std::uint64_t offset, std::string_view bytes);
  Result<> sync();
  // Zeros over the first `used` bytes, synced: nothing of them is left.
  Result<> wipe(std::uint64_t used);
  Result<> remove();  // the file; call wipe() before

  std::uint64_t bytes() const { return bytes_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  JournalSegment(std::filesystem::path file, int descriptor, std::uint64_t bytes)
      : file_(std::move(file)), descriptor_(descriptor), bytes_(bytes) {}
  std::unexpected<Error> failure(std::string_view what, int number) const;

  std::filesystem::path file_;
  int descriptor_;
  std::uint64_t bytes_;
};

}  // namespace stockbell::commerce
