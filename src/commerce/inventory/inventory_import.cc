#include "commerce/inventory/inventory_import.h"

#include "commerce/imports/record_reader.h"
#include "commerce/imports/xml_reader.h"
#include "commerce/inventory/inventory_rules.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

// Gathers changes and applies them batch by batch.
class Batches {
 public:
  Batches(InventoryService& inventory, ImportTally& tally) : inventory_(inventory), tally_(tally) {}

  Result<> add(StockChange change) {
    changes_.push_back(std::move(change));
    return changes_.size() < kStockBatch ? Result<>{} : flush();
  }
  Result<> flush() {
    if (changes_.empty()) return {};
    SB_TRY(changed, inventory_.apply(changes_, tally_));
    tally_.rows_changed += changed;
    changes_.clear();
    return {};
  }
  ImportTally& tally() { return tally_; }
  InventoryService& inventory() { return inventory_; }

 private:
  InventoryService& inventory_;
  ImportTally& tally_;
  std::vector<StockChange> changes_;
};

// One record while it is read: the first thing wrong with it decides.
class RecordBuilder {
 public:
  explicit RecordBuilder(std::int64_t line) { change_.line = line; }
  StockChange& change() { return change_; }
  const std::optional<RefusedRow>& refused() const { return refused_; }

  void refuse(std::string reason, std::string message) {
    if (!refused_) refused_ = RefusedRow{change_.line, std::move(reason), std::move(message)};
  }
  void sku(std::string_view text) {
    if (auto sku = parse_sku(text))
      change_.sku = std::move(*sku);
    else
      refuse(sku.error().reason, sku.error().message);
  }
  // An empty element says nothing.
  void units(std::string_view name, std::string_view text, std::optional<std::int64_t>& target,
             bool may_be_negative = false) {
    if (text::trim(text).empty()) return;
    auto units = parse_units(text);
    if (!units || (*units < 0 && !may_be_negative))
      return refuse(std::string(name) + "-invalid", std::string(name) + " is not a quantity");
    target = *units;
  }
  void perpetual(std::string_view text) {
    if (text::trim(text).empty()) return;
    auto flag = parse_boolean(text);
    if (!flag) return refuse("perpetual-invalid", "perpetual is true or false");
    change_.perpetual = *flag;
  }
  void handling(std::string_view text) {
    auto word = text::trim(text);
    if (word.empty()) return;
    auto handling = parse_enum<PreorderHandling>(word);
    if (!handling)
      return refuse("handling-invalid",
                    "preorder-backorder-handling is none, preorder or backorder");
    change_.handling = *handling;
  }
  void allocated_at(std::string_view text) {
    auto word = text::trim(text);
    if (word.empty()) return;
    change_.allocated_at = parse_rfc3339(word);
    if (!change_.allocated_at)
      refuse("timestamp-invalid", "allocation-timestamp is not a date and time");
  }
  Result<> finish(Batches& batches) {
    ++batches.tally().rows_read;
    if (change_.sku.empty()) sku("");
    if (!refused_) return batches.add(std::move(change_));
    batches.tally().refuse(refused_->line, refused_->reason, refused_->message);
    return {};
  }

 private:
  StockChange change_;
  std::optional<RefusedRow> refused_;
};

// Elements that are not known, and those of custom attributes, are passed over. `turnover` and
// `on-order` stand in exports only; a file that states them is believed, else an export read back
// would offer units that are sold.
class InventorySink : public XmlSink {
 public:
  explicit InventorySink(Batches& batches) : batches_(batches) {}

  Result<> open(std::string_view name, const XmlAttributes& attributes,
                std::int64_t line) override {
    if (depth_++ == 0 && name != "inventory")
      return fail(ErrorCode::invalid, "inventory-root",
                  "the root element is <" + std::string(name) + ">, not <inventory>");
    if (name == "inventory-list") list_ = batches_.inventory().default_list();
    if (name == "header" && !xml_attribute(attributes, "list-id").empty())
      list_ = xml_attribute(attributes, "list-id");
    if (name == "record" && !record_) {
      record_.emplace(line);
      record_->change().list = list_;
      record_depth_ = depth_;
      record_->sku(xml_attribute(attributes, "product-id"));
      record_->change().remove = xml_attribute(attributes, "mode") == "delete";
    }
    return {};
  }

  Result<> close(std::string_view name, const std::string& text, std::int64_t) override {
    auto depth = depth_--;
    if (name == "default-instock" && !record_) return default_in_stock(text);
    if (!record_) return {};
    if (depth == record_depth_) {
      auto finished = record_->finish(batches_);
      record_.reset();
      return finished;
    }
    if (depth == record_depth_ + 1) take(name, text);
    return {};
  }

 private:
  Result<> default_in_stock(const std::string& text) {
    auto flag = parse_boolean(text);
    if (!flag) return {};
    InventoryList list;
    list.id = list_;
    list.default_in_stock = *flag;
    return batches_.inventory().put_list(list);
  }

  void take(std::string_view name, const std::string& text) {
    auto& record = record_->change();
    if (name == "allocation") record_->units(name, text, record.allocation);
    if (name == "allocation-timestamp") record_->allocated_at(text);
    if (name == "perpetual") record_->perpetual(text);
    if (name == "preorder-backorder-handling") record_->handling(text);
    if (name == "preorder-backorder-allocation")
      record_->units(name, text, record.preorder_allocation);
    if (name == "turnover" || name == "turn-over")
      record_->units(name, text, record.turnover, true);
    if (name == "on-order") record_->units(name, text, record.on_order);
  }

  Batches& batches_;
  int depth_ = 0, record_depth_ = 0;
  std::string list_;
  std::optional<RecordBuilder> record_;
};

Result<> take_fields(const Fields& fields, std::int64_t line, Batches& batches) {
  RecordBuilder builder(line);
  auto& record = builder.change();
  builder.sku(first_field(fields, {"sku", "productid", "skuid", "id"}));
  auto quantity = first_field(fields, {"allocation", "quantity", "qty", "stock", "ats", "onhand"});
  builder.units("quantity", quantity, record.allocation);
  record.perpetual = false;  // who states units states that they are counted
  builder.perpetual(first_field(fields, {"perpetual"}));
  builder.handling(first_field(fields, {"preorderbackorderhandling", "handling"}));
  builder.units("preorder-backorder-allocation",
                first_field(fields, {"preorderbackorderallocation"}), record.preorder_allocation);
  builder.units("turnover", first_field(fields, {"turnover"}), record.turnover, true);
  builder.units("on-order", first_field(fields, {"onorder"}), record.on_order);
  builder.allocated_at(first_field(fields, {"allocationtimestamp", "timestamp", "effectivedate"}));
  builder.change().remove = first_field(fields, {"mode"}) == "delete";
  if (quantity.empty() && !*record.perpetual && !builder.change().remove)
    builder.refuse("quantity-missing", "the quantity is missing");
  return builder.finish(batches);
}

}  // namespace

Result<> import_inventory(const std::filesystem::path& file, InventoryService& inventory,
                          ImportTally& tally) {
  SB_TRY(shape, detect_file_shape(file));
  Batches batches(inventory, tally);
  if (shape.format == FileFormat::xml) {
    InventorySink sink(batches);
    XmlReader reader(sink);
    SB_CHECK(read_source(file, [&](std::string_view piece) { return reader.feed(piece); }));
    SB_CHECK(reader.finish());
  } else {
    SB_CHECK(read_records(file, shape, tally, [&](const Fields& fields, std::int64_t line) {
      return take_fields(fields, line, batches);
    }));
  }
  SB_CHECK(batches.flush());
  while (true) {  // what changed headers left to do
    SB_TRY(more, inventory.step());
    if (!more) return {};
  }
}

}  // namespace stockbell::commerce
