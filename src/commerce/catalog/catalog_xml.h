// B2C Commerce catalog XML (reference 2.8), element by element: products with their texts by
// language, sites, dates, images, members and variants; categories and assignments. Elements it does
// not know, or in another order than the schema's, are passed over. Colour, size, price, sale price
// and currency are custom attributes. Step 8.
#pragma once
#include <map>

#include "commerce/catalog/import_batches.h"
#include "commerce/imports/xml_reader.h"

namespace stockbell::commerce {

class CatalogSink final : public XmlSink {
 public:
  explicit CatalogSink(ImportBatches& batches) : batches_(batches) {}
  Result<> open(std::string_view name, const XmlAttributes& attributes,
                std::int64_t line) override;
  Result<> close(std::string_view name, const std::string& raw, std::int64_t line) override;

 private:
  bool in_product() const { return path_.size() >= 2 && path_[1] == "product"; }
  void begin(const XmlAttributes& attributes, std::int64_t line);
  void open_in_product(std::string_view name, const XmlAttributes& attributes);
  void close_in_product(std::string_view name, std::string text);
  Result<> assign(const XmlAttributes& attributes);
  Result<> end_product();
  void take(std::string_view name, std::string text);
  void take_text(std::string_view name, std::string text);
  void take_online(std::string_view name, const std::string& text);
  void take_attribute(const std::string& text);
  void refuse(std::string reason, std::string message);

  ImportBatches& batches_;
  std::vector<std::string> path_;
  Product product_;
  bool remove_ = false;
  std::optional<RefusedRow> refused_;
  std::int64_t line_ = 0;
  std::vector<Variation> variations_;
  std::string attribute_, language_, site_, category_, category_language_;
  ProductImage group_;        // the image group that is open
  std::vector<ProductText> texts_;
  std::map<std::string, std::string> category_names_;
};

}  // namespace stockbell::commerce
