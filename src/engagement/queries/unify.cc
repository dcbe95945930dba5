#include "base/id.h"
#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/column_values.h"
#include "engagement/queries/compiler.h"
#include "engagement/queries/lexer.h"

namespace stockbell::engagement::queries {

bool is_number(Kind kind) {
  return kind == Kind::whole || kind == Kind::real || kind == Kind::decimal || kind == Kind::truth;
}

std::string_view type_sql(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "TEXT";
    case Kind::real:
      return "DOUBLE PRECISION";
    default:
      return "BIGINT";
  }
}

bool adopt(Typed& value, const Typed& other, db::Params& params) {
  if (!value.literal || params.empty()) return false;
  const auto number = std::stoul(value.sql.substr(6));  // CAST($7 AS TEXT)
  auto become = [&](db::Value read, Kind kind) {
    params[number - 1] = std::move(read);
    value.sql = fmt::format("CAST(${} AS {})", number, type_sql(kind));
    value.kind = kind;
    value.literal.reset();
    return true;
  };
  if (other.kind == Kind::date)
    if (const auto time = parse_date(*value.literal)) return become(to_ms(*time), Kind::date);
  if (other.kind == Kind::record)
    if (const auto id = parse_record_id(other.record_prefix, *value.literal)) {
      value.record_prefix = other.record_prefix;
      return become(*id, Kind::record);
    }
  if (other.kind == Kind::truth)
    for (const auto& [text, truth] : {std::pair("true", 1), std::pair("false", 0)})
      if (fold_name(*value.literal) == text) return become(truth, Kind::truth);
  if (is_number(other.kind))
    if (const auto whole = parse_decimal(*value.literal, 18, 0)) return become(*whole, Kind::whole);
  return false;
}

Kind kind_of(const Column& column) {
  if (!column.record_prefix.empty()) return Kind::record;
  switch (column.type) {
    case ColumnType::number:
      return Kind::whole;
    case ColumnType::date:
      return Kind::date;
    case ColumnType::boolean:
      return Kind::truth;
    case ColumnType::decimal:
      return column.scale == 0 ? Kind::whole : Kind::decimal;
    default:
      return Kind::text;
  }
}

std::unexpected<Error> wrong(std::string message) { return bad_query(0, std::move(message)); }

void about(Typed& whole, const Typed& part) {
  whole.loose.insert(part.loose.begin(), part.loose.end());
  whole.aggregates |= part.aggregates;
}

Typed Compiler::parameter(db::Value read, Kind kind) {
  params_.push_back(std::move(read));
  Typed made;
  made.kind = kind;
  made.sql = fmt::format("CAST(${} AS {})", params_.size(), type_sql(kind));
  return made;
}

void Compiler::as_number(Typed& value) const {
  if (value.kind == Kind::decimal) {
    std::int64_t ten = 1;
    for (int i = 0; i < value.scale; ++i) ten *= 10;
    value.sql = fmt::format("(CAST({} AS DOUBLE PRECISION) / {}.0)", value.sql, ten);
    value.kind = Kind::real;
    value.scale = 0;
  }
  if (value.kind == Kind::truth) value.kind = Kind::whole;
}

Result<> Compiler::as_text(Typed& value) const {
  if (value.kind == Kind::record) value.sql = record_id_sql(value.record_prefix, value.sql);
  if (value.kind == Kind::decimal) as_number(value);
  if (value.kind == Kind::null || is_number(value.kind))
    value.sql = fmt::format("CAST({} AS TEXT)", value.sql);
  if (value.kind == Kind::date)
    return wrong("a date is not made a text here; the target's column does that");
  if (value.kind == Kind::condition) return wrong("a condition is no value; use CASE WHEN");
  value.kind = Kind::text;
  value.record_prefix = {};
  return {};
}

Result<> Compiler::unify(std::vector<Typed>& values) {
  const Typed* leader = nullptr;  // what the texts of the query are read as
  for (const auto& value : values)
    if (value.kind != Kind::null && !value.literal) leader = leader ? leader : &value;
  if (leader) {
    const auto lead = *leader;
    for (auto& value : values) adopt(value, lead, params_);
  }
  std::set<Kind> kinds;
  for (const auto& value : values) {
    if (value.kind == Kind::condition) return wrong("a condition is no value; use CASE WHEN");
    if (value.kind != Kind::null) kinds.insert(value.kind);
  }
  const bool numbers = std::ranges::all_of(kinds, is_number);
  const bool same = kinds.size() <= 1 && std::ranges::all_of(values, [&](const Typed& value) {
                      return value.kind == Kind::null ||
                             (value.scale == values[0].scale || values[0].kind == Kind::null);
                    });
  const bool records =
      kinds == std::set{Kind::record} && std::ranges::any_of(values, [&](const Typed& value) {
        return value.kind == Kind::record && value.record_prefix != leader->record_prefix;
      });
  if (kinds == std::set{Kind::text, Kind::record} || records) {
    for (auto& value : values) SB_CHECK(as_text(value));
    kinds = {Kind::text};
  } else if (numbers && !same) {
    bool real = false;
    for (auto& value : values) {
      as_number(value);
      real |= value.kind == Kind::real;
    }
    for (auto& value : values)
      if (real && value.kind == Kind::whole) {
        value.sql = fmt::format("CAST({} AS DOUBLE PRECISION)", value.sql);
        value.kind = Kind::real;
      }
    kinds = {real ? Kind::real : Kind::whole};
  } else if (kinds.size() > 1) {
    return wrong("values of different types meet; CAST one of them");
  }
  const auto kind = kinds.empty() ? Kind::text : *kinds.begin();
  for (auto& value : values)
    if (value.kind == Kind::null) {
      value.sql = fmt::format("CAST(NULL AS {})", type_sql(kind));
      value.kind = kind;
      if (leader && kind == leader->kind)
        value.scale = leader->scale, value.record_prefix = leader->record_prefix;
    }
  return {};
}

}  // namespace stockbell::engagement::queries
