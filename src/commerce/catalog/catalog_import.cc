#include "commerce/catalog/catalog_import.h"

#include "commerce/catalog/catalog_rules.h"
#include "commerce/imports/record_reader.h"
#include "commerce/imports/xml_reader.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using catalog_store::CatalogChanges;
constexpr std::size_t kRowsAtOnce = 1000;

class Batches {
 public:
  Batches(CatalogService& catalog, ImportTally& t) : tally(t), catalog_(catalog) {}
  Result<> flush_when_full() { return changes.size() < kRowsAtOnce ? Result<>{} : flush(); }
  Result<> flush() {
    if (changes.size() == 0) return {};
    SB_TRY(changed, catalog_.apply(changes));
    tally.rows_changed += changed;
    changes = {};
    return {};
  }
  // Takes a product, or refuses it with its line.
  Result<> add(Product product, bool remove, std::int64_t line) {
    ++tally.rows_read;
    if (product.id.empty() || product.id.size() > 100 || text::has_control(product.id)) {
      tally.refuse(line, "sku-invalid", "a product id has 1 to 100 characters");
      return {};
    }
    if (remove)
      changes.removed.push_back(std::move(product.id));
    else
      changes.products.push_back(std::move(product));
    return flush_when_full();
  }

  ImportTally& tally;
  CatalogChanges changes;

 private:
  CatalogService& catalog_;
};

// Follows the elements; those it does not know are passed over.
class CatalogSink : public XmlSink {
 public:
  explicit CatalogSink(Batches& batches) : batches_(batches) {}

  Result<> open(std::string_view name, const XmlAttributes& attributes,
                std::int64_t line) override {
    if (path_.empty() && name != "catalog")
      return fail(ErrorCode::invalid, "catalog-root",
                  "the root element is <" + std::string(name) + ">, not <catalog>");
    path_.emplace_back(name);
    if (path_.size() == 2) {
      product_ = {};
      line_ = line;
      position_ = 0;
      product_.id = text::trim(xml_attribute(attributes, "product-id"));
      remove_ = xml_attribute(attributes, "mode") == "delete";
      category_ = xml_attribute(attributes, name == "category" ? "category-id" : "product-id");
      if (name == "category-assignment") return assign(attributes);
    }
    if (name == "custom-attribute") attribute_ = xml_attribute(attributes, "attribute-id");
    if (name == "image" && in_product() && !product_.image)
      product_.image = xml_attribute(attributes, "path");
    if (name == "variant" && in_product() && !xml_attribute(attributes, "product-id").empty()) {
      product_.is_master = true;
      batches_.changes.variations.push_back(
          {product_.id, xml_attribute(attributes, "product-id"), position_++});
    }
    if (name == "variations" && in_product()) product_.is_master = true;
    return {};
  }

  Result<> close(std::string_view name, const std::string& raw, std::int64_t) override {
    auto depth = path_.size();
    bool of_product = in_product();
    bool of_category = depth == 3 && path_[1] == "category";
    path_.pop_back();
    if (of_product && depth == 2) return batches_.add(std::move(product_), remove_, line_);
    if (of_product && depth == 3) take(name, text::trim(raw));
    if (of_product && path_.back() == "custom-attributes") take_attribute(text::trim(raw));
    if (of_product && name == "value" && path_.back() == "custom-attribute")
      take_attribute(text::trim(raw));
    if (of_category && name == "display-name" && !category_.empty())
      category_names_[category_] = text::trim(raw);
    return {};
  }

 private:
  bool in_product() const { return path_.size() >= 2 && path_[1] == "product"; }

  // Categories come before the assignments (order of the schema), so their names are known here.
  Result<> assign(const XmlAttributes& attributes) {
    auto category = xml_attribute(attributes, "category-id");
    auto named = category_names_.find(category);
    auto& name = named == category_names_.end() ? category : named->second;
    if (!product_.id.empty()) batches_.changes.categories.emplace_back(product_.id, name);
    return batches_.flush_when_full();
  }

  // The first language of a text that comes in several is kept.
  void take(std::string_view name, std::string text) {
    auto first = [&](Said<std::string>& target) {
      if (!target) target = std::move(text);
    };
    if (name == "display-name") first(product_.name);
    if (name == "short-description") first(product_.short_description);
    if (name == "long-description") first(product_.description);
    if (name == "brand") first(product_.brand);
    if (name == "online-flag") product_.online = text != "false";
    if (name == "classification-category") {
      auto named = category_names_.find(text);
      product_.category = named == category_names_.end() ? text : named->second;
    }
  }

  void take_attribute(const std::string& text) {
    if (text.empty()) return;
    auto name = field_name(attribute_);
    if (name == "color" || name == "colour") product_.color = text;
    if (name == "size") product_.size = text;
    if (name == "category") product_.category = text;
    if (name == "currency") product_.currency = text;
    if (name == "price") product_.price_minor = parse_price(text);
    if (name == "saleprice") product_.sale_price_minor = parse_price(text);
  }

  Batches& batches_;
  std::vector<std::string> path_;
  Product product_;
  bool remove_ = false;
  std::int64_t line_ = 0, position_ = 0;
  std::string attribute_, category_;
  std::map<std::string, std::string> category_names_;
};

Result<> take_fields(const Fields& fields, std::int64_t line, Batches& batches) {
  Product product;
  product.id = first_field(fields, {"sku", "skuid", "productid", "id"});
  product.name = first_field(fields, {"name", "productname", "title", "displayname"});
  product.short_description = first_field(fields, {"shortdescription"});
  product.description = first_field(fields, {"description", "longdescription"});
  product.brand = first_field(fields, {"brand"});
  product.category = first_field(fields, {"category", "producttype"});
  product.image = first_field(fields, {"image", "imagelink", "imageurl"});
  product.color = first_field(fields, {"color", "colour"});
  product.size = first_field(fields, {"size"});
  product.currency = first_field(fields, {"currency"});
  auto online = first_field(fields, {"online", "onlineflag", "onlineavailability"});
  product.online = online != "false" && online != "N" && online != "0";
  auto price = first_field(fields, {"price", "regularprice"});
  product.price_minor = parse_price(price);
  product.sale_price_minor = parse_price(first_field(fields, {"saleprice"}));
  if (!price.empty() && !product.price_minor) {
    ++batches.tally.rows_read;
    batches.tally.refuse(line, "price-invalid", "the price is not a number such as 49.90");
    return {};
  }
  auto master = first_field(fields, {"masterid", "master", "itemgroupid", "parentid"});
  if (!master.empty() && master != product.id) {
    Product group;  // the rows of a group share name and texts; the master has them too
    group.id = master;
    group.is_master = true;
    group.name = product.name;
    group.description = product.description;
    group.brand = product.brand;
    group.category = product.category;
    group.image = product.image;
    batches.changes.products.push_back(std::move(group));
    batches.changes.variations.push_back({master, product.id, line});
  }
  return batches.add(std::move(product), false, line);
}

}  // namespace

Result<> import_catalog(const std::filesystem::path& file, CatalogService& catalog,
                        ImportTally& tally) {
  SB_TRY(shape, detect_file_shape(file));
  Batches batches(catalog, tally);
  if (shape.format == FileFormat::xml) {
    CatalogSink sink(batches);
    XmlReader reader(sink);
    SB_CHECK(read_source(file, [&](std::string_view piece) { return reader.feed(piece); }));
    SB_CHECK(reader.finish());
  } else {
    SB_CHECK(read_records(file, shape, tally, [&](const Fields& fields, std::int64_t line) {
      return take_fields(fields, line, batches);
    }));
  }
  return batches.flush();
}

}  // namespace stockbell::commerce
