#include "crm/requests/request_rules.h"

namespace stockbell::crm::requests {

bool advance(RequestState& state, RequestStatus to, Time at) {
  if (!may_become(state.status, to)) return false;
  state.status = to;
  state.status_at = at;
  const auto fill = [at](std::optional<Time>& when) {
    if (!when) when = at;
  };
  switch (to) {
    case RequestStatus::requested:
      state.queued_at.reset();
      break;
    case RequestStatus::queued:
      state.queued_at = at;
      break;
    case RequestStatus::sent:
      fill(state.sent_at);
      break;
    case RequestStatus::opened:
      fill(state.sent_at), fill(state.opened_at);
      break;
    case RequestStatus::clicked:
      fill(state.sent_at), fill(state.opened_at), fill(state.clicked_at);
      break;
    default:
      break;
  }
  return true;
}

bool apply_update(RequestState& state, const StatusUpdate& update) {
  if (update.sequence > 0) {
    if (update.sequence <= state.update_sequence) return false;
    state.update_sequence = update.sequence;
  }
  if (!update.sku.empty() || update.asked_again) {
    // A wish about an open request, whose status moves with it or stays.
    if (!is_open(state.status)) return false;
    if (!update.asked_again) advance(state, update.status, update.at);
  } else if (!advance(state, update.status, update.at)) {
    return false;
  }
  state.status_reason = update.reason;
  return true;
}

bool is_overtaken(const RequestState& state, const StatusUpdate& update) {
  if (update.status != RequestStatus::expired && update.status != RequestStatus::cancelled &&
      update.status != RequestStatus::undeliverable)
    return false;
  if (update.sequence > 0 && update.sequence <= state.update_sequence) return false;
  return may_become(state.status, update.status) &&
         state.asked_at > update.decided_on.value_or(update.at);
}

std::string pass_over_end(RequestState& state, const StatusUpdate& update) {
  if (update.sequence > 0) state.update_sequence = update.sequence;
  if (state.status == RequestStatus::queued) advance(state, RequestStatus::requested, update.at);
  return fmt::format("not {}, as the shopper asked again at {}{}{}", to_text(update.status),
                     to_rfc3339(state.asked_at), update.reason.empty() ? "" : ": ", update.reason);
}

bool left_before_asking(RequestStatus before, const RequestState& state,
                        const StatusUpdate& update) {
  const bool messaged = state.status == RequestStatus::sent ||
                        state.status == RequestStatus::opened ||
                        state.status == RequestStatus::clicked;
  return is_open(before) && messaged && state.asked_at > update.at;
}

RequestStatus status_at_birth(const NotificationRequest& request) {
  return request.needs_confirmation ? RequestStatus::pending : RequestStatus::requested;
}

bool asks_again(Time last_asked, Time now) { return now - last_asked >= std::chrono::minutes(10); }

Result<> check_request(const NotificationRequest& request) {
  const auto required = [](const std::string& value, const char* field) -> Result<> {
    if (!value.empty()) return {};
    return fail(ErrorCode::invalid, "request-incomplete", "a notification request needs this field",
                field);
  };
  SB_CHECK(required(request.request_key, "request_key"));
  SB_CHECK(required(request.email, "email"));
  SB_CHECK(required(request.email_normalized, "email_normalized"));
  SB_CHECK(required(request.sku, "sku"));
  SB_CHECK(required(request.site, "site"));
  if (request.quantity < 1)
    return fail(ErrorCode::invalid, "request-quantity-invalid", "the quantity must be 1 or more",
                "quantity");
  return {};
}

}  // namespace stockbell::crm::requests
