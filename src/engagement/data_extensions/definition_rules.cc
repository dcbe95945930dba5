#include "engagement/data_extensions/definition_rules.h"

#include <set>

#include "engagement/data_extensions/column_values.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

constexpr int kLongestText = 4000;
constexpr int kMostDigits = 18;  // that 63 bits hold

std::unexpected<Error> bad(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "data-extension-invalid", std::move(message), std::move(field));
}

bool is_name(std::string_view name, std::size_t most) {
  return !name.empty() && text::valid_utf8(name) && !text::has_control(name) &&
         count_characters(name) <= most && name.front() != ' ' && name.back() != ' ' &&
         name.front() != '_' && name.find_first_of("[]\"'`!@#$%^*(){}/\\<>,:;|?") == name.npos;
}

Result<> check_size(Column& column) {
  switch (column.type) {
    case ColumnType::text:
      if (column.length == 0) column.length = kLongestText;
      if (column.length < 1 || column.length > kLongestText)
        return bad(fmt::format("{}: the length of a text is 1 to {}", column.name, kLongestText),
                   "length");
      return {};
    case ColumnType::decimal:
      if (column.length == 0) column.length = kMostDigits;
      if (column.length < 1 || column.length > kMostDigits || column.scale < 0 ||
          column.scale > column.length)
        return bad(fmt::format("{}: a decimal has 1 to {} digits, and its scale is not above them",
                               column.name, kMostDigits),
                   "scale");
      return {};
    case ColumnType::email_address:
      column.length = 254;
      return {};
    case ColumnType::phone:
      column.length = 50;
      return {};
    case ColumnType::locale:
      column.length = 5;
      return {};
    default:
      column.length = 0;
      return {};
  }
}

Result<> check_column(Column& column) {
  if (!is_name(column.name, 128))
    return bad(
        "a column's name has 1 to 128 characters, none of them a bracket, a quote or the like, "
        "and does not begin with _",
        "name");
  SB_CHECK(check_size(column));
  if (column.is_key) column.nullable = false;
  if (!column.default_value) return {};
  if (column.type == ColumnType::date && fold_name(*column.default_value) == "getdate()") return {};
  if (auto value = parse_value(column, *column.default_value); !value)
    return bad("the default value does not fit: " + value.error().message, "defaultValue");
  return {};
}

}  // namespace

Result<> check_definition(DataExtension& extension) {
  if (!is_name(extension.name, 200))
    return bad(
        "name has 1 to 200 characters, none of them a bracket, a quote or the like, and does not "
        "begin with _",
        "name");
  if (!is_name(extension.key, 36))
    return bad(
        "key has 1 to 36 characters, none of them a bracket, a quote or the like, and does not "
        "begin with _",
        "key");
  if (extension.description.size() > 4000 || !text::valid_utf8(extension.description))
    return bad("description has at most 4000 bytes", "description");
  if (extension.columns.empty() || extension.columns.size() > kMostColumns)
    return bad(fmt::format("a data extension has 1 to {} fields", kMostColumns), "fields");
  std::set<std::string> names;
  for (auto& column : extension.columns) {
    SB_CHECK(check_column(column));
    if (!names.insert(fold_name(column.name)).second)
      return bad(fmt::format("the field {} stands twice", column.name), "fields");
  }
  return {};
}

}  // namespace stockbell::engagement
