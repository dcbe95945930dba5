#include "commerce/stock_api/scapi_routes.h"

#include <set>

#include "commerce/catalog/catalog_store.h"
#include "commerce/catalog/online_store.h"
#include "commerce/inventory/inventory_rules.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kProducts = 24, kInventories = 5;

// "a,b" and repeated parameters alike.
std::vector<std::string> words_of(const http::Request& request, std::string_view name) {
  std::vector<std::string> words;
  for (const auto& value : request.query_values(name))
    for (std::size_t from = 0; from <= value.size();) {
      auto comma = std::min(value.find(',', from), value.size());
      if (auto word = text::trim(std::string_view(value).substr(from, comma - from)); !word.empty())
        words.push_back(std::move(word));
      from = comma + 1;
    }
  return words;
}

Result<std::vector<std::string>> asked(const http::Request& request, const std::string& name,
                                       std::size_t most, bool needed) {
  auto words = words_of(request, name);
  if ((needed && words.empty()) || words.size() > most)
    return fail(ErrorCode::invalid, name + "-invalid",
                fmt::format("{}: {} to {} of them, between commas", name, needed ? 1 : 0, most),
                name);
  return words;
}

void write_inventory(text::JsonWriter& json, const std::string& id, const StockLevel& level) {
  json.begin_object()
      .member("id", id)
      .member("ats", level.orderable)
      .member("stockLevel", level.ats)
      .member("orderable", level.orderable > 0)
      .member("backorderable", level.availability == Availability::backorder)
      .member("preorderable", level.availability == Availability::preorder);
  if (level.in_stock_at) json.member("inStockDate", to_rfc3339(*level.in_stock_at));
  json.end_object();
}

Result<http::Response> get_availability(InventoryService& inventory, const http::Request& request) {
  SB_TRY(products, asked(request, "productIds", kProducts, true));
  SB_TRY(lists, asked(request, "inventoryIds", kInventories, false));
  const auto key = request.query_value("siteId").value_or("");
  const auto* site = key.empty() ? &inventory.sites().main() : inventory.sites().find(key);
  if (!site) return fail(ErrorCode::invalid, "siteId-invalid", "there is no such site", "siteId");
  if (lists.empty()) lists = site->inventory_lists;
  text::JsonWriter json;
  SB_CHECK(inventory.database().read([&](db::Session& session) -> Result<> {
    SB_TRY(records, inventory_store::find(session, lists, products));
    SB_TRY(headers, inventory_store::lists(session));
    SB_TRY(offline, online_store::list_offline(session, products));
    std::vector<std::string> shown;
    std::set<std::string> seen;
    for (const auto& sku : products) {
      SB_TRY(known, catalog_store::sku_exists(session, sku));
      if (known && !offline.contains({sku, site->key}) && seen.insert(sku).second)
        shown.push_back(sku);
    }
    json = {};
    json.begin_object().member("limit", shown.size()).member("total", shown.size());
    json.key("data").begin_array();
    for (const auto& sku : shown) {
      json.begin_object().member("id", sku).key("inventories").begin_array();
      for (const auto& list : lists) {
        auto record = records.find({list, sku});
        auto header = headers.find(list);
        StockLevel level;
        if (record != records.end())
          level = stock_level(record->second.record, site->safety_stock);
        else if (header != headers.end() && header->second.default_in_stock)
          level = kPerpetualLevel;
        write_inventory(json, list, level);
      }
      json.end_array().end_object();
    }
    json.end_array().end_object();
    return {};
  }));
  auto response = http::Response::json(200, std::move(json).str());
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_scapi_routes(http::Router& router, InventoryService& inventory) {
  http::Route route{"GET",
                    "/product/shopper-availability/v1/organizations/{organization}/availability",
                    http::Role::anonymous,
                    {}};
  route.handler = [&inventory](const http::Request& r) { return get_availability(inventory, r); };
  route.cross_origin = true;
  router.add(std::move(route));
}

}  // namespace stockbell::commerce
