#include "engagement/data_extensions/row_json.h"

#include <boost/json/parse.hpp>

namespace stockbell::engagement {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "rows-invalid", std::move(message));
}

Result<boost::json::value> parse(std::string_view body) {
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  auto value =
      boost::json::parse(boost::json::string_view(body.data(), body.size()), error, {}, options);
  if (error) return bad("the body is not well-formed JSON");
  return value;
}

Result<> check_rows(const boost::json::value* rows, std::string_view what) {
  if (!rows || !rows->is_array()) return bad(fmt::format("{} must be an array of rows", what));
  if (rows->get_array().size() > kMostRowsOfCall)
    return bad(fmt::format("at most {} rows in one call", kMostRowsOfCall));
  return {};
}

}  // namespace

Result<> add_fields(const boost::json::value& object, RawRow& row) {
  if (!object.is_object()) return bad("the columns of a row are an object");
  for (const auto& [name, value] : object.get_object()) {
    std::string column(name.data(), name.size());
    if (value.is_null()) {
      row.nulls.push_back(std::move(column));
      continue;
    }
    std::string text;
    if (value.is_string())
      text = std::string(value.get_string());
    else if (value.is_bool())
      text = value.get_bool() ? "true" : "false";
    else if (value.is_int64())
      text = std::to_string(value.get_int64());
    else if (value.is_double())
      text = fmt::format("{}", value.get_double());
    else
      return bad("a value is text, a number, true, false or null");
    row.fields.emplace_back(std::move(column), std::move(text));
  }
  return {};
}

Result<std::vector<RawRow>> parse_rowset(std::string_view body) {
  SB_TRY(whole, parse(body));
  SB_CHECK(check_rows(&whole, "the body"));
  std::vector<RawRow> rows;
  for (const auto& item : whole.get_array()) {
    const auto number = rows.size() + 1;
    if (!item.is_object())
      return bad(fmt::format("row {}: an object with keys and values is wanted", number));
    RawRow row;
    for (const auto& [name, part] : item.get_object()) {
      if (name != "keys" && name != "values")
        return bad(fmt::format("row {}: it has keys and values, no more", number));
      if (auto added = add_fields(part, row); !added)
        return fail(std::move(added).error().within(fmt::format("row {}", number)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<RawRow>> parse_items(std::string_view body) {
  SB_TRY(whole, parse(body));
  const auto* items = whole.is_object() ? whole.get_object().if_contains("items") : nullptr;
  SB_CHECK(check_rows(items, "items"));
  std::vector<RawRow> rows;
  for (const auto& item : items->get_array()) {
    RawRow row;
    if (auto added = add_fields(item, row); !added)
      return fail(std::move(added).error().within(fmt::format("row {}", rows.size() + 1)));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace stockbell::engagement
