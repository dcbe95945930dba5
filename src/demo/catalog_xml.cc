// Catalog XML (reference 2.8), Inventory XML (2.1) and the pictures.
#include <iterator>
#include <set>

#include "demo/demo_catalog.h"
#include "demo/demo_product.h"
#include "demo/picture.h"
#include "demo/text_file.h"
#include "fmt/format.h"

namespace stockbell::demo {
namespace {

std::string category_id(std::string_view category) {
  std::string out(category);
  out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

void append_image(std::string& out, std::string_view picture, const Color* color) {
  out += "      <image-group view-type=\"large\">\n";
  if (color != nullptr)
    out += fmt::format("        <variation attribute-id=\"color\" value=\"{}\"/>\n", color->name);
  out += fmt::format("        <image path=\"{}\"/>\n      </image-group>\n", picture);
}

void append_custom(std::string& out, std::string_view attribute, std::string_view value) {
  out += fmt::format("      <custom-attribute attribute-id=\"{}\">{}</custom-attribute>\n",
                     attribute, xml_text(value));
}

void append_head(std::string& out, const DemoProduct& product, std::string_view id,
                 bool with_texts) {
  out += fmt::format(
      "  <product product-id=\"{}\">\n    <display-name xml:lang=\"x-default\">{}</display-name>\n",
      id, xml_text(product.name));
  if (with_texts)
    out += fmt::format(
        "    <short-description xml:lang=\"x-default\">{}</short-description>\n"
        "    <long-description xml:lang=\"x-default\">{}</long-description>\n",
        xml_text(product.short_description), xml_text(product.description));
  out += "    <online-flag>true</online-flag>\n    <available-flag>true</available-flag>\n";
}

void append_price(std::string& out, const DemoProduct& product) {
  append_custom(out, "price", product.price());
  append_custom(out, "currency", "EUR");
}

void append_values(std::string& out, std::string_view attribute,
                   const std::set<std::string_view>& seen, std::string_view title) {
  out += fmt::format(
      "        <variation-attribute attribute-id=\"{0}\" variation-attribute-id=\"{0}\">\n"
      "          <display-name xml:lang=\"x-default\">{1}</display-name>\n          "
      "<variation-attribute-values>\n",
      attribute, title);
  for (auto value : seen)
    out += fmt::format(
        "            <variation-attribute-value value=\"{0}\"><display-value "
        "xml:lang=\"x-default\">{0}</display-value>"
        "</variation-attribute-value>\n",
        xml_text(value));
  out += "          </variation-attribute-values>\n        </variation-attribute>\n";
}

void append_variations(std::string& out, const DemoProduct& product) {
  std::set<std::string_view> color_names, sizes;
  for (const auto& variant : product.variants) {
    if (variant.color != nullptr) color_names.insert(variant.color->name);
    if (!variant.size.empty()) sizes.insert(variant.size);
  }
  out += "    <variations>\n      <attributes>\n";
  if (!color_names.empty()) append_values(out, "color", color_names, "Colour");
  if (!sizes.empty()) append_values(out, "size", sizes, "Size");
  out += "      </attributes>\n      <variants>\n";
  for (std::size_t i = 0; i < product.variants.size(); ++i)
    out += fmt::format("        <variant product-id=\"{}\"{}/>\n", product.variants[i].sku,
                       i == 0 ? " default=\"true\"" : "");
  out += "      </variants>\n    </variations>\n";
}

void append_product(std::string& out, const DemoOptions& options, const DemoProduct& product) {
  append_head(out, product, product.id, true);
  out += "    <images>\n";
  append_image(out, product.picture(product.colors.empty() ? nullptr : product.colors.front()),
               nullptr);
  for (const Color* color : product.colors) append_image(out, product.picture(color), color);
  out += fmt::format("    </images>\n    <brand>{}</brand>\n    <custom-attributes>\n",
                     xml_text(options.shop_name));
  append_price(out, product);
  out += "    </custom-attributes>\n";
  if (!product.simple()) append_variations(out, product);
  out += fmt::format("    <classification-category>{}</classification-category>\n  </product>\n",
                     category_id(product.kind->category));
  if (product.simple()) return;
  for (const auto& variant : product.variants) {
    append_head(out, product, variant.sku, false);
    out += "    <images>\n";
    append_image(out, product.picture(variant.color), nullptr);
    out += fmt::format("    </images>\n    <brand>{}</brand>\n    <custom-attributes>\n",
                       xml_text(options.shop_name));
    if (variant.color != nullptr) append_custom(out, "color", variant.color->name);
    if (!variant.size.empty()) append_custom(out, "size", variant.size);
    append_price(out, product);
    out += "    </custom-attributes>\n  </product>\n";
  }
}

Result<> write_catalog_xml(const DemoOptions& options, const std::filesystem::path& file) {
  SB_TRY(xml, TextFile::create(file));
  auto& out = xml.buffer();
  out +=
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<catalog xmlns=\"http://www.demandware.com/xml/impex/catalog/2006-10-31\" "
      "catalog-id=\"demo\">\n  <header>\n"
      "    <image-settings>\n      <internal-location base-path=\"/pictures\"/>\n      "
      "<view-types>\n"
      "        <view-type>large</view-type>\n      </view-types>\n    </image-settings>\n  "
      "</header>\n";
  std::set<std::string_view> categories;
  for (const auto& kind : kinds()) categories.insert(kind.category);
  for (auto category : categories)
    out += fmt::format(
        "  <category category-id=\"{}\">\n    <display-name "
        "xml:lang=\"x-default\">{}</display-name>\n"
        "    <online-flag>true</online-flag>\n    <parent>root</parent>\n  </category>\n",
        category_id(category), xml_text(category));
  for (int i = 0; i < options.products; ++i) {
    append_product(out, options, make_product(options.seed, i, options.variant_limit));
    xml.flush_if_full();
  }
  for (int i = 0; i < options.products; ++i) {
    const auto& kind = kinds()[static_cast<std::size_t>(i) % kinds().size()];
    out += fmt::format("  <category-assignment category-id=\"{}\" product-id=\"P{}\"/>\n",
                       category_id(kind.category), 1001 + i);
    xml.flush_if_full();
  }
  out += "</catalog>\n";
  return xml.close();
}

// Calls `visit(variant)` for every SKU in catalog order until it says false.
template <class Visit>
void for_each_variant(const DemoOptions& options, Visit visit) {
  for (int i = 0; i < options.products; ++i)
    for (const auto& variant : make_product(options.seed, i, options.variant_limit).variants)
      if (!visit(variant)) return;
}

void append_inventory_head(std::string& out) {
  out +=
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<inventory xmlns=\"http://www.demandware.com/xml/impex/inventory/2007-05-31\">\n"
      "  <inventory-list>\n    <header list-id=\"demo\">\n      "
      "<default-instock>false</default-instock>\n"
      "    </header>\n    <records>\n";
}

void append_record(std::string& out, std::string_view sku, int quantity) {
  out += fmt::format(
      "      <record product-id=\"{}\">\n        <allocation>{}</allocation>\n        "
      "<perpetual>false</perpetual>\n"
      "        <preorder-backorder-handling>none</preorder-backorder-handling>\n      </record>\n",
      sku, quantity);
}

constexpr std::string_view kInventoryEnd = "    </records>\n  </inventory-list>\n</inventory>\n";

Result<> write_inventory_xml(const DemoOptions& options, const std::filesystem::path& file) {
  SB_TRY(xml, TextFile::create(file));
  append_inventory_head(xml.buffer());
  for_each_variant(options, [&](const DemoVariant& variant) {
    append_record(xml.buffer(), variant.sku, variant.quantity);
    xml.flush_if_full();
    return true;
  });
  xml.buffer() += kInventoryEnd;
  return xml.close();
}

Result<> write_pictures(const DemoOptions& options, const std::filesystem::path& directory) {
  std::set<std::string> drawn;
  for (int i = 0; i < options.products; ++i) {
    const auto product = make_product(options.seed, i, options.variant_limit);
    auto draw = [&](const Color* color) -> Result<> {
      auto name = product.picture(color);
      if (!drawn.insert(name).second) return {};
      const auto& shown =
          color != nullptr ? *color : colors()[static_cast<std::size_t>(product.pattern) * 2 + 1];
      SB_TRY(svg, TextFile::create(directory / name));
      svg.buffer() = draw_picture(product.kind->key, shown.hex, product.pattern,
                                  fmt::format("{}, {}", product.kind->noun, shown.name));
      return svg.close();
    };
    if (product.colors.empty()) SB_CHECK(draw(nullptr));
    for (const Color* color : product.colors) SB_CHECK(draw(color));
  }
  return {};
}

}  // namespace

Result<> write_catalog(const DemoOptions& options, const std::filesystem::path& out_dir) {
  std::error_code error;
  std::filesystem::create_directories(out_dir / "pictures", error);
  if (error)
    return fail(ErrorCode::internal, "directory-not-writable", "cannot make " + out_dir.string());
  SB_CHECK(write_catalog_xml(options, out_dir / "catalog.xml"));
  SB_CHECK(write_inventory_xml(options, out_dir / "inventory.xml"));
  return write_pictures(options, out_dir / "pictures");
}

std::vector<std::string> sold_out_skus(const DemoOptions& options, int limit) {
  std::vector<std::string> skus;
  if (limit <= 0) return skus;
  for_each_variant(options, [&](const DemoVariant& variant) {
    if (variant.quantity == 0) skus.push_back(variant.sku);
    return std::ssize(skus) < limit;
  });
  return skus;
}

Result<> write_restock(const DemoOptions& options, int count, const std::filesystem::path& file) {
  SB_TRY(xml, TextFile::create(file));
  append_inventory_head(xml.buffer());
  for (const auto& sku : sold_out_skus(options, count)) append_record(xml.buffer(), sku, 10);
  xml.buffer() += kInventoryEnd;
  return xml.close();
}

}  // namespace stockbell::demo
