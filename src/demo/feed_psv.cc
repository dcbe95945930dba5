// The catalog feed as the connector cartridge writes it (reference 2.5), with the two stock columns
// a merchant adds.
#include <initializer_list>

#include "demo/demo_catalog.h"
#include "demo/demo_product.h"
#include "demo/text_file.h"
#include "fmt/format.h"

namespace stockbell::demo {
namespace {

constexpr int kRestockQuantity = 10;

// Quotes as the cartridge's writer does: only where the delimiter, a quote or a line end would
// mislead.
void append_row(std::string& out, std::initializer_list<std::string_view> values) {
  bool first = true;
  for (auto value : values) {
    if (!first) out += '|';
    first = false;
    if (value.find_first_of("|\"\r\n") == std::string_view::npos) {
      out += value;
      continue;
    }
    out += '"';
    for (char c : value) {
      if (c == '"') out += '"';
      out += c == '\r' || c == '\n' ? ' ' : c;
    }
    out += '"';
  }
  out += '\n';
}

void append_product(std::string& out, const DemoProduct& product, const std::string& public_url,
                    int& restocked) {
  const auto link = fmt::format("{}/products/{}", public_url, product.id);
  const auto price = product.price();
  if (!product.simple()) {
    const auto image =
        fmt::format("{}/pictures/{}", public_url, product.picture(product.variants.front().color));
    bool any = false;
    for (const auto& variant : product.variants) any = any || variant.quantity > 0;
    append_row(out,
               {"default", product.id, product.id, "", "Y", "N", product.name, "master", link, "Y",
                "", image, image, price, price, product.description, any ? "Y" : "N", ""});
  }
  for (const auto& variant : product.variants) {
    int quantity = variant.quantity;
    if (quantity == 0 && restocked > 0) {
      quantity = kRestockQuantity;
      --restocked;
    }
    const auto image = fmt::format("{}/pictures/{}", public_url, product.picture(variant.color));
    append_row(
        out, {"default", variant.sku, variant.sku, product.simple() ? "" : product.id, "N",
              product.simple() ? "N" : "Y", product.name, product.simple() ? "product" : "variant",
              link, "Y", variant.sku, image, image, price, price, product.description,
              quantity > 0 ? "Y" : "N", std::to_string(quantity)});
  }
}

}  // namespace

Result<> write_feed(const DemoOptions& options, const std::string& public_url, int restocked,
                    const std::filesystem::path& file) {
  SB_TRY(psv, TextFile::create(file));
  append_row(psv.buffer(), {"SiteID", "ProductID", "ProductCode", "MasterID", "IsMaster",
                            "IsVariant", "ProductName", "ProductType", "ProductLink",
                            "OnlineAvailability", "SkuID", "ImageLink", "LargeImages",
                            "RegularPrice", "SalePrice", "Description", "InStock", "ATS"});
  for (int i = 0; i < options.products; ++i) {
    append_product(psv.buffer(), make_product(options.seed, i, options.variant_limit), public_url,
                   restocked);
    psv.flush_if_full();
  }
  return psv.close();
}

}  // namespace stockbell::demo
