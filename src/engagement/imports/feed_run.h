// A run over a feed: which of its rows say something that is not known yet (design 5: diff first).
// Nothing is written; the rows that differ are remembered by their place in the file. One thread.
#pragma once
#include <unordered_map>
#include <unordered_set>

#include "engagement/imports/feed_file.h"
#include "engagement/imports/feed_row.h"
#include "engagement/imports/import_store.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

struct ChangedRow {  // eight bytes of place for each of a first feed's millions
  std::uint64_t offset : 40;
  std::uint64_t length : 24;
};
static_assert(sizeof(ChangedRow) == 8);

struct OpenedSku {
  std::string sku;
  std::int64_t ats = 0;
};

struct FeedChanges {
  std::int64_t rows_read = 0, rows_refused = 0;
  std::vector<RefusedLine> refused;  // the first kRefusedKept
  // What differs, in order: rows that tell of the stock alone, and, by their places, those to be
  // read once more: of other items, and whatever comes when kLinesKept are kept.
  std::vector<FeedLine> lines;
  std::vector<ChangedRow> rows;
  std::vector<OpenedSku> opened;  // that would come back
  std::int64_t closed = 0;        // that would sell out
  std::string content_hash;
};
constexpr std::size_t kRefusedKept = 1000;
constexpr std::size_t kLinesKept = 1'000'000;  // some 150 bytes each

// What one row of the file says, with the marks by which it is known again. Errors as of
// parse_feed_row().
struct ReadRow {
  FeedRow row;
  RowMarks marks;
};

class FeedRun {
 public:
  FeedRun(const FeedFile& file, const FeedStart& start, const FeedHeader& header, SkuTable& known,
          Time arrived);

  Result<FeedChanges> compare(unsigned threads);
  // A row that differs, read once more.
  Result<ReadRow> read(const ChangedRow& place);

 private:
  struct KeyHash {
    std::size_t operator()(const SkuKey& key) const { return key.low; }
  };
  Result<> take_block(const FeedBlock& block);
  void take_row(const FeedBlock& block, const ScannedRow& scanned, SkuKey key, SkuTable::Seen seen);
  bool repeated(const SkuKey& key, std::uint64_t hash, SkuTable::Seen seen,
                std::optional<std::uint64_t>& earlier);
  Result<FeedRow> parse(std::string_view text);
  void refuse(std::size_t line, const Error& error);

  const FeedFile& file_;
  const FeedStart& start_;
  const FeedHeader& header_;
  SkuTable& known_;
  Time arrived_;
  RowScan scan_;
  FeedChanges changes_;
  std::unordered_map<SkuKey, std::uint64_t, KeyHash>
      told_;                                     // hashes of the rows of this run that differ
  std::unordered_set<SkuKey, KeyHash> refused_;  // the SKU's row was refused: another may tell
  std::vector<SkuTable::Row> look_;
  std::vector<SkuTable::Seen> seen_;
  std::vector<std::string> values_;
  std::string window_;  // of the file, from window_at_ on
  std::uint64_t window_at_ = 0;
};

}  // namespace stockbell::engagement
