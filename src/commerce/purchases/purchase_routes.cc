#include "commerce/purchases/purchase_routes.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestBody = 1024 * 1024;

std::unexpected<Error> bad(std::size_t number, std::string_view field, std::string_view wanted) {
  auto reason = std::string(field) + "-invalid";
  std::ranges::replace(reason, '_', '-');
  return fail(ErrorCode::invalid, std::move(reason),
              fmt::format("purchase {}: {} must be {}", number + 1, field, wanted),
              std::string(field));
}

Result<std::string> line(const json::object& object, std::size_t number, std::string_view name,
                         std::size_t longest, bool required) {
  const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
  const auto wanted = fmt::format("one line of {} to {} characters", required ? 1 : 0, longest);
  if (!value || value->is_null()) {
    if (required) return bad(number, name, wanted);
    return std::string();
  }
  if (!value->is_string()) return bad(number, name, wanted);
  auto text = text::trim(std::string_view(value->get_string().data(), value->get_string().size()));
  if ((required && text.empty()) || text.size() > longest || !text::valid_utf8(text) ||
      text::has_control(text))
    return bad(number, name, wanted);
  return text;
}

Result<Purchase> parse_purchase(const json::value& value, std::size_t number, Time now) {
  if (!value.is_object())
    return fail(ErrorCode::invalid, "purchase-invalid",
                fmt::format("purchase {} must be an object", number + 1));
  const auto& object = value.get_object();
  for (const auto& [name, member] : object)
    if (name != "email" && name != "sku" && name != "site" && name != "order_id" && name != "at" &&
        name != "quantity")
      return fail(ErrorCode::invalid, "field-unknown",
                  fmt::format("purchase {}: a purchase has email, sku, order_id, and perhaps site, "
                              "at and quantity",
                              number + 1));
  Purchase purchase;
  SB_TRY(email, line(object, number, "email", 320, true));
  const auto address = text::parse_email(email);
  if (!address) return bad(number, "email", "an e-mail address");
  purchase.email = address->address;
  purchase.email_normalized = address->normalized;
  SB_TRY(sku, line(object, number, "sku", 100, true));
  SB_TRY(order, line(object, number, "order_id", 100, true));
  SB_TRY(site, line(object, number, "site", 40, false));
  SB_TRY(at, line(object, number, "at", 40, false));
  purchase.sku = std::move(sku);
  purchase.order_id = std::move(order);
  purchase.site = std::move(site);
  purchase.at = now;
  if (!at.empty()) {
    const auto time = parse_rfc3339(at);
    if (!time) return bad(number, "at", "a time such as 2026-01-31T08:15:00Z");
    purchase.at = std::min(*time, now);
  }
  if (const auto* quantity = object.if_contains("quantity"); quantity && !quantity->is_null()) {
    if (!quantity->is_int64() || quantity->get_int64() < 1 || quantity->get_int64() > 1'000'000)
      return bad(number, "quantity", "a whole number from 1 to 1000000");
    purchase.quantity = static_cast<int>(quantity->get_int64());
  }
  return purchase;
}

Result<http::Response> record(Purchases& purchases, const Clock& clock,
                              const http::Request& request) {
  SB_TRY(all, parse_purchases(request.body, clock.now()));
  for (const auto& purchase : all) SB_CHECK(purchases.record(purchase));
  text::JsonWriter answer;
  answer.begin_object().member("recorded", all.size()).end_object();
  return http::Response::json(200, std::move(answer).str());
}

}  // namespace

Result<std::vector<Purchase>> parse_purchases(std::string_view body, Time now) {
  json::parse_options options;
  options.max_depth = 4;
  boost::system::error_code error;
  const auto value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error || (!value.is_object() && !value.is_array()))
    return fail(ErrorCode::invalid, "json-invalid",
                "the body must be a JSON object, or an array of them");
  std::vector<Purchase> all;
  if (value.is_object()) {
    SB_TRY(purchase, parse_purchase(value, 0, now));
    all.push_back(std::move(purchase));
    return all;
  }
  const auto& array = value.get_array();
  if (array.size() > kMostPurchases)
    return fail(ErrorCode::invalid, "purchases-too-many",
                fmt::format("at most {} purchases at once", kMostPurchases));
  for (std::size_t i = 0; i < array.size(); ++i) {
    SB_TRY(purchase, parse_purchase(array[i], i, now));
    all.push_back(std::move(purchase));
  }
  return all;
}

void add_purchase_routes(http::Router& router, Purchases& purchases, const Clock& clock) {
  http::Route route;
  route.method = "POST";
  route.pattern = "/api/v1/purchases";
  route.least = http::Role::intake;
  route.body_limit = kLongestBody;
  route.handler = [&purchases, &clock](const http::Request& request) {
    return record(purchases, clock, request);
  };
  router.add(std::move(route));
}

}  // namespace stockbell::commerce
