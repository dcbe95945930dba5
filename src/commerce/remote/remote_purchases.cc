#include "commerce/remote/remote_purchases.h"

#include <fmt/format.h>

#include "contracts/request_status.h"
#include "platform/log/log.h"
#include "platform/salesforce/api_answer.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using salesforce::text_of;

// A SOQL text literal.
std::string literal(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

constexpr const char* kLastAsked = "Last_Asked_Date__c";

std::string query_of(const Purchase& purchase, bool last_asked) {
  auto soql = fmt::format(
      "SELECT Id,Status__c,Requested_Date__c{} FROM Back_In_Stock__c WHERE Product_SKU__c = {} AND "
      "Contact__r.Email IN ({},{}) AND Status__c IN "
      "('Pending','Requested','Queued','Sent','Opened','Clicked')",
      last_asked ? fmt::format(",{}", kLastAsked) : std::string(), literal(purchase.sku),
      literal(purchase.email), literal(purchase.email_normalized));
  if (!purchase.site.empty()) soql += " AND Site__c = " + literal(purchase.site);
  return soql + " LIMIT 200";
}

// "2026-01-01T00:00:00.000+0000" as Salesforce writes it, or RFC 3339.
std::optional<Time> parse_date(std::string text) {
  if (text.size() > 5 && (text[text.size() - 5] == '+' || text[text.size() - 5] == '-'))
    text.insert(text.size() - 2, ":");
  return parse_rfc3339(text);
}

// The update of those records that were last asked for before the purchase; "" when there is none.
std::string update_of(const boost::json::array& records, const Purchase& purchase) {
  text::JsonWriter json;
  json.begin_object().member("allOrNone", false).key("records").begin_array();
  bool any = false;
  for (const auto& record : records) {
    const auto asked = std::max(parse_date(text_of(record, "Requested_Date__c")),
                                parse_date(text_of(record, kLastAsked)));
    if (asked && *asked > purchase.at) continue;
    any = true;
    const bool pending = text_of(record, "Status__c") == to_text(RequestStatus::pending);
    json.begin_object()
        .key("attributes")
        .begin_object()
        .member("type", "Back_In_Stock__c")
        .end_object()
        .member("id", text_of(record, "Id"))
        .member("Status__c",
                to_text(pending ? RequestStatus::cancelled : RequestStatus::purchased))
        .member("Status_Reason__c", "bought with order " + purchase.order_id)
        .end_object();
  }
  json.end_array().end_object();
  return any ? std::move(json).str() : std::string();
}

}  // namespace

Result<boost::json::value> RemotePurchases::find(const Purchase& purchase) {
  const auto ask = [&](bool last_asked) {
    return crm_.get("/query?q=" + text::url_encode(query_of(purchase, last_asked)));
  };
  if (without_last_asked_) return ask(false);
  auto found = ask(true);
  if (found || !found.error().reason.starts_with("INVALID_FIELD")) return found;
  if (!without_last_asked_.exchange(true))
    log::warning("crm-field-missing", {{"field", kLastAsked}});
  return ask(false);
}

Result<> RemotePurchases::record(const Purchase& purchase) {
  SB_TRY(found, find(purchase));
  const auto* records = salesforce::array_in(found, "records");
  if (!records)
    return fail(ErrorCode::unavailable, "answer-invalid", "a query's answer has no records");
  auto body = update_of(*records, purchase);
  if (body.empty()) return {};
  SB_TRY(answer, crm_.call({"PATCH", "/composite/sobjects", std::move(body)}));
  const auto* results = answer.if_array();
  if (!results)
    return fail(ErrorCode::unavailable, "answer-invalid",
                "the answer does not tell what became of each record");
  for (const auto& result : *results) {
    if (salesforce::true_in(result, "success")) continue;
    const auto* errors = salesforce::array_in(result, "errors");
    if (!errors || errors->empty()) continue;
    auto error = salesforce::error_of_element(errors->front(), 400);
    if (error.temporary() || error.reason == "UNABLE_TO_LOCK_ROW") {
      error.code = ErrorCode::unavailable;
      return fail(std::move(error));
    }
    log::info("purchase-passed-over", {{"reason", error.reason}});
  }
  return {};
}

}  // namespace stockbell::commerce
