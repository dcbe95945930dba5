#include "crm/records/row_store.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "platform/text/text.h"

namespace stockbell::crm::records {
namespace {

using objects::Field;
using objects::FieldType;

// A column of the table that callers may write: "{t}.sku" is "sku". What the system keeps by itself
// (system_columns) and what is computed are not.
std::string column_name(const Field& field) {
  static constexpr std::array kSystem{"id",          "is_deleted",  "created_at",     "created_by",
                                      "modified_at", "modified_by", "system_modstamp"};
  if (!field.column.starts_with("{t}.")) return "";
  const auto name = field.column.substr(4);
  return std::ranges::find(kSystem, name) == kSystem.end() ? name : "";
}

constexpr std::string_view kListed = "(SELECT CAST(value AS BIGINT) FROM ";

std::string listed(bool postgresql) {
  return std::string(kListed) +
         (postgresql ? "json_array_elements_text(CAST($1 AS JSON)))" : "json_each($1))");
}

std::string list_of(std::span<const std::int64_t> ids) {
  std::string list = "[";
  for (const auto id : ids) list += (list.size() > 1 ? "," : "") + std::to_string(id);
  return list + "]";
}

// What a table holds beside its object's fields.
std::vector<std::string> derived_columns(const objects::Object& object) {
  if (object.name == "Contact") return {"email_normalized"};
  return {};
}

std::string email_normalized(const objects::Object& object, const StoredRow& row) {
  const auto email = text::parse_email(text_of(object, row, "Email"));
  return email ? email->normalized : "";
}

}  // namespace

RowStore::RowStore(const objects::Schema& schema, bool postgresql) {
  for (const auto& object : schema.objects()) {
    Table table;
    std::string selected = "t.id, t.is_deleted, t.custom", names, places, settings;
    int number = 5;  // $1 id, $2 when, $3 by whom, $4 custom
    const auto add = [&](const std::string& column) {
      names += ", " + column;
      places += fmt::format(", ${}", number);
      settings += fmt::format(", {} = ${}", column, number++);
    };
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
      const auto& field = object.fields[i];
      selected += ", " + objects::sql_of(field, "t", postgresql);
      if (field.column.empty()) table.custom.push_back(i);
      if (const auto column = column_name(field); !column.empty())
        table.columns.push_back(i), add(column);
    }
    for (const auto& column : derived_columns(object)) add(column);
    const auto& from = object.table;
    table.load = {"records.load." + from, fmt::format("SELECT {} FROM {} t WHERE t.id IN {}",
                                                      selected, from, listed(postgresql))};
    table.insert = {"records.insert." + from,
                    fmt::format("INSERT INTO {} (id, created_at, modified_at, system_modstamp, "
                                "created_by, modified_by, custom{}) "
                                "VALUES ($1, $2, $2, $2, $3, $3, $4{})",
                                from, names, places)};
    table.update = {"records.update." + from,
                    fmt::format("UPDATE {} SET modified_at = $2, system_modstamp = $2, "
                                "modified_by = $3, custom = $4{} WHERE id = $1",
                                from, settings)};
    table.remove = {"records.remove." + from,
                    fmt::format("UPDATE {} SET is_deleted = 1, deleted_at = $2, modified_at = $2, "
                                "modified_by = $3, system_modstamp = $2 WHERE id IN {}",
                                from, listed(postgresql))};
    table.changed = {"records.changed." + from,
                     fmt::format("SELECT id FROM {} WHERE system_modstamp >= $1 AND "
                                 "system_modstamp < $2 AND is_deleted = 0 "
                                 "ORDER BY system_modstamp, id LIMIT $3",
                                 from)};
    table.deleted = {
        "records.deleted." + from,
        fmt::format("SELECT id, deleted_at FROM {} WHERE is_deleted = 1 AND deleted_at >= $1 AND "
                    "deleted_at < $2 UNION ALL SELECT id, deleted_at FROM record_tombstone "
                    "WHERE object = $3 AND deleted_at >= $1 AND deleted_at < $2 "
                    "ORDER BY 2, 1 LIMIT $4",
                    from)};
    table.recent = {"records.recent." + from,
                    fmt::format("SELECT id FROM {} WHERE modified_by = $1 AND is_deleted = 0 "
                                "ORDER BY system_modstamp DESC LIMIT $2",
                                from)};
    tables_.emplace(object.name, std::move(table));
  }
}

Result<std::unordered_map<std::int64_t, StoredRow>> RowStore::load(
    db::Session& session, const objects::Object& object, std::span<const std::int64_t> ids) const {
  std::unordered_map<std::int64_t, StoredRow> found;
  if (ids.empty()) return found;
  SB_TRY(rows, session.query(table_of(object).load.statement(), {list_of(ids)}));
  for (const auto& row : rows) {
    StoredRow stored{row.i64(0), row.flag(1), {}, row.text(2)};
    for (std::size_t i = 0; i < object.fields.size(); ++i)
      stored.values.push_back(row.value(i + 3));
    found.emplace(stored.id, std::move(stored));
  }
  return found;
}

std::string RowStore::custom_of(const objects::Object& object, const Table& table,
                                const StoredRow& row) const {
  boost::json::object members;
  boost::json::error_code error;
  if (row.custom != "{}")
    if (auto kept = boost::json::parse(row.custom, error); !error && kept.is_object())
      members = std::move(kept.get_object());
  for (const auto index : table.custom) {
    const auto& name = object.fields[index].name;
    const auto& value = row.values[index].get();
    members.erase(name);
    if (const auto* number = std::get_if<std::int64_t>(&value))
      members[name] = *number;
    else if (const auto* real = std::get_if<double>(&value))
      members[name] = *real;
    else if (const auto* text = std::get_if<std::string>(&value); text && !text->empty())
      members[name] = *text;
  }
  return boost::json::serialize(members);
}

db::Params RowStore::columns_of(const objects::Object& object, const Table& table,
                                const StoredRow& row, const Written& written) const {
  db::Params params{row.id, to_ms(written.at), written.by.value, custom_of(object, table, row)};
  for (const auto index : table.columns) params.push_back(row.values[index]);
  if (!derived_columns(object).empty()) params.push_back(email_normalized(object, row));
  return params;
}

Result<> RowStore::insert(db::Session& session, const objects::Object& object, const StoredRow& row,
                          const Written& written) const {
  const auto& table = table_of(object);
  SB_CHECK(session.execute(table.insert.statement(), columns_of(object, table, row, written)));
  return {};
}

Result<> RowStore::update(db::Session& session, const objects::Object& object,
                          std::span<const StoredRow> rows, const Written& written) const {
  const auto& table = table_of(object);
  std::vector<db::Params> batch;
  for (const auto& row : rows) batch.push_back(columns_of(object, table, row, written));
  if (!batch.empty()) SB_CHECK(session.execute_batch(table.update.statement(), batch));
  return {};
}

Result<> RowStore::remove(db::Session& session, const objects::Object& object,
                          std::span<const std::int64_t> ids, const Written& written) const {
  SB_CHECK(session.execute(table_of(object).remove.statement(),
                           {list_of(ids), to_ms(written.at), written.by.value}));
  return {};
}

Result<std::vector<std::int64_t>> RowStore::changed_between(db::Session& session,
                                                            const objects::Object& object,
                                                            Time from, Time to, int limit) const {
  SB_TRY(rows,
         session.query(table_of(object).changed.statement(), {to_ms(from), to_ms(to), limit}));
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row.i64(0));
  return ids;
}

Result<std::vector<RowStore::Deletion>> RowStore::deleted_between(db::Session& session,
                                                                  const objects::Object& object,
                                                                  Time from, Time to,
                                                                  int limit) const {
  SB_TRY(rows, session.query(table_of(object).deleted.statement(),
                             {to_ms(from), to_ms(to), object.name, limit}));
  std::vector<Deletion> deletions;
  for (const auto& row : rows) deletions.push_back({row.i64(0), from_ms(row.i64(1))});
  return deletions;
}

Result<std::vector<std::int64_t>> RowStore::recent(db::Session& session,
                                                   const objects::Object& object, UserId user,
                                                   int limit) const {
  SB_TRY(rows, session.query(table_of(object).recent.statement(), {user.value, limit}));
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row.i64(0));
  return ids;
}

const db::Value& value_of(const objects::Object& object, const StoredRow& row,
                          std::string_view field) {
  for (std::size_t i = 0; i < object.fields.size(); ++i)
    if (object.fields[i].name == field) return row.values[i];
  throw std::logic_error("no field " + std::string(field));
}

db::Value& value_of(const objects::Object& object, StoredRow& row, std::string_view field) {
  return const_cast<db::Value&>(value_of(object, std::as_const(row), field));
}

std::string text_of(const objects::Object& object, const StoredRow& row, std::string_view field) {
  const auto* text = std::get_if<std::string>(&value_of(object, row, field).get());
  return text ? *text : "";
}

std::int64_t number_of(const objects::Object& object, const StoredRow& row,
                       std::string_view field) {
  const auto* number = std::get_if<std::int64_t>(&value_of(object, row, field).get());
  return number ? *number : 0;
}

}  // namespace stockbell::crm::records
