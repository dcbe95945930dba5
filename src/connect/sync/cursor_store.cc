#include "connect/sync/cursor_store.h"

#include <array>

#include "sql/connect_cursor.sql.h"

namespace stockbell::connect {

namespace sql = stockbell::sql::connect_cursor;

std::span<const db::Migration> cursor_migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"connect/sync_cursor/1", sql::create_cursor}};
  return kMigrations;
}

Result<std::string> CursorStore::load(const std::string& name) {
  return db_.read([&](db::Session& session) -> Result<std::string> {
    SB_TRY(row, session.query_one(sql::find_cursor, {name}));
    return row ? row->text(0) : std::string();
  });
}

Result<> CursorStore::save(const std::string& name, const std::string& position) {
  return db_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(sql::save_cursor, {name, position, to_ms(clock_.now())}));
    return {};
  });
}

}  // namespace stockbell::connect
