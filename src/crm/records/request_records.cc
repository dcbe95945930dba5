// Back_In_Stock__c as records: what a new one starts with, and the moves of its status.
#include "crm/objects/values.h"
#include "crm/records/record_batch.h"
#include "crm/requests/request_rules.h"
#include "sql/crm_record.sql.h"

namespace stockbell::crm::records {
namespace {

namespace sql = stockbell::sql::crm_record;

std::optional<Time> time_of(const objects::Object& object, const StoredRow& row,
                            std::string_view field) {
  const auto* ms = std::get_if<std::int64_t>(&value_of(object, row, field).get());
  return ms ? std::optional(from_ms(*ms)) : std::nullopt;
}

db::Value stored(const std::optional<Time>& time) {
  return time ? db::Value(to_ms(*time)) : db::Value();
}

requests::RequestState state_of(const objects::Object& object, const StoredRow& row) {
  requests::RequestState state;
  state.id = RequestId{row.id};
  state.status = parse_enum<RequestStatus>(text_of(object, row, "Status__c"))
                     .value_or(RequestStatus::requested);
  state.queued_at = time_of(object, row, "Queued_Date__c");
  state.sent_at = time_of(object, row, "Sent_Date__c");
  state.opened_at = time_of(object, row, "Opened_Date__c");
  state.clicked_at = time_of(object, row, "Clicked_Date__c");
  state.update_sequence = number_of(object, row, "Update_Sequence__c");
  state.status_at = time_of(object, row, "Status_Date__c").value_or(Time{});
  state.status_reason = text_of(object, row, "Status_Reason__c");
  state.asked_at = time_of(object, row, "Last_Asked_Date__c")
                       .value_or(time_of(object, row, "Requested_Date__c").value_or(Time{}));
  return state;
}

void put_state(const objects::Object& object, StoredRow& row, const requests::RequestState& state) {
  value_of(object, row, "Status__c") = to_text(state.status);
  value_of(object, row, "Queued_Date__c") = stored(state.queued_at);
  value_of(object, row, "Sent_Date__c") = stored(state.sent_at);
  value_of(object, row, "Opened_Date__c") = stored(state.opened_at);
  value_of(object, row, "Clicked_Date__c") = stored(state.clicked_at);
  value_of(object, row, "Update_Sequence__c") = state.update_sequence;
  value_of(object, row, "Status_Date__c") = to_ms(state.status_at);
  value_of(object, row, "Status_Reason__c") = state.status_reason;
}

// The field that holds when a request came to a status.
std::string_view date_field(RequestStatus status) {
  switch (status) {
    case RequestStatus::queued:
      return "Queued_Date__c";
    case RequestStatus::sent:
      return "Sent_Date__c";
    case RequestStatus::opened:
      return "Opened_Date__c";
    case RequestStatus::clicked:
      return "Clicked_Date__c";
    default:
      return "";
  }
}

const FieldChange* find_change(const objects::Object& object,
                               const std::vector<FieldChange>& changes, std::string_view field) {
  const FieldChange* found = nullptr;
  for (const auto& change : changes)
    if (object.fields[change.field].name == field) found = &change;
  return found;
}

}  // namespace

Result<> RecordBatch::prepare_new_request(const objects::Object& object, StoredRow& row,
                                          RecordResult& result) {
  const auto fill = [&](std::string_view field, db::Value standard) {
    auto& value = value_of(object, row, field);
    if (objects::is_null(*object.find_field(field), value)) value = std::move(standard);
  };
  fill("Requested_Date__c", to_ms(written_.at));
  fill("Site__c", "default");
  fill("Quantity__c", 1);
  fill("Request_Key__c", "api:" + objects::record_id(object, row.id));
  fill("Status__c", to_text(RequestStatus::requested));
  if (number_of(object, row, "Quantity__c") < 1)
    result.errors.push_back(refusal("NUMBER_OUTSIDE_VALID_RANGE",
                                    "Quantity: value outside of valid range", "Quantity__c"));
  const auto asked = state_of(object, row);
  auto state = asked;  // what the input said of times stays; the status is come to by a move
  if (asked.status != RequestStatus::pending) state.status = RequestStatus::requested;
  const auto date = date_field(asked.status);
  const auto stage = date.empty() ? std::nullopt : time_of(object, row, date);
  const auto requested_at = time_of(object, row, "Requested_Date__c").value_or(written_.at);
  const auto at = time_of(object, row, "Status_Date__c").value_or(stage.value_or(requested_at));
  state.status_at = at;
  if (asked.status != state.status) requests::advance(state, asked.status, at);
  put_state(object, row, state);
  if (is_open(state.status)) {
    SB_TRY(open,
           session_.query_one(sql::find_open_request, {value_of(object, row, "Contact__c"),
                                                       value_of(object, row, "Product_SKU__c"),
                                                       value_of(object, row, "Site__c")}));
    if (open)
      result.errors.push_back(
          duplicate_value(object, "Contact__c, Product_SKU__c, Site__c", open->i64(0)));
  }
  if (result.success())
    events_.push_back({RequestId{row.id}, at, state.status, state.status_reason,
                       "api:" + options_.user, state.update_sequence});
  return {};
}

// Leaves `row` without values when the update was considered before.
Result<> RecordBatch::move_request(const objects::Object& object, const StoredRow& before,
                                   StoredRow& row, const std::vector<FieldChange>& changes,
                                   RecordResult& result) {
  auto state = state_of(object, before);
  const auto* sequence = find_change(object, changes, "Update_Sequence__c");
  const auto number = sequence ? number_of(object, row, "Update_Sequence__c") : 0;
  if (number > 0 && number <= state.update_sequence) {
    row.values.clear();
    return {};
  }
  const auto asked = parse_enum<RequestStatus>(text_of(object, row, "Status__c"));
  if (!asked) {
    result.errors.push_back(refusal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                                    "Status: bad value for restricted picklist field",
                                    "Status__c"));
    return {};
  }
  const auto given = [&](std::string_view field) -> std::optional<Time> {
    if (field.empty() || !find_change(object, changes, field)) return {};
    return time_of(object, row, field);
  };
  const auto at = given("Status_Date__c").value_or(given(date_field(*asked)).value_or(written_.at));
  const auto status_before = state.status;
  const bool moves = *asked != status_before;
  const auto decided_on = given("Decided_On_Asking__c");
  StatusUpdate end{number, state.id, *asked, at, text_of(object, row, "Status_Reason__c")};
  end.decided_on = decided_on;
  if ((number > 0 || decided_on) && requests::is_overtaken(state, end)) {
    if (number <= 0) {
      result.errors.push_back(refusal(
          "FIELD_CUSTOM_VALIDATION_EXCEPTION",
          fmt::format("Status__c: the shopper asked again at {}, after Decided_On_Asking__c",
                      to_rfc3339(state.asked_at)),
          "Status__c"));
      return {};
    }
    const auto reason = requests::pass_over_end(state, end);
    row = before;
    put_state(object, row, state);
    events_.push_back({state.id, at, state.status, reason, "engagement", number});
    return {};
  }
  if (moves && !requests::advance(state, *asked, at)) {
    result.errors.push_back(refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION",
                                    fmt::format("Status__c moves only forward: {} cannot become {}",
                                                to_text(state.status), to_text(*asked)),
                                    "Status__c"));
    return {};
  }
  const bool other_sku = find_change(object, changes, "Product_SKU__c") &&
                         text_of(object, row, "Product_SKU__c") !=
                             text_of(object, before, "Product_SKU__c");
  if (other_sku) {
    if (!is_open(state.status)) {
      result.errors.push_back(refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION",
                                      "Product_SKU__c changes only while the request is open",
                                      "Product_SKU__c"));
      return {};
    }
    SB_TRY(open, session_.query_one(sql::find_open_request,
                                    {value_of(object, row, "Contact__c"),
                                     value_of(object, row, "Product_SKU__c"),
                                     value_of(object, row, "Site__c")}));
    if (open) {
      result.errors.push_back(
          duplicate_value(object, "Contact__c, Product_SKU__c, Site__c", open->i64(0)));
      return {};
    }
  }
  if (moves && number > 0 && requests::left_before_asking(status_before, state, end))
    too_early_.emplace_back(state.id, at);
  if (number > 0) state.update_sequence = number;
  if (moves || find_change(object, changes, "Status_Reason__c"))
    state.status_reason = find_change(object, changes, "Status_Reason__c")
                              ? text_of(object, row, "Status_Reason__c")
                              : "";
  StoredRow moved = row;
  put_state(object, moved, state);
  for (const char* field : {"Queued_Date__c", "Sent_Date__c", "Opened_Date__c", "Clicked_Date__c"})
    if (find_change(object, changes, field))
      value_of(object, moved, field) = value_of(object, row, field);
  if (!moves)
    if (const auto when = given("Status_Date__c"))
      value_of(object, moved, "Status_Date__c") = to_ms(*when);
  // Engagement may not have heard yet that the shopper asked once more.
  const auto last_asked = time_of(object, before, "Last_Asked_Date__c");
  if (number > 0 && last_asked && find_change(object, changes, "Last_Asked_Date__c") &&
      time_of(object, row, "Last_Asked_Date__c").value_or(Time{}) < *last_asked)
    value_of(object, moved, "Last_Asked_Date__c") = to_ms(*last_asked);
  row = std::move(moved);
  if (moves || other_sku || find_change(object, changes, "Last_Asked_Date__c"))
    events_.push_back({RequestId{row.id}, at, *asked, state.status_reason,
                       number > 0 ? "engagement" : "api:" + options_.user, number});
  return {};
}

}  // namespace stockbell::crm::records
