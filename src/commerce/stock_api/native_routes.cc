#include "commerce/stock_api/native_routes.h"

#include "commerce/inventory/inventory_import.h"
#include "commerce/inventory/inventory_rules.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::int64_t kMostQuantity = 1'000'000'000;
constexpr std::size_t kSkusAtOnce = 100;
constexpr std::size_t kStreamBytes = std::size_t{1} << 30;

// What can only be ordered says how many, and when they come.
void write_item(text::JsonWriter& json, const std::string& sku, const StockLevel& level) {
  json.begin_object()
      .member("sku", sku)
      .member("availability", to_text(level.availability))
      .member("quantity", level.ats);
  if (level.availability == Availability::preorder ||
      level.availability == Availability::backorder) {
    json.member("orderable", level.orderable);
    if (level.in_stock_at) json.member("in_stock_date", to_rfc3339(*level.in_stock_at));
  }
  json.end_object();
}

Result<const Site*> site_of(const InventoryService& inventory, const http::Request& request) {
  auto key = request.query_value("site").value_or("");
  const auto* site = key.empty() ? &inventory.sites().main() : inventory.sites().find(key);
  if (!site) return fail(ErrorCode::invalid, "site-invalid", "there is no such site", "site");
  return site;
}

Result<http::Response> get_availability(InventoryService& inventory, const http::Request& request) {
  SB_TRY(site, site_of(inventory, request));
  auto asked = request.query_values("sku");
  if (asked.empty() || asked.size() > kSkusAtOnce)
    return fail(ErrorCode::invalid, "sku-missing", "ask for 1 to 100 SKUs: ?sku=A&sku=B", "sku");
  std::vector<std::string> skus;
  for (const auto& text : asked) {
    SB_TRY(sku, parse_sku(text));
    skus.push_back(std::move(sku));
  }
  SB_TRY(items, inventory.availability(*site, skus));
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& item : items) write_item(json, item.sku, item.level);
  json.end_array().end_object();
  auto response = http::Response::json(200, std::move(json).str());
  response.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> put_stock(InventoryService& inventory, const http::Request& request) {
  SB_TRY(site, site_of(inventory, request));
  SB_TRY(sku, parse_sku(request.parameter("sku")));
  SB_TRY(change, change_of_json(request.body));
  change.sku = sku;
  if (change.list.empty()) change.list = site->inventory_lists.front();
  SB_TRY(level, inventory.set(change, *site));
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

Result<> read_units(const boost::json::value& value, const std::string& name,
                    std::optional<std::int64_t>& target) {
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > kMostQuantity)
    return fail(ErrorCode::invalid, name + "-invalid",
                name + " is a whole number from 0 to 1000000000", name);
  target = value.get_int64();
  return {};
}

}  // namespace

Result<StockChange> change_of_json(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body));
  StockChange change;
  const std::map<std::string_view, std::optional<std::int64_t>*> numbers{
      {"quantity", &change.allocation},
      {"reserved", &change.reserved},
      {"safety_stock", &change.safety_stock},
      {"preorder_allocation", &change.preorder_allocation}};
  for (const auto& [key, value] : object) {
    const std::string name(key.data(), key.size());
    if (value.is_null()) continue;
    if (const auto number = numbers.find(name); number != numbers.end()) {
      SB_CHECK(read_units(value, name, *number->second));
    } else if (name == "perpetual") {
      if (!value.is_bool())
        return fail(ErrorCode::invalid, "perpetual-invalid", "perpetual is true or false", name);
      change.perpetual = value.get_bool();
    } else if (name == "list" || name == "preorder_handling" || name == "in_stock_date" ||
               name == "allocated_at") {
      if (!value.is_string())
        return fail(ErrorCode::invalid, name + "-invalid", name + " is a text", name);
      const std::string text(value.get_string());
      if (name == "list") {
        SB_TRY(list, parse_list_id(text));
        change.list = std::move(list);
      } else if (name == "preorder_handling") {
        change.handling = parse_enum<PreorderHandling>(text);
        if (!change.handling)
          return fail(ErrorCode::invalid, "preorder_handling-invalid",
                      "preorder_handling is none, preorder or backorder", name);
      } else {
        auto& target = name == "in_stock_date" ? change.in_stock_at : change.allocated_at;
        target = parse_moment(text);
        if (!target)
          return fail(ErrorCode::invalid, name + "-invalid", name + " is a date or a time", name);
      }
    }
  }
  if (!change.allocation && !change.perpetual.value_or(false))
    return fail(ErrorCode::invalid, "quantity-invalid",
                "quantity is a whole number from 0 to 1000000000", "quantity");
  change.on_order = 0;  // the quantity said is what can be sold
  if (!change.perpetual) change.perpetual = false;
  return change;
}

void add_stock_routes(http::Router& router, InventoryService& inventory) {
  http::Route ask{"GET", "/api/v1/availability", http::Role::anonymous, {}};
  ask.handler = [&](const http::Request& r) { return get_availability(inventory, r); };
  ask.cross_origin = true;
  router.add(std::move(ask));

  http::Route put{"PUT", "/api/v1/inventory/{sku}", http::Role::admin, {}};
  put.handler = [&](const http::Request& r) { return put_stock(inventory, r); };
  router.add(std::move(put));

  http::Route post{"POST", "/api/v1/inventory", http::Role::admin, {}};
  post.handler = [&](const http::Request& r) { return post_lines(inventory, r); };
  post.body = http::BodyMode::spooled;
  post.body_limit = kStreamBytes;
  router.add(std::move(post));
}

}  // namespace stockbell::commerce
