// A job that imports the files of a folder, as B2C Commerce's step ImportInventoryLists does, and
// what became of a run. Step 8.
#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"
#include "commerce/feed/cron_schedule.h"
#include "commerce/imports/types.h"
#include "commerce/inventory/stock_change.h"

namespace stockbell::commerce {

// What happens to a file that was imported (AfterImportFileHandling).
enum class AfterImport {
  keep,
  remove,
  archive,         // into `archive`; a file of the same name there gets company, not replaced
  archive_zipped,  // as .gz
  archive_in_subfolders,  // archive/YYYY/MM/DD
  archive_overwrite
};
// What a file that failed as a whole makes of the run; `error` also leaves the files after it.
enum class ImportFailed { warn, error };
enum class NoFiles { no_files_found, warn, error };

struct ImportJob {
  std::string id = "ImportInventoryLists";
  ImportKind kind = ImportKind::inventory;
  std::string folder = "inventory";          // below Impex/src
  std::string pattern = ".*\\.xml(\\.gz)?";  // regular expression for the whole name
  ImportMode mode = ImportMode::merge;       // of inventory
  AfterImport after = AfterImport::archive;
  ImportFailed failed = ImportFailed::warn;
  NoFiles no_files = NoFiles::no_files_found;
  bool on_arrival = true;  // also runs when a file that matches has arrived
  std::optional<CronSchedule> schedule = {};
};

enum class JobState { waiting, running, finished };
enum class JobStatus { none, ok, warn, error, no_files_found };

struct JobRun {
  std::int64_t id = 0;
  std::string job, cause;  // "schedule", "arrival", "demand"
  JobState state = JobState::waiting;
  JobStatus status = JobStatus::none;
  std::int64_t files = 0, files_failed = 0, rows_changed = 0;
  std::string detail;  // the first failure, for people
  Time created_at{};
  std::optional<Time> finished_at = {};
};

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::AfterImport> =
    std::to_array<stockbell::EnumText<stockbell::commerce::AfterImport>>({
        {stockbell::commerce::AfterImport::keep, "keep"},
        {stockbell::commerce::AfterImport::remove, "delete"},
        {stockbell::commerce::AfterImport::archive, "archive"},
        {stockbell::commerce::AfterImport::archive_zipped, "archive_zipped"},
        {stockbell::commerce::AfterImport::archive_in_subfolders, "archive_in_subfolders"},
        {stockbell::commerce::AfterImport::archive_overwrite, "archive_overwrite"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::ImportFailed> =
    std::to_array<stockbell::EnumText<stockbell::commerce::ImportFailed>>({
        {stockbell::commerce::ImportFailed::warn, "warn"},
        {stockbell::commerce::ImportFailed::error, "error"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::NoFiles> =
    std::to_array<stockbell::EnumText<stockbell::commerce::NoFiles>>({
        {stockbell::commerce::NoFiles::no_files_found, "no_files_found"},
        {stockbell::commerce::NoFiles::warn, "warn"},
        {stockbell::commerce::NoFiles::error, "error"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::JobState> =
    std::to_array<stockbell::EnumText<stockbell::commerce::JobState>>({
        {stockbell::commerce::JobState::waiting, "waiting"},
        {stockbell::commerce::JobState::running, "running"},
        {stockbell::commerce::JobState::finished, "finished"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::JobStatus> =
    std::to_array<stockbell::EnumText<stockbell::commerce::JobStatus>>({
        {stockbell::commerce::JobStatus::none, ""},
        {stockbell::commerce::JobStatus::ok, "OK"},
        {stockbell::commerce::JobStatus::warn, "WARN"},
        {stockbell::commerce::JobStatus::error, "ERROR"},
        {stockbell::commerce::JobStatus::no_files_found, "NO_FILES_FOUND"},
    });
