#include "app/stores.h"

#include "app/tar_writer.h"
#include "sql/app_stores.sql.h"

namespace stockbell::app {

Result<db::Database*> Stores::open(const std::string& name, std::span<const db::Migration> migrations) {
  auto opened = db::open_database({config_.database_url, config_.data_dir, name});
  if (!opened) return fail(std::move(opened).error().within("opening the store " + name));
  auto& database = databases_[name] = std::move(*opened);
  if (auto migrated = database->migrate(migrations); !migrated)
    return fail(std::move(migrated).error().within("bringing the store " + name + " up to date"));
  return database.get();
}

Result<> Stores::wipe_deleted() {
  Result<> all;
  for (const auto& [name, database] : databases_)
    if (auto wiped = database->wipe_deleted(); !wiped) all = fail(std::move(wiped).error().within("store " + name));
  return all;
}

Result<> Stores::ready() {
  for (const auto& [name, database] : databases_) {
    auto answer = database->read([](db::Session& session) { return session.query(sql::app_stores::ping); });
    if (!answer) return fail(std::move(answer).error().within("store " + name));
  }
  return {};
}

Result<> Stores::backup(const std::filesystem::path& file, Time now) {
  const auto target = std::filesystem::weakly_canonical(file), own = std::filesystem::weakly_canonical(config_.data_dir);
  if (std::ranges::mismatch(own, target).in1 == own.end())
    return fail(ErrorCode::invalid, "file-invalid", "a backup must lie outside the data folder", "file");
  std::lock_guard one_at_a_time(backing_up_);
  if (settle_) SB_CHECK(settle_());
  SB_TRY(tar, TarWriter::create(file));
  const auto copy = config_.data_dir / "spool" / "backup.db";
  for (const auto& [name, database] : databases_) {
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    SB_CHECK(database->backup(copy));
    auto added = tar.add(copy, name + ".db", now);
    std::filesystem::remove(copy, ignored);
    SB_CHECK(added);
  }
  for (const auto& key : std::filesystem::directory_iterator(config_.data_dir / "keys"))
    SB_CHECK(tar.add(key.path(), "keys/" + key.path().filename().string(), now));
  // Last, so that it has every erasure that came while the stores were copied; under a name that does not replace a newer list.
  if (const auto erasures = config_.data_dir / "erasures"; std::filesystem::exists(erasures))
    SB_CHECK(tar.add(erasures, "erasures.restored", now));
  return tar.finish();
}

}  // namespace stockbell::app
