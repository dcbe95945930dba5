#include "commerce/imports/import_store.h"

#include <limits>

#include "sql/commerce_import.sql.h"

namespace stockbell::commerce::import_store {
namespace {

namespace sql = stockbell::sql::commerce_import;

ImportReport report_of(const db::Row& row) {
  ImportReport report;
  report.id = ImportId{row.i64(0)};
  report.kind = parse_enum<ImportKind>(row.text(1)).value_or(ImportKind::inventory);
  report.file_name = row.text(2);
  report.state = parse_enum<ImportState>(row.text(3)).value_or(ImportState::failed);
  report.rows_read = row.i64(4);
  report.rows_changed = row.i64(5);
  report.rows_refused = row.i64(6);
  report.error = row.text(7);
  report.created_at = from_ms(row.i64(8));
  report.finished_at = from_ms(row.i64(9));
  report.list = row.text(10);
  report.mode = row.text(11);
  return report;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"commerce-imports/1", sql::schema},
                                          db::Migration{"commerce-imports/2", sql::named_list},
                                          db::Migration{"commerce-imports/3", sql::named_mode}};
  return kMigrations;
}

Result<> insert(db::Session& session, const ImportReport& report) {
  SB_CHECK(session.execute(sql::insert_run, {report.id.value, to_text(report.kind),
                                             report.file_name, to_text(report.state),
                                             to_ms(report.created_at), report.list, report.mode}));
  return {};
}

Result<> update(db::Session& session, const ImportReport& report) {
  SB_CHECK(session.execute(
      sql::update_run,
      {report.id.value, to_text(report.state), report.rows_read, report.rows_changed,
       report.rows_refused, report.error, to_ms(report.finished_at)}));
  SB_CHECK(session.execute(sql::clear_refused, {report.id.value}));
  std::vector<db::Params> rows;
  for (const auto& refused : report.refused)
    rows.push_back({report.id.value, rows.size(), refused.line, refused.reason, refused.message});
  if (!rows.empty()) SB_CHECK(session.execute_batch(sql::insert_refused, rows));
  return {};
}

Result<std::optional<ImportReport>> find(db::Session& session, ImportId id) {
  SB_TRY(row, session.query_one(sql::find_run, {id.value}));
  if (!row) return std::optional<ImportReport>();
  auto report = report_of(*row);
  SB_TRY(refused, session.query(sql::list_refused, {id.value}));
  for (const auto& line : refused)
    report.refused.push_back({line.i64(0), line.text(1), line.text(2)});
  return report;
}

Result<std::vector<ImportReport>> list(db::Session& session, ImportId before, int limit) {
  auto bound = before ? before.value : std::numeric_limits<std::int64_t>::max();
  SB_TRY(rows, session.query(sql::list_runs, {bound, limit}));
  std::vector<ImportReport> reports;
  for (const auto& row : rows) reports.push_back(report_of(row));
  return reports;
}

Result<std::vector<ImportId>> list_unfinished(db::Session& session) {
  SB_TRY(rows, session.query(sql::unfinished_runs));
  std::vector<ImportId> ids;
  for (const auto& row : rows) ids.push_back(ImportId{row.i64(0)});
  return ids;
}

}  // namespace stockbell::commerce::import_store
