// The yardstick: the least that an import can cost on this machine. Maps the file, splits it at
// line ends, hashes each row, compares with what is known in memory, writes what came back and who
// waits for it to two files and syncs each. No errors of rows, no store, no readers, no restart:
// it says how far from the machine's own speed an import is. Used by import_bench. Not thread-safe.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "import/contestant.h"
#include "import/feed_data.h"

namespace stockbell::bench {

class BareImport {
 public:
  // Takes the feed from before and the open requests into memory.
  BareImport(const std::filesystem::path& feed_before, const FeedData& data);
  // Leaves what is known as it was, so that it can run again. Files are written into `folder`.
  ImportTimes run(const std::filesystem::path& feed, const std::filesystem::path& folder,
                  unsigned threads) const;

 private:
  struct Known {
    std::uint64_t sku = 0, row = 0;  // hashes; sku 0: empty. The last bit of row: in stock
  };
  struct Back {
    std::size_t slot = 0;
    std::string_view sku, units;
  };
  std::size_t slot_of(std::uint64_t sku) const;
  void know(std::string_view rows);
  void scan(std::string_view rows, std::vector<Back>& back) const;

  std::vector<Known> known_;
  std::vector<std::uint32_t> first_request_;  // by slot, one more at the end
  std::vector<std::uint32_t> requests_;
};

}  // namespace stockbell::bench
