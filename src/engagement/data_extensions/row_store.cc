#include "engagement/data_extensions/row_store.h"

#include <ranges>

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/row_sql.h"
#include "engagement/extensions/extension_store.h"

namespace stockbell::engagement {
namespace {

std::unexpected<Error> bad_row(std::string message, std::string field = {}) {
  return fail(ErrorCode::invalid, "row-invalid", std::move(message), std::move(field));
}

std::vector<std::size_t> given_columns(const RowValues& row) {
  std::vector<std::size_t> given;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (row[i]) given.push_back(i);
  return given;
}

Result<db::Params> key_params(const DataExtension& extension, const RowValues& row) {
  db::Params params;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!extension.columns[i].is_key) continue;
    const auto* text = row[i] ? std::get_if<std::string>(&row[i]->get()) : nullptr;
    if (!row[i] || row[i]->is_null() || (text && text->empty()))
      return bad_row("the key's column " + extension.columns[i].name + " has no value",
                     extension.columns[i].name);
    params.push_back(*row[i]);
  }
  return params;
}

Error in_row(Error error, std::size_t number) {
  return std::move(error).within(fmt::format("row {}", number + 1));
}

}  // namespace

Result<> RowStore::check_writable(const DataExtension& extension) {
  if (extension.kind == ExtensionKind::own) return {};
  return fail(ErrorCode::invalid, "data-extension-read-only",
              fmt::format("{} is a synchronised data extension and read-only", extension.key));
}

Result<RowValues> RowStore::read_row(const DataExtension& extension,
                                     const std::vector<std::pair<std::string, std::string>>& fields,
                                     const std::vector<std::string>& nulls) {
  RowValues row(extension.columns.size());
  const auto place_of = [&](const std::string& name) -> Result<std::size_t> {
    const auto index = extension.find_column(name);
    if (!index)
      return bad_row("the data extension has no column " + name.substr(0, 128),
                     name.substr(0, 128));
    if (row[*index])
      return bad_row("the column " + extension.columns[*index].name + " stands there twice");
    return *index;
  };
  for (const auto& [name, text] : fields) {
    SB_TRY(index, place_of(name));
    SB_TRY(value, parse_value(extension.columns[index], text));
    row[index] = std::move(value);
  }
  for (const auto& name : nulls) {
    SB_TRY(index, place_of(name));
    row[index] = db::Value();
  }
  for (std::size_t i = 0; i < row.size(); ++i)
    if (row[i] && row[i]->is_null() && !extension.columns[i].nullable)
      return bad_row("the column " + extension.columns[i].name + " must not be null",
                     extension.columns[i].name);
  return row;
}

db::Params RowStore::params_of(const DataExtension& extension, const RowValues& row,
                               const std::vector<std::size_t>& given) {
  db::Params params = {ids_.next()};
  for (const auto i : given) {
    params.push_back(*row[i]);
    if (extension.columns[i].type != ColumnType::email_address) continue;
    const auto* address = std::get_if<std::string>(&row[i]->get());
    params.push_back(address ? db::Value(address_key(*address)) : db::Value());
  }
  return params;
}

Result<bool> RowStore::exists(db::Session& session, const DataExtension& extension,
                              const RowValues& row) const {
  SB_TRY(key, key_params(extension, row));
  const auto sql =
      fmt::format("SELECT 1 FROM {} WHERE {}", extension.source, key_condition_sql(extension));
  SB_TRY(found, session.query_one({"", sql, sql}, key));
  return found.has_value();
}

// Gives a new row its defaults. False: columns are missing that a row must have, so it can only
// change one that is there.
Result<bool> RowStore::complete(db::Session& session, const DataExtension& extension,
                                RowValues& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& column = extension.columns[i];
    if (row[i]) continue;
    SB_TRY(otherwise, default_value(column, clock_.now()));
    if (otherwise) {
      row[i] = std::move(otherwise);
    } else if (!column.nullable) {
      if (extension.has_key()) {
        SB_TRY(there, exists(session, extension, row));
        if (there) return false;
      }
      return bad_row("the column " + column.name + " must not be null", column.name);
    }
  }
  return true;
}

Result<> RowStore::upsert(db::Session& session, const DataExtension& extension,
                          const std::vector<RowValues>& rows) {
  SB_CHECK(check_writable(extension));
  if (!extension.has_key())
    return fail(ErrorCode::invalid, "data-extension-without-key",
                "a data extension without a primary key takes new rows alone, no upserts");
  std::string sql;
  std::vector<db::Params> batch;
  const auto flush = [&]() -> Result<> {
    if (!batch.empty()) SB_CHECK(session.execute_batch({"", sql, sql}, batch));
    batch.clear();
    return {};
  };
  for (std::size_t number = 0; number < rows.size(); ++number) {
    if (auto key = key_params(extension, rows[number]); !key)
      return fail(in_row(key.error(), number));
    const auto given = given_columns(rows[number]);
    auto whole = rows[number];
    // Whether a row is there that is part of this call is asked of the store as well.
    const bool sparse =
        std::ranges::any_of(std::views::iota(0uz, whole.size()), [&](std::size_t i) {
          return !whole[i] && !extension.columns[i].nullable && !extension.columns[i].default_value;
        });
    if (sparse) SB_CHECK(flush());
    auto fresh = complete(session, extension, whole);
    if (!fresh) return fail(in_row(fresh.error(), number));
    const auto written = given_columns(*fresh ? whole : rows[number]);
    const auto wanted = insert_sql(extension, written, &given);
    if (wanted != sql) {
      SB_CHECK(flush());
      sql = wanted;
    }
    batch.push_back(params_of(extension, *fresh ? whole : rows[number], written));
  }
  return flush();
}

Result<> RowStore::insert(db::Session& session, const DataExtension& extension,
                          const RowValues& row) {
  SB_CHECK(check_writable(extension));
  SB_CHECK(key_params(extension, row));
  auto whole = row;
  SB_TRY(fresh, complete(session, extension, whole));
  std::int64_t written = 0;
  if (fresh) {
    const auto given = given_columns(whole);
    const auto sql = insert_sql(extension, given, nullptr);
    SB_TRY(count, session.execute({"", sql, sql}, params_of(extension, whole, given)));
    written = count;
  }
  if (written == 0) return fail(ErrorCode::conflict, "row-exists", "there is a row of this key");
  return {};
}

Result<> RowStore::update(db::Session& session, const DataExtension& extension,
                          const RowValues& row) {
  SB_CHECK(check_writable(extension));
  SB_TRY(there, exists(session, extension, row));
  if (!there) return fail(ErrorCode::not_found, "row-unknown", "there is no row of this key");
  return upsert(session, extension, {row});
}

Result<std::int64_t> RowStore::remove(db::Session& session, const DataExtension& extension,
                                      const RowValues& key) {
  SB_CHECK(check_writable(extension));
  if (!extension.has_key())
    return bad_row("a data extension without a primary key loses no single rows");
  SB_TRY(params, key_params(extension, key));
  const auto sql =
      fmt::format("DELETE FROM {} WHERE {}", extension.source, key_condition_sql(extension));
  return session.execute({"", sql, sql}, params);
}

Result<> RowStore::clear(db::Session& session, const DataExtension& extension) {
  SB_CHECK(check_writable(extension));
  const auto sql = "DELETE FROM " + extension.source;
  SB_CHECK(session.execute({"", sql, sql}));
  return {};
}

Result<std::int64_t> RowStore::increment(db::Session& session, const DataExtension& extension,
                                         const RowValues& key, std::size_t column,
                                         std::int64_t step) {
  SB_CHECK(check_writable(extension));
  const auto& counter = extension.columns[column];
  if (counter.type != ColumnType::number || counter.is_key)
    return bad_row("only a column of the type Number is counted up", counter.name);
  SB_TRY(params, key_params(extension, key));
  if (params.empty()) return bad_row("a data extension without a primary key has no row to name");
  params.push_back(step);
  const auto sql = fmt::format(
      "UPDATE {0} SET {1} = COALESCE({1}, 0) + ${2} WHERE {3} RETURNING {1}", extension.source,
      column_sql(column), params.size(), key_condition_sql(extension));
  SB_TRY(row, session.query_one({"", sql, sql}, params));
  if (!row) return fail(ErrorCode::not_found, "row-unknown", "there is no row of this key");
  if (row->i64(0) < INT32_MIN || row->i64(0) > INT32_MAX)
    return bad_row("the column would no longer hold 32 bits", counter.name);
  return row->i64(0);
}

Result<std::int64_t> RowStore::count(db::Session& session, const DataExtension& extension,
                                     const Condition* filter) const {
  db::Params params;
  std::string where;
  if (filter) {
    SB_TRY(condition, condition_sql(extension, *filter, postgresql_, params));
    where = " WHERE " + condition;
  }
  const auto sql = fmt::format("SELECT COUNT(*) FROM {} AS rows_of{}", extension.source, where);
  SB_TRY(row, session.query_one({"", sql, sql}, params));
  return row->i64(0);
}

Result<RowPage> RowStore::list(db::Session& session, const DataExtension& extension,
                               const PageRequest& request) const {
  RowPage page;
  SB_TRY(all, count(session, extension, request.filter));
  page.count = all;
  db::Params params;
  std::string where;
  if (request.filter) {
    SB_TRY(condition, condition_sql(extension, *request.filter, postgresql_, params));
    where = " WHERE " + condition;
  }
  params.push_back(request.size);
  params.push_back((request.page - 1) * request.size);
  const auto sql = fmt::format("SELECT {} FROM {} AS rows_of{} ORDER BY {} LIMIT ${} OFFSET ${}",
                               column_list_sql(extension), extension.source, where, request.order,
                               params.size() - 1, params.size());
  SB_TRY(rows, session.query({"", sql, sql}, params));
  page.rows = std::move(rows);
  return page;
}

}  // namespace stockbell::engagement
