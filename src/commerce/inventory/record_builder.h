// One record of a file while it is read, field by field: the first thing wrong with it decides.
// Used by the importers of inventory and by the HTTP surfaces. Step 8.
#pragma once
#include <optional>
#include <string_view>

#include "commerce/imports/types.h"
#include "commerce/inventory/stock_change.h"

namespace stockbell::commerce {

class RecordBuilder {
 public:
  explicit RecordBuilder(std::int64_t line) { change_.line = line; }
  StockChange& change() { return change_; }
  const std::optional<RefusedRow>& refused() const { return refused_; }
  void refuse(std::string reason, std::string message);

  // An empty field says nothing.
  void sku(std::string_view text);
  void list(std::string_view text);
  void units(std::string_view name, std::string_view text, std::optional<std::int64_t>& target,
             bool may_be_negative = false);
  void perpetual(std::string_view text);
  void handling(std::string_view text);
  void allocated_at(std::string_view text);
  void in_stock_at(std::string_view text);
  // By the name that XML files, delimited files and NDJSON share: "allocation", "on-order",
  // "turn-over", "in-stock-datetime"; unknown names are passed over.
  void take(std::string_view name, std::string_view text);

 private:
  StockChange change_;
  std::optional<RefusedRow> refused_;
};

}  // namespace stockbell::commerce
