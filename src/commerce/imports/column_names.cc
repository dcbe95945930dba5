#include "commerce/imports/column_names.h"

#include <fmt/format.h>

namespace stockbell::commerce {

std::string field_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == ' ' || c == '_' || c == '-' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

Result<ColumnNames> ColumnNames::parse(std::span<const std::string> entries) {
  ColumnNames names;
  for (const auto& entry : entries) {
    const std::string_view text = entry;
    const auto equals = text.find('=');
    const auto dot = text.find('.');
    const bool shaped = equals != text.npos && dot != text.npos && dot < equals;
    const auto kind = parse_enum<ImportKind>(std::string(text.substr(0, shaped ? dot : 0)));
    const auto field = shaped ? field_name(text.substr(dot + 1, equals - dot - 1)) : "";
    const auto header = shaped ? field_name(text.substr(equals + 1)) : "";
    if (!kind || field.empty() || header.empty())
      return fail(ErrorCode::invalid, "config-value-invalid",
                  fmt::format("commerce.columns: \"{}\": write inventory.FIELD=HEADER or "
                              "catalog.FIELD=HEADER, as in inventory.quantity=Lagerbestand",
                              entry),
                  "commerce.columns");
    names.fields_[{*kind, header}] = field;
  }
  return names;
}

std::string ColumnNames::field_of(ImportKind kind, std::string_view header) const {
  auto folded = field_name(header);
  const auto found = fields_.find({kind, folded});
  return found == fields_.end() ? folded : found->second;
}

}  // namespace stockbell::commerce
