#include "engagement/data_extensions/row_sql.h"

namespace stockbell::engagement {
namespace {

std::string_view type_sql(ColumnType type, bool postgresql) {
  switch (type) {
    case ColumnType::number:
    case ColumnType::date:
    case ColumnType::boolean:
    case ColumnType::decimal:
      return "BIGINT";
    default:
      return postgresql ? "TEXT COLLATE \"C\"" : "TEXT";
  }
}

}  // namespace

std::string table_of(std::int64_t table) { return fmt::format("de_{}", table); }
std::string digest_sql(std::size_t index) { return fmt::format("k_{}", index + 1); }

std::vector<std::string> create_table_sql(const DataExtension& extension, bool postgresql,
                                          bool index_addresses) {
  const auto table = table_of(extension.table);
  auto sql = fmt::format("CREATE TABLE {} (row_id {} PRIMARY KEY", table,
                         postgresql ? "BIGINT" : "INTEGER");
  std::vector<std::string> all(1);
  for (std::size_t i = 0; i < extension.columns.size(); ++i) {
    const auto& column = extension.columns[i];
    sql += fmt::format(", {} {}{}", column_sql(i), type_sql(column.type, postgresql),
                       column.is_key ? " NOT NULL" : "");
    if (column.type != ColumnType::email_address) continue;
    sql += fmt::format(", {} TEXT", digest_sql(i));
    if (index_addresses)
      all.push_back(fmt::format("CREATE INDEX {0}_{1} ON {0} ({1})", table, digest_sql(i)));
  }
  all.front() = sql + ")";
  if (extension.has_key())
    all.push_back(
        fmt::format("CREATE UNIQUE INDEX {0}_key ON {0} ({1})", table, key_list_sql(extension)));
  return all;
}

std::vector<std::string> add_column_sql(const DataExtension& extension, std::size_t index,
                                        bool postgresql) {
  const auto& column = extension.columns[index];
  const auto table = table_of(extension.table);
  std::vector<std::string> all = {fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table,
                                              column_sql(index),
                                              type_sql(column.type, postgresql))};
  if (column.type != ColumnType::email_address) return all;
  all.push_back(fmt::format("ALTER TABLE {} ADD COLUMN {} TEXT", table, digest_sql(index)));
  all.push_back(fmt::format("CREATE INDEX {0}_{1} ON {0} ({1})", table, digest_sql(index)));
  return all;
}

std::string insert_sql(const DataExtension& extension, const std::vector<std::size_t>& given,
                       const std::vector<std::size_t>* update) {
  std::string names = "row_id", places = "$1";
  int parameter = 1;
  const auto add = [&](const std::string& name) {
    names += ", " + name;
    places += fmt::format(", ${}", ++parameter);
  };
  for (const auto i : given) {
    add(column_sql(i));
    if (extension.columns[i].type == ColumnType::email_address) add(digest_sql(i));
  }
  auto sql =
      fmt::format("INSERT INTO {} ({}) VALUES ({})", table_of(extension.table), names, places);
  if (!extension.has_key()) return sql;
  std::string changes;
  const auto set = [&](const std::string& name) {
    changes += fmt::format("{}{} = excluded.{}", changes.empty() ? "" : ", ", name, name);
  };
  if (update)
    for (const auto i : *update) {
      if (extension.columns[i].is_key) continue;
      set(column_sql(i));
      if (extension.columns[i].type == ColumnType::email_address) set(digest_sql(i));
    }
  return sql + fmt::format(" ON CONFLICT ({}) DO {}", key_list_sql(extension),
                           changes.empty() ? "NOTHING" : "UPDATE SET " + changes);
}

std::string key_condition_sql(const DataExtension& extension, std::size_t first_parameter) {
  std::string sql;
  for (std::size_t i = 0; i < extension.columns.size(); ++i)
    if (extension.columns[i].is_key)
      sql +=
          fmt::format("{}{} = ${}", sql.empty() ? "" : " AND ", column_sql(i), first_parameter++);
  return sql;
}

std::string same_key_sql(const DataExtension& extension, std::string_view a, std::string_view b) {
  std::string sql;
  for (std::size_t i = 0; i < extension.columns.size(); ++i)
    if (extension.columns[i].is_key)
      sql += fmt::format("{}{}.{} = {}.{}", sql.empty() ? "" : " AND ", a, column_sql(i), b,
                         column_sql(i));
  return sql;
}

std::string key_list_sql(const DataExtension& extension) {
  std::string list;
  for (std::size_t i = 0; i < extension.columns.size(); ++i)
    if (extension.columns[i].is_key) list += (list.empty() ? "" : ", ") + column_sql(i);
  return list;
}

std::string column_list_sql(const DataExtension& extension) {
  std::string sql;
  for (std::size_t i = 0; i < extension.columns.size(); ++i)
    sql += (sql.empty() ? "" : ", ") + column_sql(i);
  return sql;
}

}  // namespace stockbell::engagement
