#include "engagement/queries/row_fit.h"

#include <cmath>

#include "engagement/data_extensions/column_values.h"

namespace stockbell::engagement::queries {
namespace {

// Digits without an exponent, and no more behind the point than the column has room for.
std::string digits_of(double number, int scale) {
  auto text = fmt::format("{:.{}f}", number, scale + 6);
  text.erase(text.find('.') + 1 + static_cast<std::size_t>(scale));
  return text;
}

std::string cut(std::string text, int scale) {
  const auto point = text.find('.');
  if (point != text.npos)
    text.erase(std::min(text.size(), point + 1 + static_cast<std::size_t>(scale)));
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

Result<db::Value> fit(const Column& from, const db::Value& value, const Column& to) {
  if (value.is_null()) return db::Value();
  const bool number = to.type == ColumnType::number || to.type == ColumnType::decimal;
  const int scale = to.type == ColumnType::decimal ? to.scale : 0;
  if (const auto* real = std::get_if<double>(&value.get())) {
    if (number && std::isfinite(*real) && std::abs(*real) < 1e18)
      return parse_value(to, cut(digits_of(*real, scale), scale));
    return parse_value(to, fmt::format("{}", *real));
  }
  if (from.type == ColumnType::boolean && number)
    return parse_value(to, std::to_string(std::get<std::int64_t>(value.get())));
  auto text = format_value(from, value).value_or("");
  if (number && from.type == ColumnType::decimal) text = cut(std::move(text), scale);
  return parse_value(to, text);
}

}  // namespace stockbell::engagement::queries
