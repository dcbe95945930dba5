// The store behind every box: one small interface, two drivers (SQLite, PostgreSQL). Thread-safe.
//
// SQLite: WAL, synchronous=FULL; one connection writes and checkpoints on its own thread and
// commits waiting units of work together (group commit: each unit in a savepoint); readers are
// read-only connections, one per calling thread. PostgreSQL: libpq, a pool; each unit is its own
// transaction, retried on serialization failure and deadlock; batches pipelined.
//
// A unit of work may run more than once (retry): it must have no effect but through its Session. It
// must not call write() or read() itself. Errors: unavailable (store away, busy or disk full:
// "store-full"), conflict (unique violation: "store-conflict"), internal.
#pragma once
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "platform/db/statement.h"

namespace stockbell::db {

// A parameter or a column: null, 64-bit integer, double or UTF-8 text. Times are stored as integer
// milliseconds, truth as 0/1.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  template <std::integral I>
  Value(I number) : value_(static_cast<std::int64_t>(number)) {}
  Value(double number) : value_(number) {}
  Value(std::string text) : value_(std::move(text)) {}
  Value(std::string_view text) : value_(std::string(text)) {}
  Value(const char* text) : value_(std::string(text)) {}
  template <class T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const std::variant<std::monostate, std::int64_t, double, std::string>& get() const {
    return value_;
  }

 private:
  std::variant<std::monostate, std::int64_t, double, std::string> value_;
};

using Params = std::vector<Value>;

// One result row; columns by position. Asking for a wrong type is a broken invariant and throws
// std::logic_error.
class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
  bool is_null(std::size_t column) const { return columns_.at(column).is_null(); }
  std::int64_t i64(std::size_t column) const;         // null reads as 0
  double real(std::size_t column) const;              // null reads as 0
  const std::string& text(std::size_t column) const;  // null reads as ""
  bool flag(std::size_t column) const { return i64(column) != 0; }
  const Value& value(std::size_t column) const { return columns_.at(column); }

 private:
  std::vector<Value> columns_;
};

using Rows = std::vector<Row>;

// A row where it lies in the store, for streams of millions: nothing is copied, and it is gone when
// the callback returns. Columns are of the type asked for, or null.
class RowView {
 public:
  virtual ~RowView() = default;
  virtual bool is_null(std::size_t column) const = 0;
  virtual std::int64_t i64(std::size_t column) const = 0;       // null reads as 0
  virtual std::string_view text(std::size_t column) const = 0;  // null reads as ""
};

// A transaction's (or a consistent read's) view of the store. Valid only inside the unit of work;
// not thread-safe.
// After a statement has failed the unit can only fail too, on both drivers: expect a conflict with
// ON CONFLICT instead.
class Session {
 public:
  virtual ~Session() = default;
  virtual Result<Rows> query(const Statement& statement, const Params& params = {}) = 0;
  // Rows affected.
  virtual Result<std::int64_t> execute(const Statement& statement, const Params& params = {}) = 0;
  // The same statement for many parameter sets: prepared once, pipelined on PostgreSQL. Sum of rows
  // affected.
  virtual Result<std::int64_t> execute_batch(const Statement& statement,
                                             std::span<const Params> batch) = 0;
  // Streams rows without holding them all; `each` returning an error ends it.
  virtual Result<> for_each(const Statement& statement, const Params& params,
                            const std::function<Result<>(const Row&)>& each) = 0;
  // for_each without copies, for millions of rows.
  virtual Result<> scan(const Statement& statement, const Params& params,
                        const std::function<Result<>(const RowView&)>& each);
  // From now on a statement of this unit that runs longer than `most` ends: unavailable,
  // "store-timeout". For statements whose cost a stranger decides.
  virtual Result<> limit_time(std::chrono::milliseconds most) = 0;
  Result<std::optional<Row>> query_one(const Statement& statement, const Params& params = {}) {
    SB_TRY(rows, query(statement, params));
    if (rows.empty()) return std::optional<Row>();
    return std::optional<Row>(std::move(rows.front()));
  }
};

// A step of the schema: run once, in list order, recorded by name in table schema_migration. May
// hold several statements.
struct Migration {
  std::string_view name;  // "contacts/1"
  Statement statement;
};

class Database {
 public:
  virtual ~Database() = default;

  // Runs `unit` in one transaction; commits durably when it returns a value, rolls back when it
  // returns an error or throws.
  template <class F>
  auto write(F&& unit) -> std::invoke_result_t<F, Session&> {
    return run<F>(std::forward<F>(unit), true);
  }
  // Runs `unit` on a consistent snapshot; writing fails.
  template <class F>
  auto read(F&& unit) -> std::invoke_result_t<F, Session&> {
    return run<F>(std::forward<F>(unit), false);
  }

  virtual Result<> migrate(std::span<const Migration> migrations) = 0;
  virtual Result<> backup(
      const std::filesystem::path&
          file) = 0;  // SQLite: VACUUM INTO; PostgreSQL: not offered (use pg_dump)
  virtual bool is_postgresql() const = 0;
  // After it nothing that was deleted is left in the store's files. SQLite overwrites what it
  // deletes; this empties the write-ahead log, which still has it (unavailable while a long read
  // holds the log). PostgreSQL: nothing, its own vacuum reclaims dead rows.
  virtual Result<> wipe_deleted() = 0;

 protected:
  // Runs the unit; its Result<void> says commit or roll back, the return value is the transaction's
  // own outcome.
  virtual Result<> transact(const std::function<Result<>(Session&)>& unit, bool writing) = 0;

 private:
  template <class F>
  auto run(F&& unit, bool writing) -> std::invoke_result_t<F, Session&> {
    using R = std::invoke_result_t<F, Session&>;
    std::optional<R> outcome;
    auto done = transact(
        [&](Session& session) -> Result<> {
          outcome.emplace(unit(session));
          if (!*outcome) return std::unexpected(outcome->error());
          return {};
        },
        writing);
    if (!done) return std::unexpected(std::move(done).error());
    return std::move(*outcome);
  }
};

struct DatabaseOptions {
  std::string url{};                 // "sqlite" or "postgresql://user:secret@host:port/name"
  std::filesystem::path data_dir{};  // SQLite: the file is data_dir/<name>.db
  std::string name{};   // the box: "commerce"; PostgreSQL: the schema "stockbell_commerce"
  int connections = 8;  // PostgreSQL: size of the pool
};

// Opens (and creates) the store.
Result<std::unique_ptr<Database>> open_database(const DatabaseOptions& options);

}  // namespace stockbell::db
