#include "engagement/data_extensions/extension_privacy.h"

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/row_sql.h"
#include "sql/engagement_extension_privacy.sql.h"

namespace stockbell::engagement {
namespace {

// "k_2 = $1 OR k_5 = $1"; empty when no column holds addresses.
std::string holds_address(const DataExtension& extension) {
  std::string sql;
  for (std::size_t i = 0; i < extension.columns.size(); ++i)
    if (extension.columns[i].type == ColumnType::email_address)
      sql += fmt::format("{}{} = $1", sql.empty() ? "" : " OR ", digest_sql(i));
  return sql;
}

// Of rows that are aside, somebody may still read, or wait to read.
Result<std::vector<DataExtension>> all_tables(db::Session& session,
                                              const DefinitionStore& definitions) {
  SB_TRY(all, definitions.list_own(session));
  SB_TRY(aside, definitions.list_aside(session));
  std::ranges::move(aside, std::back_inserter(all));
  return std::move(all);
}

}  // namespace

Result<> export_extension_rows(db::Session& session, const DefinitionStore& definitions,
                               const std::string& address_key, text::JsonWriter& json) {
  SB_TRY(extensions, definitions.list_own(session));
  json.begin_array();
  for (const auto& extension : extensions) {
    const auto condition = holds_address(extension);
    if (condition.empty()) continue;
    const auto sql = fmt::format("SELECT {} FROM {} WHERE {} ORDER BY row_id",
                                 column_list_sql(extension), extension.source, condition);
    SB_TRY(rows, session.query({"", sql, sql}, {address_key}));
    if (rows.empty()) continue;
    json.begin_object().member("key", extension.key).key("rows").begin_array();
    for (const auto& row : rows) {
      json.begin_object();
      for (std::size_t i = 0; i < extension.columns.size(); ++i)
        json.member(extension.columns[i].name, format_value(extension.columns[i], row.value(i)));
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
  return {};
}

Result<std::int64_t> erase_extension_rows(db::Session& session, const DefinitionStore& definitions,
                                          const std::string& address_key) {
  SB_TRY(extensions, all_tables(session, definitions));
  std::int64_t erased = 0;
  for (const auto& extension : extensions) {
    const auto condition = holds_address(extension);
    if (condition.empty()) continue;
    const auto sql = fmt::format("DELETE FROM {} WHERE {}", extension.source, condition);
    SB_TRY(count, session.execute({"", sql, sql}, {address_key}));
    erased += count;
  }
  return erased;
}

Result<> fail_waiting_rows(db::Session& session, Time now) {
  SB_CHECK(session.execute(sql::engagement_extension_privacy::fail_open, {to_ms(now)}));
  return {};
}

Result<> each_extension_address(db::Session& session, const DefinitionStore& definitions,
                                const std::function<void(std::string_view)>& each) {
  SB_TRY(extensions, all_tables(session, definitions));
  for (const auto& extension : extensions)
    for (std::size_t i = 0; i < extension.columns.size(); ++i) {
      if (extension.columns[i].type != ColumnType::email_address) continue;
      const auto sql = fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL",
                                   column_sql(i), extension.source);
      SB_CHECK(session.for_each({"", sql, sql}, {}, [&](const db::Row& row) -> Result<> {
        each(row.text(0));
        return {};
      }));
    }
  return {};
}

}  // namespace stockbell::engagement
