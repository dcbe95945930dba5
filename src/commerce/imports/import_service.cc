#include "commerce/imports/import_service.h"

#include <fcntl.h>
#include <unistd.h>

#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

constexpr auto kPauseAfterFailure = std::chrono::seconds(2);

bool sync(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  return synced;
}

// The file's bytes and its name are on the disk before its row says that it was accepted.
Result<> keep_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code problem;
  std::filesystem::create_directories(to.parent_path(), problem);
  auto temporary = to;
  temporary += ".tmp";
  std::filesystem::copy_file(from, temporary, std::filesystem::copy_options::overwrite_existing,
                             problem);
  if (!problem && !sync(temporary)) problem = std::make_error_code(std::errc::io_error);
  if (!problem) std::filesystem::rename(temporary, to, problem);
  if (!problem && !sync(to.parent_path())) problem = std::make_error_code(std::errc::io_error);
  if (!problem) return {};
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  return fail(ErrorCode::unavailable, "import-not-kept",
              "the file cannot be kept: " + problem.message());
}

}  // namespace

std::filesystem::path ImportService::kept_file(ImportId id) const {
  return directory_ / std::to_string(id.value);
}

Result<ImportReport> ImportService::accept(ImportKind kind, const std::filesystem::path& file,
                                           std::string file_name, std::string list,
                                           std::string mode) {
  ImportReport report;
  report.id = ids_.make<ImportId>();
  report.kind = kind;
  report.file_name = std::move(file_name);
  report.list = std::move(list);
  report.mode = std::move(mode);
  report.created_at = clock_.now();
  SB_CHECK(keep_durably(file, kept_file(report.id)));
  auto stored =
      database_.write([&](db::Session& session) { return import_store::insert(session, report); });
  if (!stored) {
    std::error_code ignored;
    std::filesystem::remove(kept_file(report.id), ignored);
    return fail(std::move(stored).error());
  }
  {
    std::lock_guard lock(mutex_);
    pending_ = true;
  }
  wake_.notify_all();
  return report;
}

Result<ImportReport> ImportService::run_now(ImportKind kind, const std::filesystem::path& file,
                                            std::string mode) {
  ImportReport report;
  report.mode = std::move(mode);
  report.id = ids_.make<ImportId>();
  report.kind = kind;
  report.file_name = file.filename().string();
  report.created_at = clock_.now();
  report.state = ImportState::failed;  // what a row left behind by a crash says
  report.error = "interrupted";
  auto inserted = database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(import_store::insert(session, report));
    return import_store::update(session, report);
  });
  if (!inserted) return fail(std::move(inserted).error());
  SB_CHECK(run(report, file));
  return report;
}

Result<bool> ImportService::run_next() {
  SB_TRY(waiting, database_.read([](db::Session& s) { return import_store::list_unfinished(s); }));
  if (waiting.empty()) return false;
  SB_TRY(report, get(waiting.front()));
  report.state = ImportState::running;
  SB_CHECK(database_.write([&](db::Session& s) { return import_store::update(s, report); }));
  auto file = kept_file(report.id);
  SB_CHECK(run(report, file));
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return true;
}

Result<> ImportService::run(ImportReport& report, const std::filesystem::path& file) {
  std::lock_guard one_at_a_time(running_);
  ImportTally tally;
  auto imported = importers_.at(report.kind)(file, report, tally);
  if (!imported && imported.error().temporary()) return imported;
  report.rows_read = tally.rows_read;
  report.rows_changed = tally.rows_changed;
  report.rows_refused = tally.rows_refused;
  report.refused = std::move(tally.refused);
  report.state = imported ? ImportState::done : ImportState::failed;
  report.error = imported ? "" : imported.error().message;
  report.finished_at = clock_.now();
  SB_CHECK(database_.write([&](db::Session& s) { return import_store::update(s, report); }));
  log::info("commerce-import", {{"kind", std::string(to_text(report.kind))},
                                {"state", std::string(to_text(report.state))},
                                {"read", std::to_string(report.rows_read)},
                                {"changed", std::to_string(report.rows_changed)},
                                {"refused", std::to_string(report.rows_refused)},
                                {"error", report.error}});
  return {};
}

Result<ImportReport> ImportService::get(ImportId id) {
  SB_TRY(found, database_.read([&](db::Session& s) { return import_store::find(s, id); }));
  if (!found) return fail(ErrorCode::not_found, "import-unknown", "there is no import of this id");
  return std::move(*found);
}

Result<std::vector<ImportReport>> ImportService::list(ImportId before, int limit) {
  return database_.read([&](db::Session& s) { return import_store::list(s, before, limit); });
}

void ImportService::start() {
  stopping_ = false;
  worker_ = std::thread([this] { work(); });
}

void ImportService::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (worker_.joinable()) worker_.join();
}

void ImportService::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait(lock, [&] { return stopping_ || pending_; });
    if (stopping_) return;
    pending_ = false;
    lock.unlock();
    Result<bool> ran = run_next();
    lock.lock();
    if (ran) {
      pending_ = pending_ || *ran;
      continue;
    }
    log::warning("commerce-import-postponed", {{"error", ran.error().message}});
    wake_.wait_for(lock, kPauseAfterFailure, [&] { return stopping_; });
    pending_ = true;
  }
}

}  // namespace stockbell::commerce
