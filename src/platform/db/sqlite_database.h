// The SQLite driver of Database: one writer thread with group commit, pooled read-only connections.
// The writer also makes the checkpoints: SQLite before 3.51.3 can lose data when another connection
// does.
#pragma once
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "platform/db/sqlite_connection.h"

namespace stockbell::db {

class SqliteDatabase final : public Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
  ~SqliteDatabase() override;

  Result<> migrate(std::span<const Migration> migrations) override;
  Result<> backup(const std::filesystem::path& file) override;
  bool is_postgresql() const override { return false; }
  Result<> wipe_deleted() override;

 protected:
  Result<> transact(const std::function<Result<>(Session&)>& unit, bool writing) override;

 private:
  // A caller's unit of work, waiting for the writer thread. Lives on the caller's stack until it is
  // settled.
  struct Unit {
    const std::function<Result<>(SqliteConnection&)>& work;
    std::promise<Result<>> settled;
  };

  SqliteDatabase(std::filesystem::path file, std::unique_ptr<SqliteConnection> writer);
  Result<> write_unit(const std::function<Result<>(SqliteConnection&)>& work);
  Result<> read_unit(const std::function<Result<>(Session&)>& unit);
  void write_loop();
  void run_group(Unit* first, bool alone);
  Result<> run_first(Unit& unit);
  Result<> run_in_savepoint(Unit& unit);
  Result<> undo(bool only);
  Unit* take_waiting();
  void checkpoint_when_due(bool idle);
  Result<> empty_log();
  Result<std::unique_ptr<SqliteConnection>> take_reader();

  const std::filesystem::path file_;
  std::unique_ptr<SqliteConnection> writer_;  // the writer thread's, as is retry_at_pages_
  int retry_at_pages_ = 0;  // while a read holds the log: no checkpoint before it has so many pages
  std::mutex mutex_;
  std::condition_variable waiting_changed_;
  std::deque<Unit*> waiting_;
  std::vector<std::promise<Result<>>*> wipes_;  // callers of wipe_deleted()
  bool stopping_ = false;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_;
  std::thread thread_;
};

}  // namespace stockbell::db
