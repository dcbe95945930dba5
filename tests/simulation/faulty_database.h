// A box's store that a simulated process can die in: between any two transactions of any store, or
// between a commit and whoever waits for it. Thread-safe.
#pragma once
#include <condition_variable>
#include <mutex>

#include "platform/db/database.h"

namespace stockbell::simulation {

// The life of the one process that all boxes run in.
class Process {
 public:
  // Dies at the n-th write transaction from now (1: the next), before or after its commit.
  void die_at(int write, bool after_commit) {
    std::lock_guard lock(mutex_);
    writes_left_ = write;
    after_commit_ = after_commit;
  }
  void die() {
    std::lock_guard lock(mutex_);
    dead_ = true;
  }
  void live() {
    std::lock_guard lock(mutex_);
    dead_ = false;
    writes_left_ = 0;
  }
  bool dead() const {
    std::lock_guard lock(mutex_);
    return dead_;
  }

  enum class Fate { commits, dies_before, dies_after };
  Fate next_write() {
    std::lock_guard lock(mutex_);
    if (dead_) return Fate::dies_before;
    if (writes_left_ == 0 || --writes_left_ > 0) return Fate::commits;
    dead_ = !after_commit_;
    return dead_ ? Fate::dies_before : Fate::dies_after;
  }

 private:
  mutable std::mutex mutex_;
  int writes_left_ = 0;  // 0: no death is planned
  bool after_commit_ = false, dead_ = false;
};

inline Error process_is_dead() {
  return {ErrorCode::unavailable, "process-dead", "the simulated process has died", {}};
}

class FaultyDatabase final : public db::Database {
 public:
  FaultyDatabase(std::unique_ptr<db::Database> store, Process& process)
      : store_(std::move(store)), process_(process) {}

  Result<> migrate(std::span<const db::Migration> migrations) override {
    return store_->migrate(migrations);
  }
  Result<> backup(const std::filesystem::path& file) override { return store_->backup(file); }
  bool is_postgresql() const override { return store_->is_postgresql(); }
  Result<> wipe_deleted() override { return store_->wipe_deleted(); }

  // Write transactions that have ended, whichever way; and waiting until there are so many.
  std::uint64_t ended() const {
    std::lock_guard lock(mutex_);
    return ended_;
  }
  bool wait_ended(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return ended_ >= count; });
  }

 protected:
  Result<> transact(const std::function<Result<>(db::Session&)>& unit, bool writing) override {
    if (!writing) return process_.dead() ? fail(process_is_dead()) : store_->read(unit);
    const auto fate = process_.next_write();
    Result<> done = fail(process_is_dead());
    if (fate != Process::Fate::dies_before) done = store_->write(unit);
    if (fate == Process::Fate::dies_after) {
      process_.die();
      done = fail(process_is_dead());
    }
    {
      std::lock_guard lock(mutex_);
      ++ended_;
    }
    changed_.notify_all();
    return done;
  }

 private:
  const std::unique_ptr<db::Database> store_;
  Process& process_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t ended_ = 0;
};

}  // namespace stockbell::simulation
