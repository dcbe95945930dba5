// Keeps the ids of results longer than a page, so that later pages are of the same rows whatever
// happens meanwhile. Used by QueryService. Thread-safe as the store is.
//
// A cursor lives until 15 minutes after its last use; a user has at most 10, the oldest goes first.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::crm::soql {

struct Cursor {
  std::int64_t id = 0;
  std::string user, query;
  int child = -1;  // the child subquery whose rows these are, or -1: the query's own
  bool all_rows = false;
  int batch_size = 2000;
  std::int64_t total = 0;
  Time made_at{}, used_at{};
};

inline constexpr Duration kCursorLife = std::chrono::minutes(15);

std::span<const db::Migration> cursor_migrations();

// Writes in several transactions, none of them long; drops what has expired or is too many.
Result<> save_cursor(db::Database& database, const Cursor& cursor,
                     std::span<const std::int64_t> ids);
// Empty when there is none, or it has expired by `now`.
Result<std::optional<Cursor>> find_cursor(db::Session& session, std::int64_t id, Time now);
// Ids `first` to `first + count`, fewer at the end.
Result<std::vector<std::int64_t>> list_cursor_ids(db::Session& session, const Cursor& cursor,
                                                  std::int64_t first, std::int64_t count);
Result<> touch_cursor(db::Database& database, const Cursor& cursor, Time now);

Result<> drop_expired_cursors(db::Database& database, Time now);

// "01g000000000001AAA-2000"
struct Locator {
  std::int64_t cursor = 0, offset = 0;
};
std::string to_locator(const Locator& locator);
std::optional<Locator> parse_locator(std::string_view text);

}  // namespace stockbell::crm::soql
