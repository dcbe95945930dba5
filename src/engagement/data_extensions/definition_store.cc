#include "engagement/data_extensions/definition_store.h"

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/definition_rules.h"
#include "engagement/data_extensions/row_sql.h"
#include "sql/engagement_definition.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_definition;

std::span<const db::Migration> DefinitionStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.data_extensions/1", statements::schema_1}};
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
  std::vector<db::Params> columns;
  for (const auto& column : extension.columns)
    columns.push_back({extension.id, static_cast<std::int64_t>(columns.size()), column.name,
                       to_text(column.type), column.length, column.scale, column.is_key,
                       column.nullable, column.default_value});
  SB_CHECK(session.execute_batch(statements::insert_column, columns));
  extension.source = table_of(extension.id);
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
  extension.source = table_of(extension.id);
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

Result<> DefinitionStore::remove(db::Session& session, const DataExtension& extension) {
  SB_CHECK(session.execute(statements::delete_columns, {extension.id}));
  SB_CHECK(session.execute(statements::delete_extension, {extension.id}));
  const auto drop = "DROP TABLE " + table_of(extension.id);
  SB_CHECK(session.execute({"", drop, drop}));
  return {};
}

}  // namespace stockbell::engagement
