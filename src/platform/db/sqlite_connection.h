// One SQLite connection with its prepared statements, and the Session on it. Used by SqliteDatabase
// only. Not thread-safe: one thread uses a connection at a time.
#pragma once
#include <sqlite3.h>

#include <unordered_map>

#include "platform/db/database.h"

namespace stockbell::db {

class SqliteConnection {
 public:
  enum class Mode { write, read };
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file,
                                                        Mode mode);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Runs SQL that may hold several statements and takes no parameters.
  Result<> run_script(std::string_view sql);
  // Runs one statement, calling `each` for its rows. Returns the rows affected.
  Result<std::int64_t> run(const Statement& statement, const Params& params,
                           const std::function<Result<>(Row&&)>& each);
  // The same, its rows where SQLite has them.
  Result<> scan(const Statement& statement, const Params& params,
                const std::function<Result<>(const RowView&)>& each);
  Result<std::int64_t> run_batch(const Statement& statement, std::span<const Params> batch);

  // Ends statements that run longer than `most`; empty: none does.
  void limit_time(std::optional<std::chrono::milliseconds> most);

  // SQLite gave up the whole transaction by itself (disk full, I/O error).
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  // Pages in the write-ahead log after the last commit of this connection.
  int wal_pages() const { return wal_pages_; }
  // SQLITE_CHECKPOINT_PASSIVE or _TRUNCATE. True when the whole log is in the store's file now.
  bool checkpoint(int mode);

 private:
  struct Prepared {
    sqlite3_stmt* handle = nullptr;
    std::string sql;
    std::vector<int> numbers;  // of each SQLite parameter index: the N of its $N
    bool busy = false;         // a for_each stands on it
    ~Prepared() { sqlite3_finalize(handle); }
  };
  class Use;

  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  Result<std::shared_ptr<Prepared>> prepare(const Statement& statement);
  Result<> bind(Prepared& prepared, const Params& params);
  Result<std::int64_t> step_all(Prepared& prepared, const std::function<Result<>(Row&&)>& each);
  std::unexpected<Error> failure(std::string_view what) const;

  sqlite3* db_;
  int wal_pages_ = 0;
  std::optional<std::chrono::milliseconds> most_;
  std::chrono::steady_clock::time_point deadline_{};  // of the running statement
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>()(name);
    }
  };
  std::unordered_map<std::string, std::shared_ptr<Prepared>, NameHash, std::equal_to<>>
      prepared_;  // by the statement's name
};

// After a statement failed the unit of work can only fail, as on PostgreSQL; error() says why.
class SqliteSession final : public Session {
 public:
  explicit SqliteSession(SqliteConnection& connection) : connection_(connection) {}
  ~SqliteSession() override { connection_.limit_time({}); }
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;
  Result<Rows> query(const Statement& statement, const Params& params) override;
  Result<std::int64_t> execute(const Statement& statement, const Params& params) override;
  Result<std::int64_t> execute_batch(const Statement& statement,
                                     std::span<const Params> batch) override;
  Result<> for_each(const Statement& statement, const Params& params,
                    const std::function<Result<>(const Row&)>& each) override;
  Result<> scan(const Statement& statement, const Params& params,
                const std::function<Result<>(const RowView&)>& each) override;
  Result<> limit_time(std::chrono::milliseconds most) override {
    connection_.limit_time(most);
    return {};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  template <class T>
  Result<T> note(Result<T> result) {
    if (!result) error_ = result.error();
    return result;
  }
  SqliteConnection& connection_;
  std::optional<Error> error_;
};

}  // namespace stockbell::db
