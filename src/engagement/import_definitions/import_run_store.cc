#include "engagement/import_definitions/import_run_store.h"

#include <charconv>

#include "engagement/data_extensions/types.h"
#include "engagement/import_definitions/definition_reader.h"
#include "sql/engagement_import_definition.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_import_definition;

std::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "import-definition-unknown",
              "there is no import definition with this id or key");
}

Result<ImportDefinition> definition_of(const db::Row& row) {
  SB_TRY(made, read_import_definition(row.text(1)));
  made.id = row.i64(0);
  made.created_at = from_ms(row.i64(2));
  made.modified_at = from_ms(row.i64(3));
  return std::move(made);
}

std::string text_of(const ImportDefinition& definition) {
  text::JsonWriter json;
  json.begin_object();
  write_import_definition(json, definition);
  json.end_object();
  return std::move(json).str();
}

std::optional<Time> time_of(const db::Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(from_ms(row.i64(column)));
}

ImportRun run_of(const db::Row& row) {
  ImportRun run;
  run.id = row.i64(0);
  run.definition_id = row.i64(1);
  run.file_name = row.text(2);
  run.path = row.text(3);
  run.state = row.text(4);
  run.reason = row.text(5);
  run.started_by = row.text(6);
  run.order_time = row.i64(7);
  run.order_sequence = row.i64(8);
  run.content_hash = row.text(9);
  run.bytes = row.i64(10);
  run.rows_read = row.i64(11);
  run.rows_refused = row.i64(12);
  run.rows_duplicated = row.i64(13);
  run.rows_applied = row.i64(14);
  run.released = row.flag(15);
  run.staged_table = row.i64(16);
  run.staged_columns = row.text(17);
  run.applied_through = row.i64(18);
  run.applying = row.flag(19);
  run.definition = row.text(20);
  run.arrived_at = from_ms(row.i64(21));
  run.started_at = time_of(row, 22);
  run.finished_at = time_of(row, 23);
  return run;
}

std::vector<std::int64_t> numbers_of(const db::Rows& rows) {
  std::vector<std::int64_t> numbers;
  for (const auto& row : rows) numbers.push_back(row.i64(0));
  return numbers;
}

ImportRun told(const db::Row& row) {
  ImportRun run;
  run.state = row.text(0);
  run.file_name = row.text(1);
  run.reason = row.text(2);
  return run;
}

}  // namespace

std::span<const db::Migration> ImportRunStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.import_definitions/1", statements::schema_1}};
  return kMigrations;
}

Result<bool> ImportRunStore::insert(db::Session& session, const ImportDefinition& definition) {
  SB_TRY(made, session.execute(statements::insert_definition,
                               {definition.id, definition.key, fold_name(definition.key),
                                text_of(definition), to_ms(definition.created_at)}));
  return made > 0;
}

Result<> ImportRunStore::change(db::Session& session, const ImportDefinition& definition) {
  SB_TRY(changed,
         session.execute(statements::change_definition,
                         {definition.id, text_of(definition), to_ms(definition.modified_at)}));
  return changed > 0 ? Result<>() : unknown();
}

Result<std::int64_t> ImportRunStore::count(db::Session& session) {
  SB_TRY(row, session.query_one(statements::count_definitions));
  return row->i64(0);
}

Result<ImportDefinition> ImportRunStore::get(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(statements::find_definition, {id}));
  if (!row) return unknown();
  return definition_of(*row);
}

Result<ImportDefinition> ImportRunStore::get(db::Session& session, const std::string& id_or_key) {
  std::int64_t id = 0;
  const auto end = id_or_key.data() + id_or_key.size();
  const auto [stop, error] = std::from_chars(id_or_key.data(), end, id);
  if (error == std::errc() && stop == end) {
    SB_TRY(row, session.query_one(statements::find_definition, {id}));
    if (row) return definition_of(*row);
  }
  SB_TRY(row, session.query_one(statements::find_by_key, {fold_name(id_or_key)}));
  if (!row) return unknown();
  return definition_of(*row);
}

Result<std::vector<ImportDefinition>> ImportRunStore::list(db::Session& session) {
  SB_TRY(rows, session.query(statements::list_definitions));
  std::vector<ImportDefinition> all;
  for (const auto& row : rows) {
    SB_TRY(one, definition_of(row));
    all.push_back(std::move(one));
  }
  return all;
}

Result<std::vector<std::int64_t>> ImportRunStore::remove(db::Session& session, std::int64_t id) {
  SB_TRY(staged, session.query(statements::staged_of, {id}));
  SB_CHECK(session.execute(statements::delete_errors_of, {id}));
  SB_CHECK(session.execute(statements::delete_runs_of, {id}));
  SB_TRY(gone, session.execute(statements::delete_definition, {id}));
  if (gone == 0) return unknown();
  return numbers_of(staged);
}

Result<AppliedFile> ImportRunStore::find_applied(db::Session& session, std::int64_t definition) {
  SB_TRY(row, session.query_one(statements::find_applied, {definition}));
  if (!row) return unknown();
  return AppliedFile{row->text(0), row->i64(1), row->i64(2)};
}

Result<> ImportRunStore::set_applied(db::Session& session, const ImportRun& run) {
  SB_CHECK(session.execute(statements::set_applied, {run.definition_id, run.content_hash,
                                                     run.order_time, run.order_sequence}));
  return {};
}

Result<> ImportRunStore::insert_run(db::Session& session, const ImportRun& run) {
  SB_CHECK(session.execute(statements::forget_errors, {run.definition_id}));
  SB_CHECK(session.execute(statements::forget_runs, {run.definition_id}));
  SB_CHECK(
      session.execute(statements::insert_run,
                      {run.id, run.definition_id, run.file_name, run.path, run.state,
                       run.started_by, run.order_time, run.order_sequence, to_ms(run.arrived_at)}));
  return {};
}

Result<> ImportRunStore::erase_run(db::Session& session, std::int64_t id) {
  SB_CHECK(session.execute(statements::delete_run, {id}));
  return {};
}

Result<std::vector<std::string>> ImportRunStore::open_paths(db::Session& session) {
  SB_TRY(rows, session.query(statements::open_paths));
  std::vector<std::string> paths;
  for (const auto& row : rows) paths.push_back(row.text(0));
  return paths;
}

Result<std::vector<std::int64_t>> ImportRunStore::queue_waiting(db::Session& session,
                                                                std::int64_t definition,
                                                                std::string_view started_by) {
  SB_TRY(rows, session.query(statements::queue_waiting, {definition, started_by}));
  auto ids = numbers_of(rows);
  std::ranges::sort(ids);
  return ids;
}

Result<std::optional<ImportRun>> ImportRunStore::next_run(db::Session& session) {
  SB_TRY(row, session.query_one(statements::next_run));
  if (!row) return std::optional<ImportRun>();
  SB_TRY(run, get_run(session, row->i64(0)));
  return std::optional(std::move(run));
}

Result<ImportRun> ImportRunStore::get_run(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(statements::find_run, {id}));
  if (!row) return fail(ErrorCode::not_found, "import-run-unknown", "there is no such run");
  return run_of(*row);
}

Result<std::vector<ImportRun>> ImportRunStore::list_runs(db::Session& session,
                                                         std::int64_t definition,
                                                         std::int64_t before,
                                                         const std::string& state, int limit) {
  SB_TRY(rows, session.query(statements::list_runs, {definition, before, state, limit}));
  std::vector<ImportRun> all;
  for (const auto& row : rows) all.push_back(run_of(row));
  return all;
}

Result<bool> ImportRunStore::start(db::Session& session, const ImportRun& run) {
  SB_CHECK(session.execute(statements::clear_errors, {run.id}));
  SB_TRY(started,
         session.execute(statements::start_run,
                         {run.id, run.started_at ? db::Value(to_ms(*run.started_at)) : db::Value(),
                          run.definition, run.content_hash, run.bytes, run.staged_table}));
  return started > 0;
}

Result<bool> ImportRunStore::still_runs(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(statements::still_runs, {id}));
  return row.has_value();
}

Result<> ImportRunStore::save_progress(db::Session& session, const ImportRun& run) {
  SB_CHECK(session.execute(
      statements::save_progress,
      {run.id, run.rows_read, run.rows_refused, run.rows_duplicated, run.rows_applied,
       run.applied_through, run.applying ? 1 : 0, run.staged_columns}));
  return {};
}

Result<> ImportRunStore::add_errors(db::Session& session, std::int64_t run,
                                    std::span<const ImportRunError> errors, std::int64_t& kept) {
  std::vector<db::Params> batch;
  for (const auto& error : errors) {
    if (kept >= kMostErrors) break;
    ++kept;
    batch.push_back({run, error.line, error.column, error.reason, error.message});
  }
  if (!batch.empty()) SB_CHECK(session.execute_batch(statements::insert_error, batch));
  return {};
}

Result<std::vector<ImportRunError>> ImportRunStore::list_errors(db::Session& session,
                                                                std::int64_t run,
                                                                std::int64_t after_line,
                                                                std::int64_t limit) {
  SB_TRY(rows, session.query(statements::list_errors, {run, after_line, limit}));
  std::vector<ImportRunError> all;
  for (const auto& row : rows) all.push_back({row.i64(0), row.text(1), row.text(2), row.text(3)});
  return all;
}

Result<> ImportRunStore::finish(db::Session& session, const ImportRun& run) {
  SB_CHECK(session.execute(statements::finish_run,
                           {run.id, run.state, run.reason,
                            run.finished_at ? db::Value(to_ms(*run.finished_at)) : db::Value()}));
  return {};
}

Result<bool> ImportRunStore::release(db::Session& session, std::int64_t id) {
  SB_TRY(done, session.execute(statements::release_run, {id}));
  return done > 0;
}

Result<bool> ImportRunStore::discard(db::Session& session, std::int64_t id, Time now) {
  SB_TRY(done, session.execute(statements::discard_run, {id, to_ms(now)}));
  return done > 0;
}

Result<bool> ImportRunStore::has_open(db::Session& session, std::int64_t definition) {
  SB_TRY(row, session.query_one(statements::count_open, {definition}));
  return row->i64(0) > 0;
}

Result<std::optional<ImportRun>> ImportRunStore::newest_since(db::Session& session,
                                                              std::int64_t definition, Time since) {
  SB_TRY(row, session.query_one(statements::newest_since, {definition, to_ms(since)}));
  return row ? std::optional(told(*row)) : std::nullopt;
}

Result<std::vector<std::int64_t>> ImportRunStore::staged_of_ended(db::Session& session) {
  SB_TRY(rows, session.query(statements::staged_of_ended));
  return numbers_of(rows);
}

Result<> ImportRunStore::forget_staged(db::Session& session, std::int64_t table) {
  SB_CHECK(session.execute(statements::forget_staged, {table}));
  return {};
}

Result<> fail_open_imports(db::Session& session, Time now) {
  SB_CHECK(session.execute(
      statements::fail_open_runs,
      {"a person's data was erased before the file was imported; upload it again", to_ms(now)}));
  return {};
}

}  // namespace stockbell::engagement
