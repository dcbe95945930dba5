#include "commerce/catalog/catalog_xml.h"

#include <charconv>
#include <cmath>

#include "commerce/catalog/catalog_rules.h"
#include "commerce/imports/column_names.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::string_view kDefaultLanguage = "x-default";
constexpr std::size_t kMembersMost = 10'000;  // of one set, bundle, master; and images, languages

std::optional<bool> boolean(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return {};
}

// The text in the default language, or in the first that the product has.
template <class Pick>
Said<std::string> in_default(const std::vector<ProductText>& texts, Pick pick) {
  Said<std::string> first;
  for (const auto& text : texts) {
    const Said<std::string>& said = text.*pick;
    if (said && text.locale == kDefaultLanguage) return said;
    if (said && !first) first = said;
  }
  return first;
}

}  // namespace

void CatalogSink::refuse(std::string reason, std::string message) {
  if (!refused_) refused_ = RefusedRow{line_, std::move(reason), std::move(message)};
}

void CatalogSink::begin(const XmlAttributes& attributes, std::int64_t line) {
  product_ = {};
  refused_.reset();
  variations_.clear();
  texts_.clear();
  line_ = line;
  product_.id = text::trim(xml_attribute(attributes, "product-id"));
  remove_ = xml_attribute(attributes, "mode") == "delete";
  category_ = xml_attribute(attributes, "category-id");
}

Result<> CatalogSink::open(std::string_view name, const XmlAttributes& attributes,
                           std::int64_t line) {
  if (path_.empty() && name != "catalog")
    return fail(ErrorCode::invalid, "catalog-root",
                "the root element is <" + std::string(name) +
                    ">; <catalog>, <rss> and <feed> are known");
  path_.emplace_back(name);
  if (path_.size() == 2) begin(attributes, line);
  if (path_.size() == 2 && name == "category-assignment") return assign(attributes);
  if (path_.size() == 3) category_language_ = xml_attribute(attributes, "lang");
  if (in_product()) open_in_product(name, attributes);
  return {};
}

void CatalogSink::open_in_product(std::string_view name, const XmlAttributes& attributes) {
  if (path_.size() == 3 || name == "custom-attribute") {
    language_ = xml_attribute(attributes, "lang");
    site_ = xml_attribute(attributes, "site-id");
  }
  const auto& parent = path_[path_.size() - 2];
  const auto id = [&] { return text::trim(xml_attribute(attributes, "product-id")); };
  if (name == "custom-attribute") attribute_ = xml_attribute(attributes, "attribute-id");
  if (name == "images") product_.images.emplace();
  if (name == "image-group") group_ = {xml_attribute(attributes, "view-type"), {}, {}, {}};
  if (name == "variation" && parent == "image-group" && group_.value.empty()) {
    group_.attribute = xml_attribute(attributes, "attribute-id");
    group_.value = xml_attribute(attributes, "value");
  }
  if (name == "image" && product_.images && product_.images->size() < kMembersMost) {
    group_.path = xml_attribute(attributes, "path");
    if (!group_.path.empty()) product_.images->push_back(group_);
  }
  if (name == "variations") product_.is_master = true;
  if (name == "variant" && !id().empty() && variations_.size() < kMembersMost) {
    product_.is_master = true;
    variations_.push_back({product_.id, id(), static_cast<std::int64_t>(variations_.size())});
  }
  if (name == "product-set-products") product_.set_members.emplace();
  if (name == "product-set-product" && product_.set_members && !id().empty() &&
      product_.set_members->size() < kMembersMost)
    product_.set_members->push_back({id(), 1});
  if (name == "bundled-products") product_.bundle_members.emplace();
  if (name == "bundled-product" && product_.bundle_members && !id().empty() &&
      product_.bundle_members->size() < kMembersMost)
    product_.bundle_members->push_back({id(), 1});
}

Result<> CatalogSink::close(std::string_view name, const std::string& raw, std::int64_t) {
  const auto depth = path_.size();
  const bool of_product = in_product();
  const bool of_category = depth == 3 && path_[1] == "category";
  path_.pop_back();
  if (of_product && depth == 2) return end_product();
  if (of_product) close_in_product(name, text::trim(raw));
  if (of_category && name == "display-name" && !category_.empty()) {
    auto& known = category_names_[category_];
    if (known.empty() || category_language_ == kDefaultLanguage) known = text::trim(raw);
  }
  return {};
}

void CatalogSink::close_in_product(std::string_view name, std::string text) {
  const auto& parent = path_.back();
  if (path_.size() == 2) return take(name, std::move(text));
  if (parent == "custom-attributes") take_attribute(text);
  if (name == "value" && parent == "custom-attribute") take_attribute(text);
  if (name == "quantity" && parent == "bundled-product" && product_.bundle_members &&
      !product_.bundle_members->empty() && !text.empty()) {
    double quantity = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), quantity);
    if (problem != std::errc() || end != text.data() + text.size() || !(quantity > 0) ||
        quantity > 1e6)
      return refuse("bundle-quantity-invalid", "the quantity of a bundled product is a number above 0");
    // Parts of a unit count as a whole one: rather a bundle too few than one that cannot be packed.
    product_.bundle_members->back().quantity = static_cast<std::int64_t>(std::ceil(quantity));
  }
}

// Categories come before the assignments (order of the schema), so their names are known here.
Result<> CatalogSink::assign(const XmlAttributes& attributes) {
  auto category = xml_attribute(attributes, "category-id");
  auto named = category_names_.find(category);
  auto& name = named == category_names_.end() ? category : named->second;
  if (!product_.id.empty()) batches_.changes().categories.emplace_back(product_.id, name);
  return batches_.flush_when_full();
}

Result<> CatalogSink::end_product() {
  if (refused_) return batches_.refuse(refused_->line, refused_->reason, refused_->message);
  bool image_of_value = false;  // a picture of one colour stands for all where there is no other
  product_.name = in_default(texts_, &ProductText::name);
  product_.short_description = in_default(texts_, &ProductText::short_description);
  product_.description = in_default(texts_, &ProductText::description);
  if (texts_.size() > 1) product_.texts = std::move(texts_);
  if (product_.images)
    for (const auto& image : *product_.images)
      if (!product_.image || (image.value.empty() && image_of_value)) {
        product_.image = image.path;
        image_of_value = !image.value.empty();
      }
  auto& variations = batches_.changes().variations;
  if (!remove_ && !product_.id.empty())
    variations.insert(variations.end(), variations_.begin(), variations_.end());
  return batches_.add(std::move(product_), remove_, line_);
}

void CatalogSink::take(std::string_view name, std::string text) {
  if (name == "display-name" || name == "short-description" || name == "long-description")
    return take_text(name, std::move(text));
  if (name.starts_with("online-")) return take_online(name, text);
  if (name == "brand" && !product_.brand) product_.brand = std::move(text);
  if (name == "searchable-flag" && site_.empty()) product_.searchable = boolean(text);
  if (name == "classification-category" && !text.empty()) {
    auto named = category_names_.find(text);
    product_.category = named == category_names_.end() ? text : named->second;
  }
}

void CatalogSink::take_text(std::string_view name, std::string text) {
  const auto language = language_.empty() ? std::string(kDefaultLanguage) : language_;
  auto entry = std::find_if(texts_.begin(), texts_.end(),
                            [&](const ProductText& t) { return t.locale == language; });
  if (entry == texts_.end()) {
    if (texts_.size() >= 100 || language.size() > 40) return;
    texts_.push_back({language, {}, {}, {}});
    entry = texts_.end() - 1;
  }
  auto& target = name == "display-name"        ? entry->name
                 : name == "short-description" ? entry->short_description
                                               : entry->description;
  target = std::move(text);
}

void CatalogSink::take_online(std::string_view name, const std::string& text) {
  SiteOnline* of_site = nullptr;
  if (!site_.empty()) {
    auto entry = std::find_if(product_.sites.begin(), product_.sites.end(),
                              [&](const SiteOnline& s) { return s.site == site_; });
    if (entry == product_.sites.end()) {
      if (product_.sites.size() >= 1000) return;
      product_.sites.push_back({site_, {}, {}, {}});
      entry = product_.sites.end() - 1;
    }
    of_site = &*entry;
  }
  if (name == "online-flag") {
    if (text.empty()) return;
    const auto flag = boolean(text);
    if (!flag) return refuse("online-flag-invalid", "online-flag is true or false");
    (of_site ? of_site->online : product_.online) = flag;
  }
  if (name == "online-from" || name == "online-to") {
    const auto at = parse_rfc3339(text);
    if (!text.empty() && !at)
      return refuse(std::string(name) + "-invalid",
                    std::string(name) + " is a date and time such as 2026-11-27T00:00:00.000Z");
    const bool from = name == "online-from";
    auto& target = of_site ? (from ? of_site->online_from : of_site->online_to)
                           : (from ? product_.online_from : product_.online_to);
    target = at ? to_ms(*at) : kCleared;
  }
}

void CatalogSink::take_attribute(const std::string& text) {
  const auto name = field_name(attribute_);
  const auto said = [&](Said<std::string>& target) {
    if (!target || language_ == kDefaultLanguage) target = text;
  };
  const auto money = [&](Said<std::int64_t>& target) {
    if (text.empty()) {
      target = kCleared;
    } else if (const auto price = parse_price(text)) {
      target = *price;
    }
  };
  if (name == "color" || name == "colour") said(product_.color);
  if (name == "size") said(product_.size);
  if (name == "category" && !text.empty()) said(product_.category);
  if (name == "currency") said(product_.currency);
  if (name == "price") money(product_.price_minor);
  if (name == "saleprice") money(product_.sale_price_minor);
}

}  // namespace stockbell::commerce
