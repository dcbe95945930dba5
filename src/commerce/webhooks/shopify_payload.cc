#include "commerce/webhooks/shopify_payload.h"

#include "commerce/imports/column_names.h"

namespace stockbell::commerce::shopify {
namespace {

using payload::Object;

std::unexpected<Error> missing(std::string_view member) {
  return fail(ErrorCode::invalid, "payload-invalid",
              "the payload has no \"" + std::string(member) + "\"", std::string(member));
}

// Which of option1 to option3 is the colour, which the size: by the names of the options.
struct OptionPlaces {
  std::string color, size;  // "option1"; "" when there is none
};

OptionPlaces places_of(const Object& body) {
  OptionPlaces places;
  int position = 0;
  for (const auto* option : payload::objects(body, "options")) {
    const auto member = "option" + std::to_string(++position);
    const auto name = field_name(payload::text(*option, "name"));
    if (name == "color" || name == "colour" || name == "farbe" || name == "couleur")
      places.color = member;
    else if (name == "size" || name == "größe" || name == "groesse" || name == "taille" ||
             name == "talla")
      places.size = member;
  }
  return places;
}

std::string image_of(const Object& body, const std::string& variant_id) {
  for (const auto* image : payload::objects(body, "images")) {
    const auto* ids = image->if_contains("variant_ids");
    if (!ids || !ids->is_array()) continue;
    for (const auto& id : ids->get_array())
      if ((id.is_int64() && std::to_string(id.get_int64()) == variant_id) ||
          (id.is_string() && id.get_string() == variant_id))
        return payload::text(*image, "src");
  }
  return {};
}

ShopVariant variant_of(const Object& body, const Object& variant, const OptionPlaces& places) {
  ShopVariant read;
  read.variant_id = payload::text(variant, "id");
  read.key = payload::text(variant, "inventory_item_id");
  if (read.key.empty()) read.key = "variant-" + read.variant_id;
  read.sku = payload::text(variant, "sku");
  read.title = payload::text(variant, "title");
  if (!places.color.empty()) read.color = payload::text(variant, places.color);
  if (!places.size.empty()) read.size = payload::text(variant, places.size);
  if (read.color.empty() && read.size.empty() && read.title != "Default Title")
    read.size = read.title;
  read.image = image_of(body, read.variant_id);
  const auto price = payload::price(variant, "price");
  const auto before = payload::price(variant, "compare_at_price");
  read.price_minor = before && price && *before > *price ? before : price;
  if (before && price && *before > *price) read.sale_price_minor = price;
  // Later versions of the API leave inventory_management out: then inventory_items say it.
  const auto* management = variant.if_contains("inventory_management");
  read.stock.tracked = !management || management->is_string();
  read.stock.quantity = payload::number(variant, "inventory_quantity");
  read.stock.backorder = payload::text(variant, "inventory_policy") == "continue";
  return read;
}

}  // namespace

Result<ShopProduct> product(const Object& body) {
  ShopProduct read;
  read.id = payload::text(body, "id");
  if (read.id.empty()) return missing("id");
  const auto updated = payload::time(body, "updated_at");
  if (!updated) return missing("updated_at");
  read.updated_at = *updated;
  const auto status = payload::text(body, "status");
  const auto* published = body.if_contains("published_at");
  read.online = (status.empty() || status == "active") && (!published || published->is_string());
  read.name = payload::text(body, "title");
  read.description = payload::plain_text(payload::text(body, "body_html"));
  read.brand = payload::text(body, "vendor");
  read.category = payload::text(body, "product_type");
  if (const auto* image = payload::object(body, "image")) read.image = payload::text(*image, "src");
  const auto places = places_of(body);
  for (const auto* variant : payload::objects(body, "variants")) {
    auto item = variant_of(body, *variant, places);
    if (item.variant_id.empty()) return missing("variants.id");
    read.variants.push_back(std::move(item));
  }
  if (read.variants.empty()) return missing("variants");
  read.is_master = read.variants.size() > 1 || read.variants.front().title != "Default Title";
  read.all_variants = true;
  return read;
}

Result<ShopLevel> level(const Object& body, Time now) {
  ShopLevel read;
  read.item = payload::text(body, "inventory_item_id");
  if (read.item.empty()) return missing("inventory_item_id");
  read.location = payload::text(body, "location_id");
  if (read.location.empty()) return missing("location_id");
  read.available = payload::number(body, "available");
  read.updated_at = payload::time(body, "updated_at").value_or(now);
  return read;
}

Result<InventoryItem> inventory_item(const Object& body, Time now) {
  InventoryItem item;
  item.id = payload::text(body, "id");
  if (item.id.empty()) return missing("id");
  item.sku = payload::text(body, "sku");
  item.tracked = payload::flag(body, "tracked").value_or(true);
  item.updated_at = payload::time(body, "updated_at").value_or(now);
  return item;
}

Result<std::optional<ShopOrder>> order(const Object& body, Time now) {
  ShopOrder read;
  read.id = payload::text(body, "id");
  if (read.id.empty()) return missing("id");
  const auto* cancelled = body.if_contains("cancelled_at");
  if (payload::flag(body, "test").value_or(false) || (cancelled && cancelled->is_string()))
    return std::optional<ShopOrder>();
  read.email = payload::text(body, "email");
  if (read.email.empty()) read.email = payload::text(body, "contact_email");
  if (const auto* customer = payload::object(body, "customer"); customer && read.email.empty())
    read.email = payload::text(*customer, "email");
  read.at = payload::time(body, "created_at").value_or(now);
  for (const auto* line : payload::objects(body, "line_items"))
    read.lines.push_back(
        {payload::text(*line, "sku"), payload::text(*line, "variant_id"),
         static_cast<int>(std::clamp<std::int64_t>(
             payload::number(*line, "quantity").value_or(1), 1, 1'000'000))});
  return std::optional<ShopOrder>(std::move(read));
}

}  // namespace stockbell::commerce::shopify
