#include "commerce/import_jobs/import_job_options.h"

#include <fmt/format.h>

#include <regex>
#include <set>

#include "commerce/import_jobs/impex_folder.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::string_view kKnown =
    "id, kind (inventory or catalog), folder, pattern, mode (merge, update, replace or delete), "
    "after (keep, delete, archive, archive_zipped, archive_in_subfolders or archive_overwrite), "
    "failed (warn or error), no_files (no_files_found, warn or error), on_arrival, schedule";

std::unexpected<Error> wrong(std::size_t index, std::string_view right) {
  return fail(ErrorCode::invalid, "config-value-invalid",
              fmt::format("commerce.import_jobs[{}]: {}", index, right), "commerce.import_jobs");
}

// One value of a job's table; false: the key is unknown or its value wrong.
template <class E>
bool take_word(E& target, const std::string& word) {
  const auto parsed = parse_enum<E>(word);
  if (parsed) target = *parsed;
  return parsed.has_value();
}

bool take_text(ImportJob& job, std::string_view name, const std::string& text) {
  if (name == "id")
    job.id = text;
  else if (name == "folder")
    job.folder = text;
  else if (name == "pattern")
    job.pattern = text;
  else if (name == "kind")
    return take_word(job.kind, text);
  else if (name == "mode")
    return take_word(job.mode, text);
  else if (name == "after")
    return take_word(job.after, text);
  else if (name == "failed")
    return take_word(job.failed, text);
  else if (name == "no_files")
    return take_word(job.no_files, text);
  else
    return false;
  return true;
}

Result<> check(ImportJob& job, std::size_t index) {
  if (job.id.empty() || job.id.size() > 100 ||
      job.id.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") != job.id.npos)
    return wrong(index, "id: 1 to 100 letters, digits, - _ .");
  auto folder = impex_path(job.folder);
  if (!folder) return wrong(index, fmt::format("folder: {}", folder.error().message));
  job.folder = std::move(*folder);
  try {
    const std::regex tried(job.pattern);
  } catch (const std::regex_error& error) {
    return wrong(index, fmt::format("pattern: not a regular expression: {}", error.what()));
  }
  if (job.kind == ImportKind::catalog && job.mode != ImportMode::merge)
    return wrong(index,
                 "mode: catalogs are merged; a product leaves with mode=\"delete\" in the file");
  return {};
}

Result<ImportJob> read_job(const boost::json::value& json, std::size_t index,
                           std::string_view time_zone) {
  if (!json.is_object()) return wrong(index, "a table is needed");
  ImportJob job;
  for (const auto& [key, value] : json.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (name == "on_arrival" && value.is_bool()) {
      job.on_arrival = value.get_bool();
    } else if (name == "schedule" && value.is_string()) {
      auto schedule = CronSchedule::parse(std::string(value.get_string()), time_zone);
      if (!schedule) return wrong(index, fmt::format("schedule: {}", schedule.error().message));
      job.schedule = std::move(*schedule);
    } else if (!value.is_string() || !take_text(job, name, std::string(value.get_string()))) {
      return wrong(index, fmt::format("{}: unknown, or a wrong value; known are {}", name, kKnown));
    }
  }
  SB_CHECK(check(job, index));
  return job;
}

}  // namespace

Result<std::vector<ImportJob>> parse_import_jobs(std::string_view json,
                                                 std::string_view time_zone) {
  std::vector<ImportJob> jobs;
  if (json.empty()) {
    jobs.emplace_back();
    auto& catalog = jobs.emplace_back();
    catalog.id = "ImportCatalog";
    catalog.kind = ImportKind::catalog;
    catalog.folder = "catalog";
    return jobs;
  }
  const auto parsed = text::parse_json_object(fmt::format("{{\"jobs\":{}}}", json));
  if (!parsed || !parsed->at("jobs").is_array()) return wrong(0, "a list of tables is needed");
  std::set<std::string> ids;
  for (const auto& value : parsed->at("jobs").get_array()) {
    SB_TRY(job, read_job(value, jobs.size(), time_zone));
    if (!ids.insert(job.id).second)
      return wrong(jobs.size(), fmt::format("id: another job is called \"{}\"", job.id));
    jobs.push_back(std::move(job));
  }
  return jobs;
}

}  // namespace stockbell::commerce
