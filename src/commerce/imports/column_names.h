// Headers that a shop gives its columns, by configuration: commerce.columns =
// ["inventory.quantity=Lagerbestand", "catalog.name=Bezeichnung"]. Immutable after start.
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "commerce/imports/types.h"

namespace stockbell::commerce {

// Field names in lower case without blanks, dashes and underscores ("Product ID" and
// "product_id" are one).
std::string field_name(std::string_view name);

class ColumnNames {
 public:
  // Error: invalid "config-value-invalid", naming the entry and what would be right.
  static Result<ColumnNames> parse(std::span<const std::string> entries);
  // The field that a column of this header holds, in files of this kind; the folded header itself
  // when nothing is configured.
  std::string field_of(ImportKind kind, std::string_view header) const;

 private:
  std::map<std::pair<ImportKind, std::string>, std::string> fields_;  // by kind and folded header
};

}  // namespace stockbell::commerce
