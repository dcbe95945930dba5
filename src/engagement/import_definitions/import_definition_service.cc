#include "engagement/import_definitions/import_definition_service.h"

#include <set>

#include "engagement/import_definitions/name_pattern.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kMostDefinitions = 1000;
// Longer than any read may take (a query: five minutes).
constexpr Duration kKeptForReaders = std::chrono::minutes(10);

std::unexpected<Error> bad(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "import-definition-invalid", std::move(message),
              std::move(field));
}

std::unexpected<Error> not_held() {
  return fail(ErrorCode::conflict, "import-not-held", "the import is not held");
}

// Another name for the file, or where the folders are on two file systems, a copy of it.
void link_file(const fs::path& from, const fs::path& to, std::error_code& error) {
  fs::create_hard_link(from, to, error);
  if (!error || error == std::errc::no_such_file_or_directory) return;
  error.clear();
  fs::copy_file(from, to, error);
}

}  // namespace

bool is_catalog(const std::string& id_or_key) {
  return id_or_key.empty() || fold_name(id_or_key) == fold_name(kCatalogImport);
}

Result<> ImportDefinitionService::load() {
  std::error_code error;
  fs::create_directories(parts_.folder, error);
  if (error)
    return fail(ErrorCode::unavailable, "import-folder",
                "cannot create " + parts_.folder.string() + ": " + error.message());
  return {};
}

Result<> ImportDefinitionService::check_destination(db::Session& session,
                                                    const ImportDefinition& definition) {
  auto found = parts_.extensions.definitions().get(session, definition.destination);
  if (!found && found.error().code == ErrorCode::not_found)
    return bad("destination: there is no data extension with this key", "destination");
  SB_CHECK(found);
  if (found->kind != ExtensionKind::own)
    return bad(
        "destination must be an own data extension, not a read-only one; the catalog feed "
        "has a definition of its own",
        "destination");
  const bool needs_key =
      definition.action == ImportAction::update || definition.action == ImportAction::add_update;
  if (needs_key && !found->has_key())
    return bad("action: a data extension without a primary key takes add or overwrite", "action");
  for (const auto& field : definition.fields)
    if (!found->find_column(field.to))
      return bad("mapping: the data extension has no column " + field.to, "mapping");
  return {};
}

Result<ImportDefinition> ImportDefinitionService::create(ImportDefinition definition) {
  if (definition.key.empty()) definition.key = make_guid(parts_.random);
  if (is_catalog(definition.key))
    return fail(ErrorCode::conflict, "import-definition-exists",
                "this key is that of the catalog feed's import", "key");
  definition.id = parts_.ids.next();
  definition.created_at = definition.modified_at = parts_.extensions.clock().now();
  auto done = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(check_destination(session, definition));
    SB_TRY(count, store_.count(session));
    if (count >= kMostDefinitions)
      return fail(ErrorCode::invalid, "import-definitions-too-many",
                  fmt::format("there are {} import definitions, the most there may be", count));
    SB_TRY(made, store_.insert(session, definition));
    return made ? Result<>()
                : fail(ErrorCode::conflict, "import-definition-exists",
                       "there is an import definition of this key", "key");
  });
  SB_CHECK(done);
  return definition;
}

Result<ImportDefinition> ImportDefinitionService::change(const std::string& id_or_key,
                                                         ImportDefinition definition) {
  return parts_.extensions.database().write([&](db::Session& session) -> Result<ImportDefinition> {
    SB_TRY(before, store_.get(session, id_or_key));
    auto made = definition;
    if (!made.key.empty() && fold_name(made.key) != fold_name(before.key))
      return bad("the key of an import definition does not change", "key");
    made.key = before.key;
    made.id = before.id;
    made.created_at = before.created_at;
    made.modified_at = parts_.extensions.clock().now();
    SB_CHECK(check_destination(session, made));
    SB_CHECK(store_.change(session, made));
    return made;
  });
}

Result<ImportDefinition> ImportDefinitionService::get(const std::string& id_or_key) {
  return parts_.extensions.database().read(
      [&](db::Session& session) { return store_.get(session, id_or_key); });
}

Result<std::vector<ImportDefinition>> ImportDefinitionService::list() {
  return parts_.extensions.database().read(
      [&](db::Session& session) { return store_.list(session); });
}

Result<> ImportDefinitionService::remove(const std::string& id_or_key) {
  return parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_TRY(definition, store_.get(session, id_or_key));
    SB_TRY(open, store_.has_open(session, definition.id));
    if (open)
      return fail(ErrorCode::conflict, "import-running",
                  "a file of this import is queued or runs; try again when it is done");
    SB_TRY(staged, store_.remove(session, definition.id));
    for (const auto table : staged)
      SB_CHECK(parts_.extensions.definitions().drop_staged(session, table));
    return {};
  });
}

// A run for each definition that the file is for.
Result<std::vector<ImportRun>> ImportDefinitionService::runs_for(const fs::path& file) {
  const auto name = file.filename().string();
  SB_TRY(all, list());
  std::vector<std::string> triggered;
  if (parts_.triggered &&
      std::ranges::any_of(all, [](const ImportDefinition& one) { return !one.on_arrival; })) {
    SB_TRY(found, parts_.triggered(name));
    triggered = std::move(found);
  }
  const auto now = parts_.extensions.clock().now();
  std::vector<ImportRun> runs;
  for (const auto& definition : all) {
    SB_TRY(pattern, NamePattern::parse(definition.pattern));
    auto parts = pattern.match(name);
    if (pattern.of_trigger())
      for (const auto& wanted : triggered)
        if (wanted == std::to_string(definition.id) ||
            fold_name(wanted) == fold_name(definition.key))
          parts = NameParts{};
    if (!parts) continue;
    ImportRun run;
    run.id = parts_.ids.next();
    run.definition_id = definition.id;
    run.file_name = name;
    run.path = parts_.folder / fmt::format("{}-{}", run.id, name);
    run.state = definition.on_arrival ? "queued" : "waiting";
    run.started_by = definition.on_arrival ? "file" : "";
    run.order_time = to_ms(parts->time.value_or(parts->sequence ? Time{} : now));
    run.order_sequence = parts->sequence.value_or(0);
    run.arrived_at = now;
    runs.push_back(std::move(run));
  }
  return runs;
}

// The rows come first: after a crash between the two the file is in its folder still, where the
// next start finds it.
Result<> ImportDefinitionService::take(const fs::path& file, const std::vector<ImportRun>& runs) {
  auto noted = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    for (const auto& run : runs) SB_CHECK(store_.insert_run(session, run));
    return {};
  });
  SB_CHECK(noted);
  std::error_code error, ignored;
  for (const auto& run : runs)
    if (!error) link_file(file, run.path, error);
  if (!error) {
    fs::remove(file, ignored);
    return {};
  }
  for (const auto& run : runs) fs::remove(run.path, ignored);
  auto undone = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    for (const auto& run : runs) SB_CHECK(store_.erase_run(session, run.id));
    return {};
  });
  SB_CHECK(undone);
  const bool gone = error == std::errc::no_such_file_or_directory;
  return fail(gone ? ErrorCode::not_found : ErrorCode::unavailable,
              gone ? "file-missing" : "file-not-taken",
              "cannot take " + file.filename().string() + ": " + error.message());
}

Result<bool> ImportDefinitionService::accept(const fs::path& file) {
  {
    std::lock_guard in_one_piece(accepting_);
    SB_TRY(runs, runs_for(file));
    if (runs.empty()) return false;
    SB_CHECK(take(file, runs));
  }
  wake();
  return true;
}

Result<std::vector<std::int64_t>> ImportDefinitionService::start(const std::string& id_or_key) {
  if (is_catalog(id_or_key))
    return fail(ErrorCode::conflict, "import-nothing-waits",
                "the catalog feed is imported when its file arrives");
  auto started = parts_.extensions.database().write(
      [&](db::Session& session) -> Result<std::vector<std::int64_t>> {
        SB_TRY(definition, store_.get(session, id_or_key));
        SB_TRY(ids, store_.queue_waiting(session, definition.id, "hand"));
        if (ids.empty())
          return fail(ErrorCode::conflict, "import-nothing-waits",
                      "no file waits for this import: upload " + definition.pattern);
        return ids;
      });
  if (started) wake();
  return started;
}

Result<std::vector<ImportRun>> ImportDefinitionService::list_runs(const std::string& id_or_key,
                                                                  std::int64_t before,
                                                                  const std::string& state,
                                                                  int limit) {
  return parts_.extensions.database().read(
      [&](db::Session& session) -> Result<std::vector<ImportRun>> {
        SB_TRY(definition, store_.get(session, id_or_key));
        return store_.list_runs(session, definition.id, before, state, limit);
      });
}

Result<ImportRun> ImportDefinitionService::get_run(std::int64_t id) {
  return parts_.extensions.database().read(
      [&](db::Session& session) { return store_.get_run(session, id); });
}

Result<std::vector<ImportRunError>> ImportDefinitionService::list_errors(std::int64_t run,
                                                                         std::int64_t after_line,
                                                                         std::int64_t limit) {
  return parts_.extensions.database().read(
      [&](db::Session& session) { return store_.list_errors(session, run, after_line, limit); });
}

Result<ImportRun> ImportDefinitionService::release(std::int64_t id) {
  auto released =
      parts_.extensions.database().write([&](db::Session& session) -> Result<ImportRun> {
        SB_CHECK(store_.get_run(session, id));
        SB_TRY(done, store_.release(session, id));
        if (!done) return not_held();
        return store_.get_run(session, id);
      });
  if (released) wake();
  return released;
}

Result<ImportRun> ImportDefinitionService::discard(std::int64_t id) {
  auto discarded =
      parts_.extensions.database().write([&](db::Session& session) -> Result<ImportRun> {
        SB_CHECK(store_.get_run(session, id));
        SB_TRY(done, store_.discard(session, id, parts_.extensions.clock().now()));
        if (!done) return not_held();
        return store_.get_run(session, id);
      });
  if (discarded) wake();  // its file goes
  return discarded;
}

Result<> ImportDefinitionService::check(db::Session& session, const std::string& id_or_key) {
  if (is_catalog(id_or_key)) return {};
  SB_CHECK(store_.get(session, id_or_key));
  return {};
}

Result<> ImportDefinitionService::begin(db::Session& session, const std::string& id_or_key,
                                        Time since) {
  if (is_catalog(id_or_key)) return {};
  SB_TRY(definition, store_.get(session, id_or_key));
  SB_TRY(queued, store_.queue_waiting(session, definition.id, "automation"));
  if (!queued.empty() || definition.on_arrival || definition.missing == FileRule::ignore) return {};
  SB_TRY(open, store_.has_open(session, definition.id));
  SB_TRY(newest, store_.newest_since(session, definition.id, since));
  if (open || newest) return {};
  return fail(ErrorCode::invalid, "import-nothing-waits",
              fmt::format("no file has arrived for the import {}", definition.name));
}

Result<ImportDefinitionService::State> ImportDefinitionService::state(db::Session& session,
                                                                      const std::string& id_or_key,
                                                                      Time since) {
  State now;
  SB_TRY(definition, store_.get(session, id_or_key));
  SB_TRY(open, store_.has_open(session, definition.id));
  now.open = open;
  SB_TRY(newest, store_.newest_since(session, definition.id, since));
  if (newest && (newest->state == "failed" || newest->state == "held"))
    now.error = fmt::format("the import of {} {}: {}", newest->file_name,
                            newest->state == "held" ? "is held" : "failed", newest->reason);
  return now;
}

// Files and tables of runs that are over, whoever ended them.
Result<> ImportDefinitionService::clean_up() {
  auto& database = parts_.extensions.database();
  const auto until = parts_.extensions.clock().now() - kKeptForReaders;
  auto ended = database.read([&](db::Session& session) { return store_.staged_of_ended(session); });
  SB_CHECK(ended);
  for (const auto table : *ended) {
    auto dropped = database.write([&](db::Session& session) -> Result<> {
      SB_CHECK(parts_.extensions.definitions().drop_staged(session, table));
      return store_.forget_staged(session, table);
    });
    SB_CHECK(dropped);
  }
  SB_CHECK(database.write([&](db::Session& session) {
    return parts_.extensions.definitions().drop_retired(session, until);
  }));
  std::lock_guard none_under_way(accepting_);
  auto open = database.read([&](db::Session& session) { return store_.open_paths(session); });
  SB_CHECK(open);
  const std::set<std::string> wanted(open->begin(), open->end());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parts_.folder, ignored))
    if (!wanted.contains(entry.path().string())) fs::remove(entry.path(), ignored);
  return {};
}

Result<int> ImportDefinitionService::run() {
  auto next = [&] {
    std::lock_guard none_under_way(accepting_);
    return parts_.extensions.database().read(
        [&](db::Session& session) { return store_.next_run(session); });
  }();
  SB_CHECK(next);
  if (*next) SB_CHECK(ImportWork(ports_, std::move(**next)).run());
  SB_CHECK(clean_up());
  return *next ? 1 : 0;
}

}  // namespace stockbell::engagement
