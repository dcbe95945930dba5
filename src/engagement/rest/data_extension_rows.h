// Rows of data extensions as the Marketing Cloud REST API sends them, read into the values of the
// ports: [{"keys":{...},"values":{...}}, ...]. Names are compared without regard to case, as there.
// Pure functions; everything is bounded. Used by the routes beside it. Steps 7 and 9.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contracts/change_feed.h"
#include "contracts/stock_events.h"

namespace stockbell::engagement {

inline constexpr std::size_t kMostRows = 1000;

// Columns by their name in lower case; null is "".
struct ExtensionRow {
  std::map<std::string, std::string> columns;
};

// Errors: invalid, naming the row ("row 3: ...").
Result<std::vector<ExtensionRow>> parse_rows(std::string_view body);
Result<std::vector<SyncedContact>> read_contacts(const std::vector<ExtensionRow>& rows);
Result<std::vector<SyncedRequest>> read_requests(const std::vector<ExtensionRow>& rows);
// A time of observation that lies ahead of `now` counts as now: clocks differ, and nothing later
// could undo it.
Result<std::vector<StockObservation>> read_stock(const std::vector<ExtensionRow>& rows, Time now);
Result<std::int64_t> read_position(const std::vector<ExtensionRow>& rows);

// Digits alone, within 63 bits; empty for anything else.
std::optional<std::int64_t> parse_digits(std::string_view text);
// "Sequence gt 41": 41.
Result<std::int64_t> parse_sequence_filter(std::string_view filter);

}  // namespace stockbell::engagement
