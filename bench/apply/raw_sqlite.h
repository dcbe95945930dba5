// A bare SQLite connection for the benchmark: loads a store quickly and is the peer. One thread.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace stockbell::bench {

using RawValue = std::variant<std::monostate, std::int64_t, std::string>;

class RawSqlite {
 public:
  class Statement {
   public:
    Statement(sqlite3* db, const std::string& sql);
    ~Statement() { sqlite3_finalize(handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    void run(const std::vector<RawValue>& values);

   private:
    sqlite3* db_;
    sqlite3_stmt* handle_ = nullptr;
  };

  explicit RawSqlite(const std::filesystem::path& file);
  ~RawSqlite() { sqlite3_close(db_); }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;

  void run(const std::string& sql);
  std::vector<std::string> texts(const std::string& sql);  // of the first column
  Statement prepare(const std::string& sql) { return Statement(db_, sql); }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace stockbell::bench
