#include "commerce/inventory/inventory_routes.h"

#include "commerce/imports/record_reader.h"
#include "commerce/inventory/inventory_import.h"
#include "commerce/inventory/inventory_rules.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::int64_t kMostQuantity = 1'000'000'000;
constexpr std::size_t kSkusAtOnce = 100;
constexpr std::size_t kStreamBytes = std::size_t{1} << 30;

void write_item(text::JsonWriter& json, const std::string& sku, const StockLevel& level) {
  json.begin_object()
      .member("sku", sku)
      .member("availability", to_text(level.availability))
      .member("quantity", level.ats)
      .end_object();
}

Result<http::Response> get_availability(InventoryService& inventory, const http::Request& request) {
  auto asked = request.query_values("sku");
  if (asked.empty() || asked.size() > kSkusAtOnce)
    return fail(ErrorCode::invalid, "sku-missing", "ask for 1 to 100 SKUs: ?sku=A&sku=B", "sku");
  std::vector<std::string> skus;
  for (const auto& text : asked) {
    SB_TRY(sku, parse_sku(text));
    skus.push_back(std::move(sku));
  }
  SB_TRY(items, inventory.availability(inventory.sites().main(), skus));
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& item : items) write_item(json, item.sku, item.level);
  json.end_array().end_object();
  auto response = http::Response::json(200, std::move(json).str());
  response.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> put_quantity(InventoryService& inventory, const http::Request& request) {
  SB_TRY(sku, parse_sku(request.parameter("sku")));
  SB_TRY(body, text::parse_json_object(request.body));
  const auto* quantity = body.if_contains("quantity");
  if (!quantity || !quantity->is_int64() || quantity->get_int64() < 0 ||
      quantity->get_int64() > kMostQuantity)
    return fail(ErrorCode::invalid, "quantity-invalid",
                "quantity is a whole number from 0 to 1000000000", "quantity");
  StockChange change;
  change.sku = sku;
  change.allocation = quantity->get_int64();
  change.on_order = 0;  // the quantity said is what can be sold
  change.perpetual = false;
  SB_TRY(level, inventory.set(change, inventory.sites().main()));
  text::JsonWriter json;
  write_item(json, sku, level);
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> post_lines(InventoryService& inventory, const http::Request& request) {
  ImportTally tally;
  SB_CHECK(import_inventory(request.body_file, inventory, tally));
  text::JsonWriter json;
  json.begin_object()
      .member("read", tally.rows_read)
      .member("changed", tally.rows_changed)
      .member("refused", tally.rows_refused)
      .key("errors")
      .begin_array();
  for (const auto& row : tally.refused)
    json.begin_object()
        .member("line", row.line)
        .member("reason", row.reason)
        .member("message", row.message)
        .end_object();
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_inventory_routes(http::Router& router, InventoryService& inventory) {
  http::Route ask{"GET", "/api/v1/availability", http::Role::anonymous, {}};
  ask.handler = [&](const http::Request& r) { return get_availability(inventory, r); };
  ask.cross_origin = true;
  router.add(std::move(ask));

  http::Route put{"PUT", "/api/v1/inventory/{sku}", http::Role::admin, {}};
  put.handler = [&](const http::Request& r) { return put_quantity(inventory, r); };
  router.add(std::move(put));

  http::Route post{"POST", "/api/v1/inventory", http::Role::admin, {}};
  post.handler = [&](const http::Request& r) { return post_lines(inventory, r); };
  post.body = http::BodyMode::spooled;
  post.body_limit = kStreamBytes;
  router.add(std::move(post));
}

}  // namespace stockbell::commerce
