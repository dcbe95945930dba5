// Data extensions: named tables with typed columns, as Marketing Cloud has them (reference 6.3).
// Own ones are made and filled by clients; synchronised ones and data views are windows on what
// Engagement holds anyway, and read-only. Values only.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/result.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

enum class ColumnType { text, number, date, boolean, email_address, phone, decimal, locale };

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  int length = 0;  // of text: characters; of a decimal: digits
  int scale = 0;   // of a decimal: how many of its digits stand behind the point
  bool is_key = false;
  bool nullable = true;
  std::optional<std::string> default_value;
  std::string_view record_prefix{};  // "003": a record id, kept as its number
  bool operator==(const Column&) const = default;
};

enum class ExtensionKind { own, synchronised, view };

struct DataExtension {
  std::int64_t id = 0;
  std::int64_t table = 0;  // of an own one: where its rows are now; another after a swap
  std::string key, name, description;
  std::int64_t category = 0;
  ExtensionKind kind = ExtensionKind::own;
  Time created_at{}, modified_at{};
  std::vector<Column> columns;
  // What stands behind FROM: a table, or a subquery in parentheses. Its columns are row_id, and
  // c_1, c_2 ... in the order of `columns`: no name that a client gave is ever part of a statement.
  std::string source;

  std::optional<std::size_t> find_column(std::string_view name) const;  // without regard to case
  bool has_key() const;
};

std::string column_sql(std::size_t index);     // 0: "c_1"
std::string fold_name(std::string_view name);  // ASCII letters in lower case

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::ColumnType> =
    std::to_array<stockbell::EnumText<stockbell::engagement::ColumnType>>({
        {stockbell::engagement::ColumnType::text, "Text"},
        {stockbell::engagement::ColumnType::number, "Number"},
        {stockbell::engagement::ColumnType::date, "Date"},
        {stockbell::engagement::ColumnType::boolean, "Boolean"},
        {stockbell::engagement::ColumnType::email_address, "EmailAddress"},
        {stockbell::engagement::ColumnType::phone, "Phone"},
        {stockbell::engagement::ColumnType::decimal, "Decimal"},
        {stockbell::engagement::ColumnType::locale, "Locale"},
    });

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::ExtensionKind> =
    std::to_array<stockbell::EnumText<stockbell::engagement::ExtensionKind>>({
        {stockbell::engagement::ExtensionKind::own, "own"},
        {stockbell::engagement::ExtensionKind::synchronised, "synchronised"},
        {stockbell::engagement::ExtensionKind::view, "view"},
    });
