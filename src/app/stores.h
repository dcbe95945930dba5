// The stores of the boxes that run here: opened and brought to the current schema together. Owned by the application.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"

#include "platform/config/config.h"
#include "platform/db/database.h"

namespace stockbell::app {

class Stores {
 public:
  explicit Stores(const config::Config& config) : config_(config) {}
  // Opens the box's store and migrates it.
  Result<db::Database*> open(const std::string& name, std::span<const db::Migration> migrations);
  // All stores, keys and the list of erasures into one tar file. Invalid on PostgreSQL: pg_dump does that.
  Result<> backup(const std::filesystem::path& file, Time now);
  // Called first by backup(): what is acknowledged and in no store yet goes into one.
  void settle_before_backup(std::function<Result<>()> settle) { settle_ = std::move(settle); }
  // Nothing of deleted rows is left in the stores' files (db::Database::wipe_deleted).
  Result<> wipe_deleted();
  // An error when a store does not answer.
  Result<> ready();

 private:
  const config::Config& config_;
  std::function<Result<>()> settle_;
  std::mutex backing_up_;
  std::map<std::string, std::unique_ptr<db::Database>> databases_;
};

}  // namespace stockbell::app
