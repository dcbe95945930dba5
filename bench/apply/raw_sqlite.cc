#include "apply/raw_sqlite.h"

#include "apply/filled_store.h"

namespace stockbell::bench {

RawSqlite::RawSqlite(const std::filesystem::path& file) {
  if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) give_up("cannot open " + file.string());
}

void RawSqlite::run(const std::string& sql) {
  char* error = nullptr;
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
    give_up(sql.substr(0, 60) + ": " + (error ? error : ""));
}

std::vector<std::string> RawSqlite::texts(const std::string& sql) {
  std::vector<std::string> found;
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &handle, nullptr) != SQLITE_OK)
    give_up(sqlite3_errmsg(db_));
  while (sqlite3_step(handle) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, 0));
    found.emplace_back(text ? text : "");
  }
  sqlite3_finalize(handle);
  return found;
}

RawSqlite::Statement::Statement(sqlite3* db, const std::string& sql) : db_(db) {
  if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
      SQLITE_OK)
    give_up(sql.substr(0, 60) + ": " + sqlite3_errmsg(db));
}

void RawSqlite::Statement::run(const std::vector<RawValue>& values) {
  int at = 0;
  for (const auto& value : values) {
    ++at;
    if (const auto* number = std::get_if<std::int64_t>(&value))
      sqlite3_bind_int64(handle_, at, *number);
    else if (const auto* text = std::get_if<std::string>(&value))
      sqlite3_bind_text(handle_, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    else
      sqlite3_bind_null(handle_, at);
  }
  const int code = sqlite3_step(handle_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) give_up(sqlite3_errmsg(db_));
  sqlite3_reset(handle_);
}

}  // namespace stockbell::bench
