#include "engagement/imports/feed_run.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kWindow = 256 * 1024;

}  // namespace

FeedRun::FeedRun(const FeedFile& file, const FeedStart& start, const FeedHeader& header,
                 SkuTable& known, Time arrived)
    : file_(file),
      start_(start),
      header_(header),
      known_(known),
      arrived_(arrived),
      scan_{start.delimiter, header.sku_column(), start.hash} {}

Result<FeedChanges> FeedRun::compare(unsigned threads) {
  known_.begin_run();
  SB_TRY(hash, read_feed(file_, start_, scan_, threads,
                         [this](const FeedBlock& block) { return take_block(block); }));
  changes_.content_hash = std::move(hash);
  return std::move(changes_);
}

Result<> FeedRun::take_block(const FeedBlock& block) {
  const auto& rows = block.scanned.rows;
  changes_.rows_read += static_cast<std::int64_t>(rows.size());
  look_.clear();
  for (const auto& row : rows)
    if (!row.sku.empty()) look_.push_back({known_.key_of(row.sku), row.hash});
  seen_.resize(look_.size());
  known_.look(look_, seen_);
  std::size_t i = 0;
  for (const auto& row : rows) {
    if (row.sku.empty()) {
      take_row(block, row, {}, SkuTable::Seen::differs);
      continue;
    }
    if (seen_[i] != SkuTable::Seen::same) take_row(block, row, look_[i].key, seen_[i]);
    ++i;
  }
  return {};
}

Result<FeedRow> FeedRun::parse(std::string_view text) {
  split_row(text, start_.delimiter, values_);
  return parse_feed_row(header_, values_, arrived_);
}

void FeedRun::take_row(const FeedBlock& block, const ScannedRow& scanned, SkuKey key,
                       SkuTable::Seen seen) {
  const auto line = block.line + scanned.line;
  if (scanned.broken)
    return refuse(line, Error{ErrorCode::invalid, "quote-open",
                              "a quote is never closed, or the row is longer than 1 MiB", ""});
  auto row = parse(std::string_view(block.text).substr(scanned.offset, scanned.length));
  if (!row) {
    if (key != SkuKey{}) refused_.insert(key);
    return refuse(line, row.error());
  }
  if (key == SkuKey{}) {  // its SKU could not be told in passing
    key = known_.key_of(row->item.sku);
    const SkuTable::Row one{key, scanned.hash};
    known_.look({&one, 1}, {&seen, 1});
    if (seen == SkuTable::Seen::same) return;
  }
  std::optional<std::uint64_t> earlier;
  if (repeated(key, scanned.hash, seen, earlier)) {
    if (earlier == scanned.hash) return;  // word for word again
    return refuse(line, Error{ErrorCode::invalid, "sku-repeated",
                              "the SKU stands in an earlier line already, with other values", ""});
  }
  const auto known = known_.find_known(key);
  const bool item_changed = !known || known->marks.item_hash != row->item.row_hash;
  auto change = StockChange::none;
  if (row->stock)
    change = engagement::compare(known && known->stock ? &*known->stock : nullptr, *row->stock);
  if (!item_changed && change == StockChange::none)
    return known_.set_marks(key, *known, {row->item.row_hash, scanned.hash});
  if (change == StockChange::opened) changes_.opened.push_back({row->item.sku, row->stock->ats});
  if (change == StockChange::closed) ++changes_.closed;
  if (item_changed || changes_.lines.size() == kLinesKept)
    changes_.rows.push_back({block.offset + scanned.offset, scanned.length});
  else
    changes_.lines.push_back(
        {row->item.sku, std::move(row->stock), {row->item.row_hash, scanned.hash}});
}

// Notes the row unless one before told about its SKU; `earlier` is that one's hash.
bool FeedRun::repeated(const SkuKey& key, std::uint64_t hash, SkuTable::Seen seen,
                       std::optional<std::uint64_t>& earlier) {
  if (seen == SkuTable::Seen::repeated && !told_.contains(key) && refused_.erase(key) == 0) {
    const auto known = known_.find_known(key);  // the row before was as it was last applied
    earlier = known ? known->marks.feed_hash : 0;
    return true;
  }
  const auto [at, first] = told_.try_emplace(key, hash);
  if (!first) earlier = at->second;
  return !first;
}

void FeedRun::refuse(std::size_t line, const Error& error) {
  ++changes_.rows_refused;
  if (changes_.refused.size() < kRefusedKept)
    changes_.refused.push_back({static_cast<std::int64_t>(line), error.reason, error.message});
}

Result<ReadRow> FeedRun::read(const ChangedRow& place) {
  const std::uint64_t offset = place.offset;
  const auto length = static_cast<std::size_t>(place.length);
  if (offset < window_at_ || offset + length > window_at_ + window_.size()) {
    SB_CHECK(file_.read(offset, std::max(kWindow, length), window_));
    window_at_ = offset;
  }
  const auto text =
      std::string_view(window_).substr(static_cast<std::size_t>(offset - window_at_), length);
  SB_TRY(row, parse(text));
  const auto item_hash = row.item.row_hash;
  return ReadRow{std::move(row), {item_hash, hash_row(text, scan_)}};
}

}  // namespace stockbell::engagement
