#include "platform/db/sqlite_database.h"

#include <unordered_set>

#include "platform/log/log.h"

namespace stockbell::db {
namespace {

// A group is cut when it grows so large or so old that its first callers wait needlessly.
constexpr int kGroupUnits = 512;
constexpr auto kGroupTime = std::chrono::milliseconds(10);
// A page that is written again before the checkpoint is moved once: under load they are far apart.
constexpr int kIdleCheckpointPages = 512;      // 4 MB
constexpr int kForcedCheckpointPages = 16384;  // 128 MB
constexpr int kRetryCheckpointPages = 4096;
constexpr auto kIdleTime = std::chrono::milliseconds(50);

constexpr Statement kBegin{"db.begin_immediate", "BEGIN IMMEDIATE", ""};
constexpr Statement kSnapshot{"db.begin", "BEGIN", ""};
constexpr Statement kCommit{"db.commit", "COMMIT", ""};
constexpr Statement kRollback{"db.rollback", "ROLLBACK", ""};
constexpr Statement kSavepoint{"db.savepoint", "SAVEPOINT unit", ""};
constexpr Statement kRelease{"db.release", "RELEASE unit", ""};
constexpr Statement kUndo{"db.rollback_to", "ROLLBACK TO unit", ""};

Result<> perform(SqliteConnection& connection, const Statement& statement) {
  SB_CHECK(connection.run(statement, {}, nullptr));
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> SqliteDatabase::open(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  SB_TRY(writer, SqliteConnection::open(file, SqliteConnection::Mode::write));
  return std::unique_ptr<Database>(new SqliteDatabase(file, std::move(writer)));
}

SqliteDatabase::SqliteDatabase(std::filesystem::path file, std::unique_ptr<SqliteConnection> writer)
    : file_(std::move(file)), writer_(std::move(writer)), thread_([this] { write_loop(); }) {}

SqliteDatabase::~SqliteDatabase() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  waiting_changed_.notify_all();
  thread_.join();
  idle_readers_.clear();  // before the writer, which then leaves no write-ahead log behind
}

Result<> SqliteDatabase::transact(const std::function<Result<>(Session&)>& unit, bool writing) {
  if (!writing) return read_unit(unit);
  return write_unit([&](SqliteConnection& connection) -> Result<> {
    SqliteSession session(connection);
    SB_CHECK(unit(session));
    if (session.error()) return fail(*session.error());
    return {};
  });
}

Result<> SqliteDatabase::write_unit(const std::function<Result<>(SqliteConnection&)>& work) {
  if (std::this_thread::get_id() == thread_.get_id())
    return fail(ErrorCode::internal, "store-nested", "a unit of work must not call write()");
  Unit unit{work, {}};
  auto settled = unit.settled.get_future();
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(&unit);
  }
  waiting_changed_.notify_one();
  return settled.get();  // or throws what the unit threw
}

void SqliteDatabase::write_loop() {
  while (true) {
    Unit* first = nullptr;
    std::vector<std::promise<Result<>>*> wipes;
    {
      std::unique_lock lock(mutex_);
      const auto called = [&] { return stopping_ || !waiting_.empty() || !wipes_.empty(); };
      if (!waiting_changed_.wait_for(lock, kIdleTime, called)) {
        lock.unlock();
        checkpoint_when_due(true);
        lock.lock();
        waiting_changed_.wait(lock, called);
      }
      wipes.swap(wipes_);
      if (wipes.empty()) {
        if (waiting_.empty()) return;
        first = waiting_.front();
        waiting_.pop_front();
      }
    }
    if (!first) {
      const auto emptied = empty_log();
      for (auto* wipe : wipes) wipe->set_value(emptied);
      continue;
    }
    run_group(first, false);
    checkpoint_when_due(false);
  }
}

SqliteDatabase::Unit* SqliteDatabase::take_waiting() {
  std::lock_guard lock(mutex_);
  if (waiting_.empty()) return nullptr;
  Unit* unit = waiting_.front();
  waiting_.pop_front();
  return unit;
}

// Runs `first` and, unless alone, the units waiting behind it, and commits them together. When
// SQLite gives up the whole transaction (disk full), the units that were well run again, each
// alone, so that none pays for another's failure.
void SqliteDatabase::run_group(Unit* first, bool alone) {
  if (auto begun = perform(*writer_, kBegin); !begun) {
    first->settled.set_value(std::move(begun));
    return;
  }
  std::vector<Unit*> well;
  auto until = std::chrono::steady_clock::now() + kGroupTime;
  bool lost = false;
  for (Unit* unit = first; unit && !lost;) {
    const bool only = well.empty();
    try {
      auto result = only ? run_first(*unit) : run_in_savepoint(*unit);
      lost = !writer_->in_transaction();
      if (result && !lost)
        well.push_back(unit);
      else
        unit->settled.set_value(std::move(result));
    } catch (...) {
      if (writer_->in_transaction()) (void)undo(only);
      lost = !writer_->in_transaction();
      unit->settled.set_exception(std::current_exception());
    }
    bool full = alone || well.size() >= kGroupUnits || std::chrono::steady_clock::now() > until;
    unit = full || lost ? nullptr : take_waiting();
  }
  Result<> committed;
  if (!lost) committed = perform(*writer_, kCommit);
  if (!lost && committed) {
    for (Unit* unit : well) unit->settled.set_value({});
    return;
  }
  if (writer_->in_transaction()) (void)perform(*writer_, kRollback);
  if (!committed) log::error("store-commit-failed", {{"reason", committed.error().reason}});
  bool last_try = !committed && well.size() == 1;
  for (Unit* unit : well) {
    if (last_try)
      unit->settled.set_value(committed);
    else
      run_group(unit, true);
  }
}

// With nothing before it in the transaction a unit needs no savepoint, for which SQLite would copy
// every page before its first change. That is most units, and all large ones.
Result<> SqliteDatabase::run_first(Unit& unit) {
  auto result = unit.work(*writer_);
  if (!writer_->in_transaction()) {
    if (!result) return result;
    return fail(ErrorCode::unavailable, "store-away", "the store gave up the transaction");
  }
  if (!result) SB_CHECK(undo(true));
  return result;
}

Result<> SqliteDatabase::undo(bool only) {
  if (!only) {
    SB_CHECK(perform(*writer_, kUndo));
    return perform(*writer_, kRelease);
  }
  SB_CHECK(perform(*writer_, kRollback));
  return perform(*writer_, kBegin);
}

Result<> SqliteDatabase::run_in_savepoint(Unit& unit) {
  SB_CHECK(perform(*writer_, kSavepoint));
  auto result = unit.work(*writer_);
  if (!writer_->in_transaction()) {
    if (!result) return result;
    return fail(ErrorCode::unavailable, "store-away", "the store gave up the transaction");
  }
  SB_CHECK(result ? perform(*writer_, kRelease) : undo(false));
  return result;
}

// Never waits for readers (PASSIVE): a read that holds the log lets it grow. The log's file is
// written over rather than cut, which costs the file system less.
void SqliteDatabase::checkpoint_when_due(bool idle) {
  const int pages = writer_->wal_pages();
  if (pages < kRetryCheckpointPages) retry_at_pages_ = 0;  // it has begun anew
  if (pages < (idle ? kIdleCheckpointPages : std::max(kForcedCheckpointPages, retry_at_pages_)))
    return;
  writer_->checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  retry_at_pages_ = pages + kRetryCheckpointPages;
}

Result<> SqliteDatabase::wipe_deleted() {
  std::promise<Result<>> emptied;
  auto answer = emptied.get_future();
  {
    std::lock_guard lock(mutex_);
    wipes_.push_back(&emptied);
  }
  waiting_changed_.notify_one();
  return answer.get();
}

Result<> SqliteDatabase::empty_log() {
  if (writer_->checkpoint(SQLITE_CHECKPOINT_TRUNCATE)) return {};
  return fail(ErrorCode::unavailable, "store-busy",
              "a read holds the write-ahead log of " + file_.filename().string());
}

Result<std::unique_ptr<SqliteConnection>> SqliteDatabase::take_reader() {
  {
    std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return SqliteConnection::open(file_, SqliteConnection::Mode::read);
}

Result<> SqliteDatabase::read_unit(const std::function<Result<>(Session&)>& unit) {
  SB_TRY(reader, take_reader());
  SB_CHECK(perform(*reader, kSnapshot));
  Result<> result;
  {  // the session ends before another thread can take the reader
    SqliteSession session(*reader);
    result = unit(session);  // when it throws, the connection closes with it
    if (result && session.error()) result = fail(*session.error());
  }
  if (reader->in_transaction()) SB_CHECK(perform(*reader, kRollback));
  std::lock_guard lock(readers_mutex_);
  idle_readers_.push_back(std::move(reader));
  return result;
}

Result<> SqliteDatabase::migrate(std::span<const Migration> migrations) {
  constexpr Statement find{"db.find_migration", "SELECT name FROM schema_migration", ""};
  constexpr Statement add{"db.add_migration", "INSERT INTO schema_migration (name) VALUES ($1)",
                          ""};
  return write_unit([&](SqliteConnection& connection) -> Result<> {
    SB_CHECK(connection.run_script(
        "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY NOT NULL)"));
    std::unordered_set<std::string> done;
    SB_CHECK(connection.run(find, {}, [&](const Row& row) -> Result<> {
      done.insert(row.text(0));
      return {};
    }));
    for (const Migration& migration : migrations) {
      if (!done.insert(std::string(migration.name)).second) continue;
      if (auto run = connection.run_script(migration.statement.sqlite); !run)
        return fail(std::move(run).error().within(migration.name));
      SB_CHECK(connection.run(add, {migration.name}, nullptr));
    }
    return {};
  });
}

Result<> SqliteDatabase::backup(const std::filesystem::path& file) {
  constexpr Statement copy{"db.backup", "VACUUM INTO $1", ""};
  SB_TRY(reader, SqliteConnection::open(file_, SqliteConnection::Mode::read));
  SB_CHECK(reader->run_script("PRAGMA query_only=OFF"));
  SB_CHECK(reader->run(copy, {file.string()}, nullptr));
  return {};
}

}  // namespace stockbell::db
