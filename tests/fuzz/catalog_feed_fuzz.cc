// The catalog feed as Engagement reads it.
#include <sstream>

#include "engagement/imports/delimited_reader.h"
#include "engagement/imports/feed_row.h"
#include "fuzz/fuzz.h"

using namespace stockbell;

FUZZ_TARGET(catalog_feed) {
  std::istringstream in{std::string(input)};
  engagement::DelimitedReader reader(in);
  std::vector<std::string> values;
  if (!reader.next(values)) return;
  const auto header = engagement::FeedHeader::create(values);
  std::size_t line = reader.line();
  while (reader.next(values)) {
    REQUIRE(!values.empty() && reader.line() > line);
    line = reader.line();
    if (!header || reader.broken() || values.size() != header->size()) continue;
    const auto row = engagement::parse_feed_row(*header, values, Time{});
    if (!row) continue;
    REQUIRE(!row->item.sku.empty());
    for (const auto& link : {row->item.link, row->item.image_link})  // never javascript: in a mail
      REQUIRE(link.empty() || link.starts_with("http://") || link.starts_with("https://"));
  }
}
