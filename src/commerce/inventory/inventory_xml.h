// The elements of an inventory XML file (reference 2.1), leniently: a missing or late header, other
// orders of elements, unknown elements and `turn-over` are taken. DTDs and entities are the
// reader's to refuse. `ats` stands in exports only and is passed over. Step 8.
#pragma once
#include "commerce/imports/xml_reader.h"
#include "commerce/inventory/inventory_batches.h"

namespace stockbell::commerce {

class InventorySink : public XmlSink {
 public:
  explicit InventorySink(InventoryBatches& batches) : batches_(batches) {}
  Result<> open(std::string_view name, const XmlAttributes& attributes, std::int64_t line) override;
  Result<> close(std::string_view name, const std::string& text, std::int64_t line) override;

 private:
  struct Header {
    std::string id;
    bool remove = false;
    std::int64_t line = 0;
    std::optional<bool> default_in_stock, use_bundle_inventory_only, on_order;
    std::optional<std::string> description, custom;
  };
  // custom-attributes of the record or header at hand
  struct Custom {
    int depth = 0;
    std::map<std::string, std::vector<std::string>> values;
    std::string id;
    std::size_t bytes = 0;
  };

  Result<> open_header(const XmlAttributes& attributes, std::int64_t line);
  Result<> close_header();
  Result<> close_record();
  Result<> close_list();
  void take_header(std::string_view name, const std::string& text, std::int64_t line);
  void open_custom(std::string_view name, const XmlAttributes& attributes);
  void close_custom(std::string_view name, const std::string& text);
  Result<> settle_list(std::string id);

  InventoryBatches& batches_;
  int depth_ = 0, record_depth_ = 0;
  bool in_list_ = false;
  std::optional<std::string> list_;   // empty: no header has named it yet
  std::vector<RecordBuilder> early_;  // records before their header
  std::optional<Header> header_;
  std::optional<RecordBuilder> record_;
  std::optional<Custom> custom_;
};

}  // namespace stockbell::commerce
