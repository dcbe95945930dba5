// The catalog feed as Engagement reads it: rows told by bits and rows told one by one are the same,
// wherever blocks begin.
#include "engagement/imports/feed_row.h"
#include "engagement/imports/feed_rows.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::engagement;

namespace {

struct Found {
  std::string_view text;
  std::string sku;
  bool broken;
};

std::vector<Found> read(std::string_view rest, const RowScan& scan, std::size_t step) {
  std::vector<Found> rows;
  for (std::size_t window = step; !rest.empty();) {
    const auto text = rest.substr(0, step + window);
    ScannedBlock block;
    scan_rows(text, 0, std::min(step, text.size()), text.size() == rest.size(), scan, block);
    for (const auto& row : block.rows)
      rows.push_back({text.substr(row.offset, row.length), std::string(row.sku), row.broken});
    REQUIRE(block.end > 0 || block.cut);
    rest.remove_prefix(block.end);
    window = block.cut ? window * 2 : step;
  }
  return rows;
}

}  // namespace

FUZZ_TARGET(catalog_feed) {
  const auto delimiter = find_delimiter(input.substr(0, input.find_first_of("\r\n")));
  const auto first = find_row_end(input, delimiter, true);
  std::vector<std::string> values;
  split_row(input.substr(0, first.length), delimiter, values);
  const auto header = FeedHeader::create(values);
  const RowScan scan{delimiter, header ? header->sku_column() : 1, 3};
  const auto rest = input.substr(first.next);
  const auto rows = read(rest, scan, input.size() + 1), again = read(rest, scan, 9);
  REQUIRE(rows.size() == again.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(rows[i].text == again[i].text && rows[i].broken == again[i].broken);
    if (rows[i].broken || !header) continue;
    split_row(rows[i].text, delimiter, values);
    REQUIRE(!values.empty());
    if (!rows[i].sku.empty()) REQUIRE(rows[i].sku == values.at(scan.sku_column));
    const auto row = parse_feed_row(*header, values, Time{});
    if (!row) continue;
    REQUIRE(!row->item.sku.empty());
    for (const auto& link : {row->item.link, row->item.image_link})  // never javascript: in a mail
      REQUIRE(link.empty() || link.starts_with("http://") || link.starts_with("https://"));
  }
}
