#include "commerce/webhooks/webhook_routes.h"

#include "commerce/webhooks/shopify_payload.h"
#include "commerce/webhooks/woocommerce_payload.h"
#include "platform/crypto/crypto.h"
#include "platform/log/log.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

using webhook_store::Shop;
constexpr std::size_t kBodyBytes = std::size_t{8} << 20;

http::Response answer(std::string_view outcome) {
  text::JsonWriter json;
  json.begin_object().member("outcome", outcome).end_object();
  return http::Response::json(200, std::move(json).str());
}

// What there is to do about a topic; false: it is none of ours.
Result<bool> take_shopify(WebhookService& service, const Shop& shop, const std::string& topic,
                          const payload::Object& body, Time at) {
  if (topic == "products/create" || topic == "products/update") {
    SB_TRY(product, shopify::product(body));
    SB_CHECK(service.put_product(shop, product));
  } else if (topic == "products/delete") {
    const auto id = payload::text(body, "id");
    if (id.empty())
      return fail(ErrorCode::invalid, "payload-invalid", "the payload has no \"id\"", "id");
    SB_CHECK(service.remove_product(shop, id, at));
  } else if (topic == "inventory_levels/update" || topic == "inventory_levels/connect" ||
             topic == "inventory_levels/disconnect") {
    SB_TRY(level, shopify::level(body, at));
    if (topic == "inventory_levels/disconnect") level.available.reset();
    SB_CHECK(service.put_level(shop, level));
  } else if (topic == "inventory_items/create" || topic == "inventory_items/update") {
    SB_TRY(item, shopify::inventory_item(body, at));
    SB_CHECK(service.put_tracking(shop, item.id, item.tracked, item.updated_at));
  } else if (topic == "inventory_items/delete") {
    // The product's own webhook takes the item away.
  } else if (topic == "orders/create" || topic == "orders/paid") {
    SB_TRY(order, shopify::order(body, at));
    if (order) SB_CHECK(service.record(shop, *order));
  } else {
    return false;
  }
  return true;
}

Result<bool> take_woocommerce(WebhookService& service, const Shop& shop, const std::string& topic,
                              const payload::Object& body, Time at) {
  if (topic == "product.created" || topic == "product.updated" || topic == "product.restored") {
    SB_TRY(product, woocommerce::product(body));
    product.restored = topic == "product.restored";
    SB_CHECK(service.put_product(shop, product));
  } else if (topic == "product.deleted") {
    const auto id = payload::text(body, "id");
    if (id.empty())
      return fail(ErrorCode::invalid, "payload-invalid", "the payload has no \"id\"", "id");
    SB_CHECK(service.remove_product(shop, id, at));
  } else if (topic == "order.created" || topic == "order.updated" || topic == "order.restored") {
    SB_TRY(order, woocommerce::order(body, at));
    if (order) SB_CHECK(service.record(shop, *order));
  } else {
    return false;
  }
  return true;
}

struct Delivery {
  ShopSystem system;
  std::string topic, signature, id;
};

Result<http::Response> take(const WebhookDoor& door, const http::Request& request,
                            const Delivery& delivery) {
  const bool is_shopify = delivery.system == ShopSystem::shopify;
  const auto& secrets = is_shopify ? door.shopify : door.woocommerce;
  const Shop shop{delivery.system, request.parameter("site")};
  // WooCommerce tries the address when the webhook is made: webhook_id=12, without a signature.
  if (!is_shopify && delivery.topic.empty() && request.body.starts_with("webhook_id="))
    return answer("ping");
  if (!door.sites.find(shop.site) || !secrets.verify(shop.site, request.body, delivery.signature))
    return fail(ErrorCode::unauthorized, "signature-invalid",
                "the signature does not fit the body and this site's secret");
  SB_TRY(seen, door.service.seen(shop, delivery.id));
  if (seen) return answer("repeated");
  SB_TRY(body, payload::parse(request.body));
  const auto at =
      parse_rfc3339(request.header("X-Shopify-Triggered-At")).value_or(door.service.now());
  SB_TRY(ours, is_shopify ? take_shopify(door.service, shop, delivery.topic, body, at)
                          : take_woocommerce(door.service, shop, delivery.topic, body, at));
  if (!ours) {
    log::info("webhook-ignored", {{"site", shop.site}, {"topic", delivery.topic.substr(0, 80)}});
    return answer("ignored");
  }
  SB_CHECK(door.service.note(shop, delivery.id));
  return answer("taken");
}

http::Route route_of(std::string method, std::string pattern, http::Handler handler) {
  http::Route route{std::move(method), std::move(pattern), http::Role::anonymous, std::move(handler)};
  route.body_limit = kBodyBytes;
  return route;
}

}  // namespace

void add_webhook_routes(http::Router& router, const WebhookDoor& door) {
  router.add(route_of("POST", "/hooks/shopify/{site}", [&door](const http::Request& request) {
    return take(door, request,
                {ShopSystem::shopify, request.header("X-Shopify-Topic"),
                 request.header("X-Shopify-Hmac-Sha256"), request.header("X-Shopify-Webhook-Id")});
  }));
  router.add(route_of("POST", "/hooks/woocommerce/{site}", [&door](const http::Request& request) {
    // Its delivery ids are made of the second: two of the same second may have one.
    auto id = request.header("X-WC-Webhook-Delivery-ID");
    if (!id.empty()) id = id.substr(0, 100) + "-" + crypto::sha256_hex(request.body);
    return take(door, request,
                {ShopSystem::woocommerce, request.header("X-WC-Webhook-Topic"),
                 request.header("X-WC-Webhook-Signature"), std::move(id)});
  }));
}

}  // namespace stockbell::commerce
