#include "connect/remote/remote_engagement.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "platform/salesforce/api_answer.h"
#include "platform/text/json.h"

namespace stockbell::connect {
namespace {

using salesforce::text_of;

constexpr std::size_t kRowsAtOnce = 200;

void begin_row(text::JsonWriter& json, std::string_view prefix, std::int64_t id, bool deleted) {
  json.begin_object()
      .key("keys")
      .begin_object()
      .member("Id", to_record_id(prefix, id))
      .end_object();
  json.key("values").begin_object().member("Deleted", deleted);
}

void write_row(text::JsonWriter& json, const SyncedContact& contact) {
  begin_row(json, kContactPrefix, contact.id.value, contact.deleted);
  if (!contact.deleted)
    json.member("Email", contact.email)
        .member("FirstName", contact.first_name)
        .member("LastName", contact.last_name)
        .member("Phone", contact.phone);
  if (!contact.deleted && contact.class_name) json.member("Class__c", *contact.class_name);
  json.end_object().end_object();
}

void write_row(text::JsonWriter& json, const SyncedRequest& request) {
  begin_row(json, kRequestPrefix, request.id.value, request.deleted);
  if (request.contact)
    json.member("Contact__c", to_record_id(kContactPrefix, request.contact.value));
  if (!request.deleted)
    json.member("Product_SKU__c", request.sku)
        .member("Site__c", request.site)
        .member("Locale__c", request.locale)
        .member("Quantity__c", request.quantity)
        .member("Status__c", to_text(request.status))
        .member("Requested_Date__c", to_rfc3339(request.requested_at));
  if (!request.deleted && request.class_name) json.member("Class__c", *request.class_name);
  if (!request.deleted && request.asked_at > request.requested_at)
    json.member("Last_Asked_Date__c", to_rfc3339(request.asked_at));
  json.end_object().end_object();
}

template <class Row>
Result<> upsert(salesforce::MarketingCloudClient& engagement, std::string_view extension,
                const std::vector<Row>& rows) {
  const std::span all(rows);
  for (std::size_t at = 0; at < all.size(); at += kRowsAtOnce) {
    text::JsonWriter json;
    json.begin_array();
    for (const auto& row : all.subspan(at, std::min(kRowsAtOnce, all.size() - at)))
      write_row(json, row);
    json.end_array();
    SB_CHECK(engagement.upsert_rows(extension, std::move(json).str()));
  }
  return {};
}

std::optional<StatusUpdate> read_update(const boost::json::value& row) {
  if (!row.is_object()) return {};
  const auto* keys = row.get_object().if_contains("keys");
  const auto* values = row.get_object().if_contains("values");
  if (!keys || !values) return {};
  StatusUpdate update;
  const auto sequence = text_of(*keys, "sequence");
  const auto end = sequence.data() + sequence.size();
  if (sequence.empty() || std::from_chars(sequence.data(), end, update.sequence).ptr != end ||
      update.sequence <= 0)
    return {};
  const auto request = parse_record_id(kRequestPrefix, text_of(*values, "id"));
  const auto status = parse_enum<RequestStatus>(text_of(*values, "status__c"));
  const auto at = parse_rfc3339(text_of(*values, "status_date__c"));
  if (!request || !status || !at) return {};
  update.request.value = *request;
  update.status = *status;
  update.at = *at;
  update.reason = text_of(*values, "status_reason__c");
  update.sku = text_of(*values, "product_sku__c");
  update.asked_again = !text_of(*values, "last_asked_date__c").empty();
  const auto decided_on = text_of(*values, "decided_on_asking__c");
  update.decided_on = parse_rfc3339(decided_on);
  if (!decided_on.empty() && !update.decided_on) return {};
  return update;
}

}  // namespace

Result<> RemoteEngagement::apply(const ChangeBatch& batch) {
  // A request moves to the contact it was merged into before its old one goes.
  std::vector<SyncedContact> present, gone;
  for (const auto& contact : batch.contacts) (contact.deleted ? gone : present).push_back(contact);
  SB_CHECK(upsert(engagement_, "Contact_Salesforce", present));
  SB_CHECK(upsert(engagement_, "Back_In_Stock__c_Salesforce", batch.requests));
  return upsert(engagement_, "Contact_Salesforce", gone);
}

Result<std::vector<StatusUpdate>> RemoteEngagement::updates_after(std::int64_t after, int limit) {
  SB_TRY(body,
         engagement_.call({"GET",
                           fmt::format("/data/v1/customobjectdata/key/Back_In_Stock__c_Updates/"
                                       "rowset?$pageSize={}&$filter=Sequence%20gt%20{}"
                                       "&$orderBy=Sequence%20asc",
                                       limit, after),
                           ""}));
  const auto* items = salesforce::array_in(body, "items");
  if (!items) return fail(ErrorCode::unavailable, "answer-invalid", "the answer has no items");
  std::vector<StatusUpdate> updates;
  for (const auto& item : *items) {
    auto update = read_update(item);
    if (!update || update->sequence <= after || std::ssize(updates) == limit)
      return fail(ErrorCode::unavailable, "answer-invalid", "a status update cannot be read");
    after = update->sequence;
    updates.push_back(std::move(*update));
  }
  return updates;
}

// The reader's position is a row, too: Marketing Cloud's REST API deletes none.
Result<> RemoteEngagement::discard_through(std::int64_t sequence) {
  text::JsonWriter json;
  json.begin_array()
      .begin_object()
      .key("keys")
      .begin_object()
      .member("Consumer", "Connect")
      .end_object()
      .key("values")
      .begin_object()
      .member("Sequence", sequence)
      .end_object()
      .end_object()
      .end_array();
  return engagement_.upsert_rows("Back_In_Stock__c_Updates_Read", std::move(json).str());
}

}  // namespace stockbell::connect
