#include "commerce/webhooks/woocommerce_payload.h"

#include "commerce/imports/column_names.h"

namespace stockbell::commerce::woocommerce {
namespace {

using payload::Object;

std::unexpected<Error> missing(std::string_view member) {
  return fail(ErrorCode::invalid, "payload-invalid",
              "the payload has no \"" + std::string(member) + "\"", std::string(member));
}

ShopStock stock_of(const Object& body) {
  ShopStock stock;
  const auto* manage = body.if_contains("manage_stock");
  stock.of_parent = manage && manage->is_string() && manage->get_string() == "parent";
  const bool managed = stock.of_parent || payload::flag(body, "manage_stock").value_or(false);
  const auto backorders = payload::text(body, "backorders");
  stock.backorder = backorders == "yes" || backorders == "notify";
  stock.quantity = payload::number(body, "stock_quantity");
  if (managed && stock.quantity) return stock;
  // What a person set by hand; nobody counts.
  const auto status = payload::text(body, "stock_status");
  stock.quantity.reset();
  stock.tracked = false;
  stock.state = status == "onbackorder"  ? ShopStock::State::backorder
                : status == "outofstock" ? ShopStock::State::out_of_stock
                                         : ShopStock::State::in_stock;
  return stock;
}

void take_prices(const Object& body, ShopVariant& variant) {
  const auto regular = payload::price(body, "regular_price"), sale = payload::price(body, "sale_price");
  const bool on_sale = payload::flag(body, "on_sale").value_or(sale.has_value());
  variant.price_minor = regular ? regular : payload::price(body, "price");
  if (on_sale && sale && variant.price_minor && *sale < *variant.price_minor)
    variant.sale_price_minor = sale;
}

// {"name":"Color","option":"Blue"} of a variation.
void take_options(const Object& body, ShopVariant& variant) {
  std::string others;
  for (const auto* attribute : payload::objects(body, "attributes")) {
    const auto name = field_name(payload::text(*attribute, "name"));
    const auto option = payload::text(*attribute, "option");
    if (name == "color" || name == "colour" || name == "farbe" || name == "couleur")
      variant.color = option;
    else if (name == "size" || name == "größe" || name == "groesse" || name == "taille" ||
             name == "talla")
      variant.size = option;
    else if (!option.empty())
      others += (others.empty() ? "" : ", ") + option;
  }
  if (variant.color.empty() && variant.size.empty()) variant.size = others;
}

}  // namespace

Result<ShopProduct> product(const Object& body) {
  ShopProduct read;
  read.id = payload::text(body, "id");
  if (read.id.empty()) return missing("id");
  auto modified = payload::text(body, "date_modified_gmt");
  if (modified.empty()) modified = payload::text(body, "date_created_gmt");
  const auto updated = parse_rfc3339(modified);
  if (!updated) return missing("date_modified_gmt");
  read.updated_at = *updated;
  read.online = payload::text(body, "status") == "publish";
  read.name = payload::text(body, "name");
  read.short_description = payload::plain_text(payload::text(body, "short_description"));
  read.description = payload::plain_text(payload::text(body, "description"));
  for (const auto* category : payload::objects(body, "categories"))
    if (read.category.empty()) read.category = payload::text(*category, "name");
  for (const auto* image : payload::objects(body, "images"))
    if (read.image.empty()) read.image = payload::text(*image, "src");
  if (const auto* image = payload::object(body, "image"); image && read.image.empty())
    read.image = payload::text(*image, "src");
  const auto type = payload::text(body, "type");
  const auto parent = payload::text(body, "parent_id");
  if (type == "variable" || type == "grouped") {
    read.is_master = true;
    if (auto stock = stock_of(body); stock.tracked) read.shared_stock = stock;
    return read;
  }
  if (type == "variation" || (parent != "0" && !parent.empty() && type.empty())) {
    if (parent.empty() || parent == "0") return missing("parent_id");
    read.parent_id = parent;
  }
  ShopVariant variant;
  variant.key = variant.variant_id = read.id;
  variant.sku = payload::text(body, "sku");
  variant.image = read.parent_id.empty() ? "" : read.image;
  variant.stock = stock_of(body);
  take_prices(body, variant);
  take_options(body, variant);
  read.variants.push_back(std::move(variant));
  return read;
}

Result<std::optional<ShopOrder>> order(const Object& body, Time now) {
  ShopOrder read;
  read.id = payload::text(body, "id");
  if (read.id.empty()) return missing("id");
  const auto status = payload::text(body, "status");
  if (status != "processing" && status != "completed" && status != "on-hold")
    return std::optional<ShopOrder>();
  if (const auto* billing = payload::object(body, "billing"))
    read.email = payload::text(*billing, "email");
  read.at = payload::time(body, "date_created_gmt").value_or(now);
  for (const auto* line : payload::objects(body, "line_items")) {
    auto variant = payload::text(*line, "variation_id");
    if (variant.empty() || variant == "0") variant = payload::text(*line, "product_id");
    read.lines.push_back({payload::text(*line, "sku"), std::move(variant),
                          static_cast<int>(std::clamp<std::int64_t>(
                              payload::number(*line, "quantity").value_or(1), 1, 1'000'000))});
  }
  return std::optional<ShopOrder>(std::move(read));
}

}  // namespace stockbell::commerce::woocommerce
