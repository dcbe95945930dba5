#include "commerce/stock_api/ocapi_routes.h"

#include <charconv>

#include "commerce/inventory/inventory_rules.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using inventory_store::StoredRecord;

constexpr std::string_view kRoot = "/s/-/dw/data";
constexpr int kDefaultCount = 25, kMostCount = 200;
constexpr std::string_view kRecords =
    "/s/-/dw/data/{version}/inventory_lists/{list}/product_inventory_records";

// "23.2" of "/s/-/dw/data/v23_2/…"
std::string version_of(std::string_view path) {
  auto rest = path.substr(std::min(path.size(), kRoot.size() + 1));
  auto version = std::string(rest.substr(0, rest.find('/')));
  if (version.starts_with('v')) version.erase(0, 1);
  std::ranges::replace(version, '_', '.');
  return version;
}

std::string fault_type(const Error& error, int status) {
  if (error.reason == "list-unknown") return "InventoryListNotFoundException";
  if (error.reason == "record-unknown") return "ProductInventoryRecordNotFoundException";
  if (error.reason == "sku-unknown") return "ProductNotFoundException";
  if (status == 401) return "InvalidAccessTokenException";
  if (status == 403) return "ClientAccessForbiddenException";
  if (status == 404) return "NotFoundException";
  if (status == 405) return "MethodNotAllowedException";
  if (error.reason == "json-invalid") return "MalformedDocumentException";
  if (status == 400 || status == 422) return "PropertyConstraintViolationException";
  return status == 409 ? "ConflictException" : "InternalServerErrorException";
}

http::Response fault(const Error& error, int status) {
  if (status == 422) status = 400;
  text::JsonWriter json;
  json.begin_object()
      .member("_v", "23.2")
      .key("fault")
      .begin_object()
      .key("arguments")
      .begin_object();
  if (!error.field.empty())
    json.member(error.reason == "list-unknown" ? "inventoryListId" : "path", error.field);
  json.end_object()
      .member("type", fault_type(error, status))
      .member("message", error.message)
      .end_object()
      .end_object();
  return http::Response::json(status, std::move(json).str());
}

class Surface {
 public:
  Surface(InventoryService& inventory, std::string public_url)
      : inventory_(inventory), public_url_(std::move(public_url)) {}

  Result<http::Response> list(const http::Request& request);
  Result<http::Response> get(const http::Request& request);
  Result<http::Response> write(const http::Request& request, bool whole);
  Result<http::Response> remove(const http::Request& request);

 private:
  Result<std::string> list_of(const http::Request& request);
  Result<std::optional<StoredRecord>> find(const std::string& list, const std::string& sku);
  std::string link(const http::Request& request, const std::string& list,
                   const std::string& sku) const;
  // With `_v` where it stands alone.
  void document(text::JsonWriter& json, const http::Request& request, const StoredRecord& stored,
                bool alone);

  InventoryService& inventory_;
  std::string public_url_;
};

int number_of(const http::Request& request, std::string_view name, int otherwise, int most) {
  auto text = request.query_value(name).value_or("");
  int number = otherwise;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 0) return otherwise;
  return std::min(number, most);
}

// A list exists when a header made it, a record is in it, or a site sells from it.
Result<std::string> Surface::list_of(const http::Request& request) {
  SB_TRY(named, parse_list_id(request.parameter("list")));
  SB_TRY(id, inventory_.list_here(named));
  if (!inventory_.sites().selling_from(id).empty()) return id;
  SB_TRY(known, inventory_.database().read([&](db::Session& session) -> Result<bool> {
    SB_TRY(lists, inventory_store::lists(session));
    if (lists.contains(id)) return true;
    SB_TRY(skus, inventory_store::skus_of_list(session, id, "", 1));
    return !skus.empty();
  }));
  if (known) return id;
  return fail(ErrorCode::not_found, "list-unknown",
              "No inventory list with ID '" + id + "' could be found.", id);
}

Result<std::optional<StoredRecord>> Surface::find(const std::string& list, const std::string& sku) {
  return inventory_.database().read(
      [&](db::Session& session) -> Result<std::optional<StoredRecord>> {
        SB_TRY(found, inventory_store::find(session, {list}, {sku}));
        if (found.empty()) return std::optional<StoredRecord>();
        return std::optional(std::move(found.begin()->second));
      });
}

std::string Surface::link(const http::Request& request, const std::string& list,
                          const std::string& sku) const {
  return public_url_ + std::string(kRoot) + "/" + request.parameter("version") +
         "/inventory_lists/" + text::url_encode(list) + "/product_inventory_records/" +
         text::url_encode(sku);
}

void Surface::document(text::JsonWriter& json, const http::Request& request,
                       const StoredRecord& stored, bool alone) {
  const auto& r = stored.record;
  const auto level = stock_level(r);
  const auto extra = r.handling == PreorderHandling::none ? 0 : r.preorder_allocation;
  auto ats = std::max<std::int64_t>(0, r.allocation.value_or(0) + extra - r.turnover - r.on_order -
                                           r.reserved - r.safety_stock.value_or(0));
  json.begin_object();
  if (alone) json.member("_v", version_of(request.path));
  json.member("_type", "product_inventory_record");
  json.member(
      "_resource_state",
      crypto::sha256_hex(r.list + "\n" + r.sku + "\n" + std::to_string(to_ms(stored.changed_at)) +
                         "\n" + std::to_string(r.allocation.value_or(-1)) + "\n" +
                         std::to_string(r.turnover) + "\n" + std::to_string(r.on_order)));
  if (r.allocation) {
    json.key("allocation").begin_object().member("amount", *r.allocation);
    if (r.allocated_at) json.member("reset_date", to_rfc3339(*r.allocated_at));
    json.end_object();
  }
  json.member("ats", r.perpetual ? kPerpetualUnits : ats)
      .member("creation_date", to_rfc3339(stored.created_at));
  if (r.in_stock_at) json.member("in_stock_date", to_rfc3339(*r.in_stock_at));
  json.member("inventory_list_id", r.list)
      .member("inventory_turnover", r.turnover)
      .member("last_modified", to_rfc3339(stored.changed_at))
      .member("link", link(request, r.list, r.sku))
      .member("perpetual_flag", r.perpetual)
      .member("pre_order_back_order_allocation", r.preorder_allocation)
      .member("pre_order_back_order_handling", to_text(r.handling))
      .member("product_id", r.sku)
      .member("quantity_on_order", r.on_order)
      .member("stock_level", level.ats)
      .end_object();
}

Result<http::Response> Surface::list(const http::Request& request) {
  SB_TRY(list, list_of(request));
  const int start = number_of(request, "start", 0, 1 << 30);
  const int count = std::max(1, number_of(request, "count", kDefaultCount, kMostCount));
  std::int64_t total = 0;
  SB_TRY(page,
         inventory_.database().read([&](db::Session& session) -> Result<std::vector<StoredRecord>> {
           SB_TRY(all, inventory_store::count_records(session, list));
           total = all;
           return inventory_store::page_records(session, list, start, count);
         }));
  text::JsonWriter json;
  json.begin_object()
      .member("_v", version_of(request.path))
      .member("_type", "product_inventory_record_result")
      .member("count", page.size());
  json.key("data").begin_array();
  for (const auto& stored : page) document(json, request, stored, false);
  json.end_array();
  auto at = [&](int from) {
    return public_url_ + std::string(kRoot) + "/" + request.parameter("version") +
           "/inventory_lists/" + text::url_encode(list) +
           "/product_inventory_records?start=" + std::to_string(from) +
           "&count=" + std::to_string(count);
  };
  if (start + count < total) json.member("next", at(start + count));
  if (start > 0) json.member("previous", at(std::max(0, start - count)));
  json.member("start", start).member("total", total).end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> Surface::get(const http::Request& request) {
  SB_TRY(list, list_of(request));
  SB_TRY(sku, parse_sku(request.parameter("sku")));
  SB_TRY(stored, find(list, sku));
  if (!stored)
    return fail(ErrorCode::not_found, "record-unknown",
                "No inventory record for product '" + sku + "' in list '" + list + "'.", sku);
  text::JsonWriter json;
  document(json, request, *stored, true);
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> Surface::write(const http::Request& request, bool whole) {
  SB_TRY(list, list_of(request));
  SB_TRY(sku, parse_sku(request.parameter("sku")));
  SB_TRY(change, change_of_ocapi(request.body, whole));
  SB_TRY(before, find(list, sku));
  if (!whole && !before)
    return fail(ErrorCode::not_found, "record-unknown",
                "No inventory record for product '" + sku + "' in list '" + list + "'.", sku);
  change.list = list;
  change.sku = sku;
  SB_CHECK(inventory_.set(change, inventory_.sites().main()));
  SB_TRY(answer, get(request));
  if (!before) answer.status = 201;
  return answer;
}

Result<http::Response> Surface::remove(const http::Request& request) {
  SB_TRY(list, list_of(request));
  SB_TRY(sku, parse_sku(request.parameter("sku")));
  SB_TRY(before, find(list, sku));
  if (!before)
    return fail(ErrorCode::not_found, "record-unknown",
                "No inventory record for product '" + sku + "' in list '" + list + "'.", sku);
  StockChange change;
  change.list = list;
  change.sku = sku;
  change.remove = true;
  ImportTally tally;
  SB_CHECK(inventory_.apply({change}, tally));
  return http::Response::empty(204);
}

Result<std::optional<std::int64_t>> units_of(const boost::json::value& value,
                                             const std::string& name) {
  if (value.is_null()) return std::optional<std::int64_t>();
  double number = 0;
  if (value.is_number()) number = value.to_number<double>();
  if (!value.is_number() || !(number >= 0 && number <= 1e12))
    return fail(ErrorCode::invalid, name + "-invalid", name + " is a number of 0 or more", name);
  return std::optional(static_cast<std::int64_t>(number));
}

}  // namespace

Result<StockChange> change_of_ocapi(std::string_view body, bool whole) {
  SB_TRY(object, text::parse_json_object(body));
  StockChange change;
  change.whole = whole;
  for (const auto& [key, value] : object) {
    const std::string name(key.data(), key.size());
    if (name == "allocation" && value.is_object()) {
      const auto& allocation = value.get_object();
      if (const auto* amount = allocation.if_contains("amount")) {
        SB_TRY(units, units_of(*amount, "allocation.amount"));
        change.allocation = units;
      }
      if (const auto* reset = allocation.if_contains("reset_date"); reset && !reset->is_null()) {
        change.allocated_at = reset->is_string() ? parse_rfc3339(std::string(reset->get_string()))
                                                 : std::optional<Time>();
        if (!change.allocated_at)
          return fail(ErrorCode::invalid, "reset_date-invalid",
                      "allocation.reset_date is a date and time", "allocation.reset_date");
      }
    } else if (name == "allocation" && !value.is_null()) {
      return fail(ErrorCode::invalid, "allocation-invalid",
                  "allocation is an object with an amount", name);
    } else if (name == "perpetual_flag" && !value.is_null()) {
      if (!value.is_bool())
        return fail(ErrorCode::invalid, "perpetual_flag-invalid", "perpetual_flag is true or false",
                    name);
      change.perpetual = value.get_bool();
    } else if (name == "pre_order_back_order_handling" && !value.is_null()) {
      if (value.is_string())
        change.handling = parse_enum<PreorderHandling>(std::string(value.get_string()));
      if (!change.handling)
        return fail(ErrorCode::invalid, "pre_order_back_order_handling-invalid",
                    "pre_order_back_order_handling is none, preorder or backorder", name);
    } else if (name == "pre_order_back_order_allocation") {
      SB_TRY(units, units_of(value, name));
      change.preorder_allocation = units;
    } else if (name == "in_stock_date" && !value.is_null()) {
      if (value.is_string()) change.in_stock_at = parse_moment(std::string(value.get_string()));
      if (!change.in_stock_at)
        return fail(ErrorCode::invalid, "in_stock_date-invalid", "in_stock_date is a date", name);
    }
  }
  return change;
}

void add_ocapi_routes(http::Router& router, InventoryService& inventory,
                      const std::string& public_url) {
  auto surface = std::make_shared<Surface>(inventory, public_url);
  const std::string records(kRecords), one = records + "/{sku}";
  using http::Request;
  using http::Role;
  router.add(
      {"GET", records, Role::readonly, [surface](const Request& r) { return surface->list(r); }});
  router.add({"GET", one, Role::readonly, [surface](const Request& r) { return surface->get(r); }});
  router.add(
      {"PUT", one, Role::admin, [surface](const Request& r) { return surface->write(r, true); }});
  router.add({"PATCH", one, Role::admin,
              [surface](const Request& r) { return surface->write(r, false); }});
  router.add(
      {"DELETE", one, Role::admin, [surface](const Request& r) { return surface->remove(r); }});
  router.refuse_with(std::string(kRoot), [](const Error& error, int status, const auto&) {
    return fault(error, status);
  });
}

}  // namespace stockbell::commerce
