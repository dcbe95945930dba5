#include "engagement/data_extensions/definition_store.h"

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/definition_rules.h"
#include "engagement/data_extensions/row_sql.h"
#include "sql/engagement_definition.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_definition;

std::span<const db::Migration> DefinitionStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.data_extensions/1", statements::schema_1},
      {"engagement.data_extensions/2", statements::schema_2}};
  return kMigrations;
}

Result<> DefinitionStore::create(db::Session& session, DataExtension& extension) {
  const auto key = fold_name(extension.key), name = fold_name(extension.name);
  SB_TRY(same_key, find(session, extension.key));
  SB_TRY(same_name, find_named(session, extension.name));
  if (same_key || same_name)
    return fail(ErrorCode::conflict, "data-extension-exists",
                "there is a data extension of this key or name", same_key ? "key" : "name");
  SB_TRY(count, session.query_one(statements::count_extensions));
  if (count->i64(0) >= static_cast<std::int64_t>(kMostExtensions))
    return fail(
        ErrorCode::invalid, "data-extensions-too-many",
        fmt::format("there are {} data extensions, the most there may be", kMostExtensions));
  SB_CHECK(
      session.execute(statements::insert_extension,
                      {extension.id, extension.key, key, extension.name, name,
                       extension.description, extension.category, to_ms(extension.created_at)}));
  SB_CHECK(insert_columns(session, extension.id, extension.columns, 0));
  extension.table = extension.id;
  extension.source = table_of(extension.table);
  for (const auto& sql : create_table_sql(extension, postgresql_))
    SB_CHECK(session.execute({"", sql, sql}));
  return {};
}

Result<DataExtension> DefinitionStore::read(db::Session& session, const db::Row& row) const {
  DataExtension extension;
  extension.id = row.i64(0);
  extension.key = row.text(1);
  extension.name = row.text(2);
  extension.description = row.text(3);
  extension.category = row.i64(4);
  extension.created_at = from_ms(row.i64(5));
  extension.modified_at = from_ms(row.i64(6));
  extension.table = row.i64(7);
  extension.source = table_of(extension.table);
  SB_TRY(columns, session.query(statements::columns_of, {extension.id}));
  for (const auto& found : columns) {
    Column column;
    column.name = found.text(0);
    column.type = parse_enum<ColumnType>(found.text(1)).value_or(ColumnType::text);
    column.length = static_cast<int>(found.i64(2));
    column.scale = static_cast<int>(found.i64(3));
    column.is_key = found.flag(4);
    column.nullable = found.flag(5);
    if (!found.is_null(6)) column.default_value = found.text(6);
    extension.columns.push_back(std::move(column));
  }
  return extension;
}

Result<std::optional<DataExtension>> DefinitionStore::find(db::Session& session,
                                                           std::string_view key) const {
  if (const auto* builtin = find_builtin(postgresql_, key)) return std::optional(*builtin);
  SB_TRY(row, session.query_one(statements::find_by_key, {fold_name(key)}));
  if (!row) return std::optional<DataExtension>();
  SB_TRY(extension, read(session, *row));
  return std::optional(std::move(extension));
}

Result<std::optional<DataExtension>> DefinitionStore::find(db::Session& session,
                                                           std::int64_t id) const {
  SB_TRY(row, session.query_one(statements::find_by_id, {id}));
  if (!row) return std::optional<DataExtension>();
  SB_TRY(extension, read(session, *row));
  return std::optional(std::move(extension));
}

Result<std::optional<DataExtension>> DefinitionStore::find_named(db::Session& session,
                                                                 std::string_view name) const {
  SB_TRY(row, session.query_one(statements::find_by_name, {fold_name(name)}));
  if (!row) return find(session, name);
  SB_TRY(extension, read(session, *row));
  return std::optional(std::move(extension));
}

Result<DataExtension> DefinitionStore::get(db::Session& session, std::string_view key) const {
  SB_TRY(found, find(session, key));
  if (!found || found->kind == ExtensionKind::view)
    return fail(ErrorCode::not_found, "data-extension-unknown",
                "there is no data extension with this key here", "key");
  return std::move(*found);
}

Result<std::vector<DataExtension>> DefinitionStore::list_own(db::Session& session) const {
  SB_TRY(rows, session.query(statements::all_extensions));
  std::vector<DataExtension> all;
  for (const auto& row : rows) {
    SB_TRY(extension, read(session, row));
    all.push_back(std::move(extension));
  }
  return all;
}

Result<> DefinitionStore::insert_columns(db::Session& session, std::int64_t extension,
                                         std::span<const Column> columns, std::size_t first) {
  std::vector<db::Params> batch;
  for (const auto& column : columns)
    batch.push_back({extension, static_cast<std::int64_t>(first + batch.size()), column.name,
                     to_text(column.type), column.length, column.scale, column.is_key,
                     column.nullable, column.default_value});
  SB_CHECK(session.execute_batch(statements::insert_column, batch));
  return {};
}

Result<> DefinitionStore::drop(db::Session& session, std::int64_t table) {
  SB_CHECK(session.execute(statements::delete_aside, {table}));
  const auto sql = "DROP TABLE IF EXISTS " + table_of(table);
  SB_CHECK(session.execute({"", sql, sql}));
  return {};
}

Result<> DefinitionStore::remove(db::Session& session, const DataExtension& extension) {
  SB_CHECK(session.execute(statements::delete_columns, {extension.id}));
  SB_CHECK(session.execute(statements::delete_extension, {extension.id}));
  SB_TRY(aside, session.query(statements::aside_of, {extension.id}));
  for (const auto& row : aside) SB_CHECK(drop(session, row.i64(0)));
  return drop(session, extension.table);
}

// Rows that are there already get the column's default.
Result<> DefinitionStore::add_column(db::Session& session, const DataExtension& extension,
                                     std::size_t index) {
  for (const auto& sql : add_column_sql(extension, index, postgresql_))
    SB_CHECK(session.execute({"", sql, sql}));
  SB_TRY(value, default_value(extension.columns[index], extension.modified_at));
  if (!value || value->is_null()) return {};
  const auto sql = fmt::format("UPDATE {} SET {} = $1", extension.source, column_sql(index));
  SB_CHECK(session.execute({"", sql, sql}, {*value}));
  return {};
}

Result<> DefinitionStore::change(db::Session& session, const DataExtension& extension,
                                 std::span<const Column> added) {
  SB_TRY(same_name, find_named(session, extension.name));
  if (same_name && same_name->id != extension.id)
    return fail(ErrorCode::conflict, "data-extension-exists",
                "there is a data extension of this key or name", "name");
  SB_CHECK(
      session.execute(statements::change_extension,
                      {extension.id, extension.name, fold_name(extension.name),
                       extension.description, extension.category, to_ms(extension.modified_at)}));
  if (added.empty()) return {};
  const auto first = extension.columns.size() - added.size();
  SB_CHECK(insert_columns(session, extension.id, added, first));
  // What is being filled aside has not got the columns: its import begins anew.
  SB_TRY(aside, session.query(statements::aside_of, {extension.id}));
  for (const auto& row : aside) SB_CHECK(drop(session, row.i64(0)));
  for (std::size_t i = first; i < extension.columns.size(); ++i)
    SB_CHECK(add_column(session, extension, i));
  return {};
}

Result<DataExtension> DefinitionStore::stage(db::Session& session, const DataExtension& extension,
                                             std::int64_t table, bool whole, Time now) {
  auto staged = extension;
  staged.table = table;
  staged.source = table_of(table);
  SB_CHECK(session.execute(statements::insert_aside, {table, extension.id, "staged", to_ms(now)}));
  for (const auto& sql : create_table_sql(staged, postgresql_, whole))
    SB_CHECK(session.execute({"", sql, sql}));
  return staged;
}

Result<bool> DefinitionStore::is_staged(db::Session& session, std::int64_t table) const {
  SB_TRY(row, session.query_one(statements::find_staged, {table}));
  return row.has_value();
}

Result<> DefinitionStore::swap(db::Session& session, const DataExtension& extension,
                               std::int64_t staged, Time now) {
  SB_CHECK(session.execute(statements::delete_aside, {staged}));
  SB_CHECK(session.execute(statements::set_table, {extension.id, staged}));
  SB_CHECK(session.execute(statements::insert_aside,
                           {extension.table, extension.id, "retired", to_ms(now)}));
  return {};
}

Result<> DefinitionStore::drop_staged(db::Session& session, std::int64_t table) {
  SB_TRY(there, is_staged(session, table));
  return there ? drop(session, table) : Result<>();
}

Result<bool> DefinitionStore::drop_retired(db::Session& session, Time until) {
  SB_TRY(row, session.query_one(statements::find_retired, {to_ms(until)}));
  if (!row) return false;
  SB_CHECK(drop(session, row->i64(0)));
  return true;
}

Result<std::vector<DataExtension>> DefinitionStore::list_aside(db::Session& session) const {
  SB_TRY(rows, session.query(statements::all_aside));
  std::vector<DataExtension> all;
  for (const auto& row : rows) {
    SB_TRY(extension, find(session, row.i64(1)));
    if (!extension) continue;
    extension->table = row.i64(0);
    extension->source = table_of(extension->table);
    all.push_back(std::move(*extension));
  }
  return all;
}

}  // namespace stockbell::engagement
