#include "engagement/import_definitions/import_staging.h"

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/row_sql.h"
#include "engagement/extensions/extension_store.h"

namespace stockbell::engagement {
namespace {

// A piece of rows in no order touches every leaf of the extension's indexes: the fewer pieces, the
// less is written; and as long as one is moved, nobody else writes to the embedded store.
constexpr int kPieceRows = 50'000;

db::Value digest_of(const db::Value& value) {
  const auto* address = std::get_if<std::string>(&value.get());
  return address ? db::Value(address_key(*address)) : db::Value();
}

bool holds_address(const DataExtension& extension, std::size_t column) {
  return extension.columns[column].type == ColumnType::email_address;
}

// "c_1, k_1, c_3" of the columns, each behind `prefix`.
std::vector<std::string> names_of(const DataExtension& extension,
                                  const std::vector<std::size_t>& columns,
                                  std::string_view prefix = "") {
  std::vector<std::string> names;
  for (const auto column : columns) {
    names.push_back(std::string(prefix) + column_sql(column));
    if (holds_address(extension, column)) names.push_back(std::string(prefix) + digest_sql(column));
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

ImportRunError doubled(std::int64_t line, std::int64_t standing) {
  return {line, "", "key-duplicate", fmt::format("the row of line {} has the same key", standing)};
}

}  // namespace

ImportStaging::ImportStaging(DataExtensions& extensions, IdGenerator& ids,
                             const DataExtension& extension, std::int64_t table,
                             ImportAction action, DuplicateKeys duplicates,
                             std::vector<std::size_t> columns, Time now)
    : extensions_(extensions),
      ids_(ids),
      extension_(extension),
      staged_(extension),
      action_(action),
      duplicates_(duplicates),
      columns_(std::move(columns)),
      now_(now) {
  staged_.table = table;
  staged_.source = table_of(table);
  if (action == ImportAction::update) return;
  for (std::size_t i = 0; i < extension.columns.size(); ++i) {
    if (std::ranges::find(columns_, i) != columns_.end()) continue;
    const auto value = default_value(extension.columns[i], now);
    if (value && *value) defaults_.push_back({i, **value});
  }
}

Result<> ImportStaging::create(db::Session& session) {
  SB_CHECK(extensions_.definitions().stage(session, extension_, staged_.table,
                                           action_ == ImportAction::overwrite, now_));
  // Of the line there is no more need when the table is the extension's own; it does no harm.
  const auto sql = fmt::format("ALTER TABLE {} ADD COLUMN line BIGINT", staged_.source);
  SB_CHECK(session.execute({"", sql, sql}));
  return {};
}

Result<bool> ImportStaging::exists(db::Session& session) {
  return extensions_.definitions().is_staged(session, staged_.table);
}

// A table that will be the extension's own gets the defaults at once.
std::string ImportStaging::insert_sql() const {
  auto names = names_of(staged_, columns_);
  if (action_ == ImportAction::overwrite)
    for (const auto& filled : defaults_)
      std::ranges::move(names_of(staged_, {filled.column}), std::back_inserter(names));
  std::string places = "$1, $2";
  for (std::size_t i = 0; i < names.size(); ++i) places += fmt::format(", ${}", i + 3);
  auto sql = fmt::format("INSERT INTO {} (row_id, line, {}) VALUES ({})", staged_.source,
                         joined(names), places);
  if (staged_.has_key()) sql += fmt::format(" ON CONFLICT ({}) DO NOTHING", key_list_sql(staged_));
  return sql;
}

Result<db::Params> ImportStaging::params_of(const TypedRow& row, std::int64_t id) const {
  db::Params params = {id, row.line};
  const auto add = [&](std::size_t column, const db::Value& value) {
    params.push_back(value);
    if (holds_address(staged_, column)) params.push_back(digest_of(value));
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) add(columns_[i], row.values[i]);
  if (action_ == ImportAction::overwrite)
    for (const auto& filled : defaults_) add(filled.column, filled.value);
  return params;
}

db::Params ImportStaging::key_of(const TypedRow& row) const {
  db::Params key;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (staged_.columns[columns_[i]].is_key) key.push_back(row.values[i]);
  return key;
}

// A row whose key stands there already.
Result<std::optional<ImportRunError>> ImportStaging::add_double(db::Session& session,
                                                                const TypedRow& row) {
  const auto find = fmt::format("SELECT row_id, line FROM {} WHERE {}", staged_.source,
                                key_condition_sql(staged_));
  SB_TRY(standing, session.query_one({"", find, find}, key_of(row)));
  if (standing && duplicates_ == DuplicateKeys::first)
    return std::optional(doubled(row.line, standing->i64(1)));
  if (standing) {
    const auto remove = fmt::format("DELETE FROM {} WHERE row_id = $1", staged_.source);
    SB_CHECK(session.execute({"", remove, remove}, {standing->i64(0)}));
  }
  const auto sql = insert_sql();
  SB_TRY(params, params_of(row, ids_.next()));
  SB_CHECK(session.execute({"", sql, sql}, params));
  return standing ? std::optional(doubled(standing->i64(1), row.line)) : std::nullopt;
}

Result<std::vector<ImportRunError>> ImportStaging::add(db::Session& session,
                                                       std::span<const TypedRow> rows) {
  std::vector<ImportRunError> doubles;
  if (rows.empty()) return doubles;
  const auto sql = insert_sql();
  std::vector<db::Params> batch;
  batch.reserve(rows.size());
  std::int64_t first = 0;
  for (const auto& row : rows) {
    const auto id = ids_.next();
    if (first == 0) first = id;
    SB_TRY(params, params_of(row, id));
    batch.push_back(std::move(params));
  }
  SB_TRY(written, session.execute_batch({"", sql, sql}, batch));
  if (written == std::ssize(rows)) return doubles;
  const auto list =
      fmt::format("SELECT line FROM {} WHERE row_id >= $1 ORDER BY row_id", staged_.source);
  SB_TRY(lines, session.query({"", list, list}, {first}));
  std::size_t at = 0;
  for (const auto& row : rows) {
    if (at < lines.size() && lines[at].i64(0) == row.line) {
      ++at;
      continue;
    }
    SB_TRY(one, add_double(session, row));
    if (one) doubles.push_back(std::move(*one));
  }
  return doubles;
}

Result<std::int64_t> ImportStaging::piece_end(db::Session& session, std::int64_t after) {
  const auto sql = fmt::format(
      "SELECT MAX(row_id) FROM (SELECT row_id FROM {} WHERE row_id > $1 ORDER BY row_id LIMIT {}) "
      "AS piece",
      staged_.source, kPieceRows);
  SB_TRY(row, session.query_one({"", sql, sql}, {after}));
  return row->i64(0);
}

Result<std::vector<ImportRunError>> ImportStaging::refuse_misfits(db::Session& session,
                                                                  std::int64_t after,
                                                                  std::int64_t through) {
  std::vector<ImportRunError> refused;
  const bool adds = action_ == ImportAction::add;
  if ((!adds && action_ != ImportAction::update) || !extension_.has_key()) return refused;
  const auto sql = fmt::format(
      "DELETE FROM {0} WHERE row_id > $1 AND row_id <= $2 AND {1}EXISTS (SELECT 1 FROM {2} AS "
      "there "
      "WHERE {3}) RETURNING line",
      staged_.source, adds ? "" : "NOT ", extension_.source,
      same_key_sql(extension_, "there", staged_.source));
  SB_TRY(rows, session.query({"", sql, sql}, {after, through}));
  for (const auto& row : rows)
    refused.push_back({row.i64(0), "", adds ? "row-exists" : "row-unknown",
                       adds ? "there is a row of this key" : "there is no row of this key"});
  std::ranges::sort(refused, {}, &ImportRunError::line);
  return refused;
}

std::string ImportStaging::move_sql() const {
  const auto names = names_of(extension_, columns_);
  auto into = names, from = names_of(extension_, columns_, "s.");
  std::size_t parameter = 2;
  for (const auto& filled : defaults_)
    for (const auto& name : names_of(extension_, {filled.column})) {
      into.push_back(name);
      // PostgreSQL does not guess what a parameter of a SELECT is.
      const bool text = std::holds_alternative<std::string>(filled.value.get());
      from.push_back(fmt::format("CAST(${} AS {})", ++parameter, text ? "TEXT" : "BIGINT"));
    }
  auto sql = fmt::format(
      "INSERT INTO {} (row_id, {}) SELECT s.row_id, {} FROM {} AS s "
      "WHERE s.row_id > $1 AND s.row_id <= $2 ORDER BY s.row_id",
      extension_.source, joined(into), joined(from), staged_.source);
  if (!extension_.has_key()) return sql;
  std::string changes;
  if (action_ == ImportAction::add_update)
    for (const auto column : columns_) {
      if (extension_.columns[column].is_key) continue;
      for (const auto& name : names_of(extension_, {column}))
        changes += fmt::format("{}{} = excluded.{}", changes.empty() ? "" : ", ", name, name);
    }
  return sql + fmt::format(" ON CONFLICT ({}) DO {}", key_list_sql(extension_),
                           changes.empty() ? "NOTHING" : "UPDATE SET " + changes);
}

std::string ImportStaging::update_sql() const {
  std::string changes;
  for (const auto column : columns_) {
    if (extension_.columns[column].is_key) continue;
    for (const auto& name : names_of(extension_, {column}))
      changes += fmt::format("{}{} = s.{}", changes.empty() ? "" : ", ", name, name);
  }
  if (changes.empty()) return {};
  return fmt::format("UPDATE {} SET {} FROM {} AS s WHERE s.row_id > $1 AND s.row_id <= $2 AND {}",
                     extension_.source, changes, staged_.source,
                     same_key_sql(extension_, "s", extension_.source));
}

Result<std::int64_t> ImportStaging::apply(db::Session& session, std::int64_t after,
                                          std::int64_t through) {
  db::Params params = {after, through};
  if (action_ == ImportAction::update) {
    const auto sql = update_sql();
    if (!sql.empty()) return session.execute({"", sql, sql}, params);
    // Nothing but keys: every row of the file is there as it says.
    const auto all =
        fmt::format("SELECT COUNT(*) FROM {} WHERE row_id > $1 AND row_id <= $2", staged_.source);
    SB_TRY(row, session.query_one({"", all, all}, params));
    return row->i64(0);
  }
  for (const auto& filled : defaults_) {
    params.push_back(filled.value);
    if (holds_address(extension_, filled.column)) params.push_back(digest_of(filled.value));
  }
  const auto sql = move_sql();
  return session.execute({"", sql, sql}, params);
}

Result<std::int64_t> ImportStaging::count(db::Session& session) {
  const auto sql = "SELECT COUNT(*) FROM " + staged_.source;
  SB_TRY(row, session.query_one({"", sql, sql}));
  return row->i64(0);
}

Result<std::int64_t> ImportStaging::first_row(db::Session& session, std::int64_t after) {
  const auto sql = fmt::format("SELECT MIN(row_id) FROM {} WHERE row_id > $1", staged_.source);
  SB_TRY(row, session.query_one({"", sql, sql}, {after}));
  return row->i64(0);
}

Result<> ImportStaging::drop(db::Session& session) {
  return extensions_.definitions().drop_staged(session, staged_.table);
}

}  // namespace stockbell::engagement
