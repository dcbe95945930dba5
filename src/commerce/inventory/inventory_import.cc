#include "commerce/inventory/inventory_import.h"

#include "commerce/imports/record_reader.h"
#include "commerce/inventory/inventory_xml.h"

namespace stockbell::commerce {
namespace {

Result<> take_fields(const Fields& fields, std::int64_t line, InventoryBatches& batches) {
  RecordBuilder builder(line);
  auto& change = builder.change();
  builder.sku(first_field(fields, {"sku", "productid", "skuid", "id"}));
  builder.list(first_field(fields, {"list", "listid", "inventorylist", "location"}));
  auto quantity = first_field(fields, {"allocation", "quantity", "qty", "stock", "ats", "onhand"});
  builder.units("quantity", quantity, change.allocation);
  // Who states units states that they are counted.
  if (!quantity.empty()) change.perpetual = false;
  builder.perpetual(first_field(fields, {"perpetual"}));
  builder.handling(first_field(fields, {"preorderbackorderhandling", "handling"}));
  builder.take("preorder-backorder-allocation",
               first_field(fields, {"preorderbackorderallocation", "preorderallocation"}));
  builder.take("turnover", first_field(fields, {"turnover"}));
  builder.take("on-order", first_field(fields, {"onorder"}));
  builder.take("reserved", first_field(fields, {"reserved"}));
  builder.take("safety-stock", first_field(fields, {"safetystock", "safetystockcount"}));
  builder.in_stock_at(first_field(fields, {"instockdate", "instockdatetime"}));
  builder.allocated_at(first_field(fields, {"allocationtimestamp", "timestamp", "effectivedate"}));
  change.remove = first_field(fields, {"mode"}) == "delete";
  if (quantity.empty() && !change.perpetual.value_or(false) && !change.remove &&
      batches.mode() != ImportMode::remove)
    builder.refuse("quantity-missing", "the quantity is missing");
  ++batches.tally().rows_read;
  return batches.take(std::move(builder), "");
}

}  // namespace

Result<> import_inventory(const std::filesystem::path& file, InventoryService& inventory,
                          ImportTally& tally, const InventoryImport& import) {
  SB_TRY(shape, detect_file_shape(file));
  InventoryBatches batches(inventory, tally, import);
  if (shape.format == FileFormat::xml) {
    InventorySink sink(batches);
    XmlReader reader(sink);
    SB_CHECK(read_source(file, [&](std::string_view piece) { return reader.feed(piece); }));
    SB_CHECK(reader.finish());
  } else {
    const auto take = [&](const Fields& fields, std::int64_t line) {
      return take_fields(fields, line, batches);
    };
    const RecordOptions options{ImportKind::inventory, import.columns, {}};
    SB_CHECK(read_records(file, shape, tally, take, options));
  }
  return batches.finish();
}

}  // namespace stockbell::commerce
