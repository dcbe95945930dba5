#include "crm/soql/cursor_store.h"

#include <array>
#include <charconv>

#include "base/id.h"
#include "sql/crm_soql.sql.h"

namespace stockbell::crm::soql {
namespace {

namespace sql = stockbell::sql::crm_soql;

constexpr std::size_t kIdsOfPage = 2000;
constexpr std::size_t kPagesOfTransaction = 25;
constexpr std::int64_t kMostOfUser = 10, kMostNestedOfUser = 200;
constexpr Duration kTouchAfter = std::chrono::minutes(1);
constexpr std::string_view kLocatorPrefix = "01g";

Result<> drop(db::Session& session, const db::Rows& rows) {
  for (const auto& row : rows) {
    SB_CHECK(session.execute(sql::delete_pages, {row.i64(0)}));
    SB_CHECK(session.execute(sql::delete_cursor, {row.i64(0)}));
  }
  return {};
}

Result<bool> drop_expired(db::Session& session, Time now) {
  SB_TRY(expired, session.query(sql::list_expired, {to_ms(now - kCursorLife)}));
  SB_CHECK(drop(session, expired));
  return !expired.empty();
}

Result<> make_room(db::Session& session, const Cursor& cursor) {
  SB_CHECK(drop_expired(session, cursor.made_at));
  const bool nested = cursor.child >= 0;
  SB_TRY(surplus, session.query(sql::list_surplus,
                                {cursor.user, (nested ? kMostNestedOfUser : kMostOfUser) - 1,
                                 static_cast<int>(nested)}));
  return drop(session, surplus);
}

}  // namespace

std::span<const db::Migration> cursor_migrations() {
  static constexpr std::array kMigrations{db::Migration{"crm/soql/1", sql::create_cursor}};
  return kMigrations;
}

Result<> save_cursor(db::Database& database, const Cursor& cursor,
                     std::span<const std::int64_t> ids) {
  const auto begun = database.write([&](db::Session& session) -> Result<> {
    SB_CHECK(make_room(session, cursor));
    SB_CHECK(session.execute(
        sql::insert_cursor,
        {cursor.id, cursor.user, cursor.query, cursor.child, static_cast<int>(cursor.all_rows),
         cursor.batch_size, cursor.total, to_ms(cursor.made_at)}));
    return {};
  });
  if (!begun) return begun;
  std::int64_t page = 0;
  while (!ids.empty()) {
    std::vector<db::Params> batch;
    while (!ids.empty() && batch.size() < kPagesOfTransaction) {
      const auto part = ids.first(std::min(ids.size(), kIdsOfPage));
      ids = ids.subspan(part.size());
      batch.push_back({cursor.id, page++, fmt::format("{}", fmt::join(part, ","))});
    }
    SB_CHECK(database.write(
        [&](db::Session& session) { return session.execute_batch(sql::insert_page, batch); }));
  }
  return {};
}

Result<std::optional<Cursor>> find_cursor(db::Session& session, std::int64_t id, Time now) {
  SB_TRY(row, session.query_one(sql::find_cursor, {id}));
  if (!row || from_ms(row->i64(8)) + kCursorLife < now) return std::optional<Cursor>();
  Cursor cursor;
  cursor.id = row->i64(0);
  cursor.user = row->text(1);
  cursor.query = row->text(2);
  cursor.child = static_cast<int>(row->i64(3));
  cursor.all_rows = row->flag(4);
  cursor.batch_size = static_cast<int>(row->i64(5));
  cursor.total = row->i64(6);
  cursor.made_at = from_ms(row->i64(7));
  cursor.used_at = from_ms(row->i64(8));
  return std::optional(std::move(cursor));
}

Result<std::vector<std::int64_t>> list_cursor_ids(db::Session& session, const Cursor& cursor,
                                                  std::int64_t first, std::int64_t count) {
  const auto page_size = static_cast<std::int64_t>(kIdsOfPage);
  SB_TRY(pages, session.query(sql::list_pages,
                              {cursor.id, first / page_size, (first + count - 1) / page_size}));
  std::vector<std::int64_t> ids;
  auto skipped = first % page_size;
  for (const auto& page : pages) {
    const std::string_view text = page.text(0);
    for (const auto* at = text.data(); at < text.data() + text.size();) {
      std::int64_t id = 0;
      at = std::from_chars(at, text.data() + text.size(), id).ptr + 1;
      if (skipped > 0)
        --skipped;
      else if (static_cast<std::int64_t>(ids.size()) < count)
        ids.push_back(id);
    }
  }
  return ids;
}

Result<> touch_cursor(db::Database& database, const Cursor& cursor, Time now) {
  if (now - cursor.used_at < kTouchAfter) return {};
  SB_CHECK(database.write([&](db::Session& session) {
    return session.execute(sql::touch_cursor, {cursor.id, to_ms(now)});
  }));
  return {};
}

Result<> drop_expired_cursors(db::Database& database, Time now) {
  for (bool some = true; some;) {
    SB_TRY(dropped,
           database.write([&](db::Session& session) { return drop_expired(session, now); }));
    some = dropped;
  }
  return {};
}

std::string to_locator(const Locator& locator) {
  return fmt::format("{}-{}", to_record_id(kLocatorPrefix, locator.cursor), locator.offset);
}

std::optional<Locator> parse_locator(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == text.npos) return {};
  const auto cursor = parse_record_id(kLocatorPrefix, text.substr(0, dash));
  const auto digits = text.substr(dash + 1);
  std::int64_t offset = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  if (!cursor || read.ec != std::errc() || read.ptr != digits.data() + digits.size() || offset < 0)
    return {};
  return Locator{*cursor, offset};
}

}  // namespace stockbell::crm::soql
