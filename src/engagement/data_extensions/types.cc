#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

std::string fold_name(std::string_view name) {
  std::string out(name);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string column_sql(std::size_t index) { return fmt::format("c_{}", index + 1); }

std::optional<std::size_t> DataExtension::find_column(std::string_view wanted) const {
  const auto folded = fold_name(wanted);
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (fold_name(columns[i].name) == folded) return i;
  return {};
}

bool DataExtension::has_key() const { return std::ranges::any_of(columns, &Column::is_key); }

}  // namespace stockbell::engagement
