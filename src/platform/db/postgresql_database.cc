#include "platform/db/postgresql_database.h"

#include <random>
#include <thread>
#include <unordered_set>

namespace stockbell::db {
namespace {

constexpr int kAttempts = 40;
constexpr auto kPoolWait = std::chrono::seconds(30);

constexpr Statement kBeginWrite{"db.begin_write", "", "BEGIN ISOLATION LEVEL SERIALIZABLE"};
constexpr Statement kBeginRead{"db.begin_read", "",
                               "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Statement kCommit{"db.commit", "", "COMMIT"};
constexpr Statement kRollback{"db.rollback", "", "ROLLBACK"};

// Waits a little, longer each time and never in step with the unit it collided with.
void wait_before(int attempt) {
  thread_local std::minstd_rand jitter{std::random_device{}()};
  int limit = std::min(1000 << std::min(attempt, 6), 50'000);
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution(limit / 2, limit)(jitter)));
}

}  // namespace

// A connection taken from the pool; returned when the lease ends, unless it is lost or in the
// middle of something.
class PostgresqlDatabase::Lease {
 public:
  static Result<std::unique_ptr<Lease>> take(PostgresqlDatabase& database) {
    std::unique_ptr<Lease> lease(new Lease(database));
    std::unique_lock lock(database.mutex_);
    if (!database.freed_.wait_for(lock, kPoolWait, [&] { return database.free_ > 0; }))
      return fail(ErrorCode::unavailable, "store-busy", "all connections are in use");
    --database.free_;
    lease->counted_ = true;
    if (!database.idle_.empty()) {
      lease->connection_ = std::move(database.idle_.back());
      database.idle_.pop_back();
    }
    return lease;
  }
  ~Lease() {
    if (!counted_) return;
    std::lock_guard lock(database_.mutex_);
    ++database_.free_;
    if (connection_ && !connection_->lost() && connection_->idle())
      database_.idle_.push_back(std::move(connection_));
    database_.freed_.notify_one();
  }
  bool connected() const { return connection_ != nullptr; }
  Result<> connect() {
    connection_.reset();
    SB_TRY(connection, PostgresqlConnection::open(database_.url_, database_.schema_));
    connection_ = std::move(connection);
    return {};
  }
  PostgresqlConnection& connection() { return *connection_; }

 private:
  explicit Lease(PostgresqlDatabase& database) : database_(database) {}
  PostgresqlDatabase& database_;
  std::unique_ptr<PostgresqlConnection> connection_;
  bool counted_ = false;
};

Result<std::unique_ptr<Database>> PostgresqlDatabase::open(const std::string& url,
                                                           const std::string& schema,
                                                           int connections) {
  std::unique_ptr<PostgresqlDatabase> database(
      new PostgresqlDatabase(url, schema, std::max(connections, 1)));
  SB_TRY(lease, Lease::take(*database));
  SB_CHECK(lease->connect());
  // Two processes may create it at once: IF NOT EXISTS alone is not proof against that.
  SB_CHECK(lease->connection().run_script(
      "BEGIN; SELECT pg_advisory_xact_lock(7380017); CREATE SCHEMA IF NOT EXISTS " + schema +
      "; COMMIT"));
  lease.reset();
  return database;
}

// Begins a transaction; a pooled connection that turns out to be dead is replaced, since nothing
// has happened on it yet.
Result<> PostgresqlDatabase::begin(Lease& lease, const Statement& begin) {
  if (lease.connected()) {
    auto begun = lease.connection().run(begin, {});
    if (begun) return {};
    if (!lease.connection().lost()) return std::unexpected(std::move(begun).error());
  }
  SB_CHECK(lease.connect());
  SB_CHECK(lease.connection().run(begin, {}));
  return {};
}

Result<> PostgresqlDatabase::transact(const std::function<Result<>(Session&)>& unit, bool writing) {
  SB_TRY(lease, Lease::take(*this));
  for (int attempts = 1;; ++attempts) {
    SB_CHECK(begin(*lease, writing ? kBeginWrite : kBeginRead));
    auto& connection = lease->connection();
    connection.forget_failure();
    auto done = attempt(connection, unit);
    if (done || attempts > connection.retries_worth() || connection.lost() || attempts == kAttempts)
      return done;
    wait_before(attempts);
  }
}

Result<> PostgresqlDatabase::attempt(PostgresqlConnection& connection,
                                     const std::function<Result<>(Session&)>& unit) {
  PostgresqlSession session(connection);
  Result<> done;
  try {
    done = unit(session);
  } catch (...) {
    (void)connection.run(kRollback, {});
    throw;
  }
  if (done && session.error()) done = fail(*session.error());
  if (done) {
    auto committed = connection.run(kCommit, {});
    if (committed) return {};
    done = std::unexpected(std::move(committed).error());
  }
  // The unit's own error stands, unless the connection went away under it.
  if (!connection.lost() && !connection.idle()) (void)connection.run(kRollback, {});
  return done;
}

Result<> PostgresqlDatabase::migrate(std::span<const Migration> migrations) {
  constexpr Statement find{"db.find_migration", "", "SELECT name FROM schema_migration"};
  constexpr Statement add{"db.add_migration", "",
                          "INSERT INTO schema_migration (name) VALUES ($1)"};
  // READ COMMITTED: what a process before us in the lock has done must be seen.
  constexpr Statement begin_migration{"db.begin_migration", "",
                                      "BEGIN ISOLATION LEVEL READ COMMITTED"};
  SB_TRY(lease, Lease::take(*this));
  SB_CHECK(begin(*lease, begin_migration));
  auto& connection = lease->connection();
  return attempt(connection, [&](Session& session) -> Result<> {
    SB_CHECK(connection.run_script("SELECT pg_advisory_xact_lock(7380017)"));
    SB_CHECK(connection.run_script(
        "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY NOT NULL)"));
    SB_TRY(rows, session.query(find, {}));
    std::unordered_set<std::string> done;
    for (const Row& row : rows) done.insert(row.text(0));
    for (const Migration& migration : migrations) {
      if (!done.insert(std::string(migration.name)).second) continue;
      if (auto run = connection.run_script(std::string(migration.statement.postgresql)); !run)
        return fail(std::move(run).error().within(migration.name));
      SB_CHECK(session.execute(add, {migration.name}));
    }
    return {};
  });
}

Result<> PostgresqlDatabase::backup(const std::filesystem::path&) {
  return fail(ErrorCode::invalid, "store-backup", "use pg_dump to back up PostgreSQL");
}

}  // namespace stockbell::db
