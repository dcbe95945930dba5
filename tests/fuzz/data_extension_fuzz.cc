// What clients of data extensions send: a filter on the first line, an order on the second, then a
// value and JSON with rows. No text of theirs ever gets into a statement, and a value that was
// taken reads back as itself.
#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/conditions.h"
#include "engagement/data_extensions/definition_json.h"
#include "engagement/data_extensions/definition_rules.h"
#include "engagement/data_extensions/row_json.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::engagement;

namespace {

const DataExtension& extension() {
  static const DataExtension made = [] {
    DataExtension all;
    for (const auto& [type, name] : kEnumText<ColumnType>) {
      Column column;
      column.name = fmt::format("C {}", name);
      column.type = type;
      column.length = type == ColumnType::decimal ? 9 : 100;
      column.scale = 2;
      all.columns.push_back(column);
    }
    Column id;
    id.name = "Id";
    id.record_prefix = "a0B";
    id.length = 18;
    all.columns.push_back(id);
    return all;
  }();
  return made;
}

// Nothing but what the compiler itself writes: no quote (but those of ids and of ESCAPE), no
// comment.
void is_ours(std::string_view sql) {
  REQUIRE(sql.find("--") == sql.npos && sql.find(';') == sql.npos && sql.find("/*") == sql.npos);
}

}  // namespace

FUZZ_TARGET(data_extension) {
  fuzz::Bytes bytes(input);
  const auto filter = bytes.line(), order = bytes.line(), value = bytes.line();
  if (const auto parsed = parse_filter(filter))
    for (const bool postgresql : {false, true}) {
      db::Params params;
      const auto sql = condition_sql(extension(), *parsed, postgresql, params);
      if (!sql) continue;
      is_ours(*sql);
      if (!params.empty())
        REQUIRE(sql->find(fmt::format("${}", params.size())) != std::string::npos);
    }
  if (const auto sql = order_sql(extension(), order)) {
    is_ours(*sql);
    REQUIRE(sql->find('\'') == std::string::npos && sql->ends_with("row_id"));
  }
  for (const auto& column : extension().columns) {
    const auto read = parse_value(column, value);
    if (!read) continue;
    const auto text = format_value(column, *read);
    if (!text) continue;
    const auto again = parse_value(column, *text);
    REQUIRE(again && format_value(column, *again) == text);
  }
  if (const auto rows = parse_rowset(bytes.rest())) REQUIRE(rows->size() <= kMostRowsOfCall);
  if (const auto rows = parse_items(bytes.rest())) REQUIRE(rows->size() <= kMostRowsOfCall);
  if (auto definition = parse_definition(bytes.rest()); definition && check_definition(*definition))
    for (const auto& column : definition->columns) REQUIRE(column.length <= 4000);
}
