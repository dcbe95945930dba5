#include "crm/requests/consent.h"

#include "crm/requests/change_log.h"
#include "crm/requests/request_rules.h"
#include "crm/requests/request_store.h"
#include "sql/crm_consent.sql.h"
#include "sql/crm_request.sql.h"

namespace stockbell::crm::requests {

namespace sql = stockbell::sql::crm_consent;

Result<> ask_again(db::Session& session, IdGenerator& ids, RequestId open,
                   const NotificationRequest& request, Written written) {
  SB_TRY(row, session.query_one(sql::find_asked, {open.value}));
  if (!row) return {};
  const bool confirmed =
      row->text(0) == to_text(RequestStatus::pending) && !request.needs_confirmation;
  if (!confirmed && !asks_again(from_ms(row->i64(1)), request.requested_at)) return {};
  SB_TRY(states, lock_requests(session, {&open, 1}));
  if (states.empty()) return {};
  auto& state = states.front();
  TimelineEvent event{open, request.requested_at, state.status, "asked again in the shop",
                      "commerce", 0};
  if (confirmed && advance(state, RequestStatus::requested, request.requested_at)) {
    event.status = state.status;
    event.reason = "asked again in the shop, which asks for no confirmation";
    state.status_reason = event.reason;
    SB_CHECK(save_states(session, states, written));
  }
  SB_CHECK(session.execute(sql::save_asked, {open.value, to_ms(request.requested_at),
                                             to_ms(written.at), written.by.value}));
  SB_CHECK(add_events(session, ids, {&event, 1}));
  return log_request_change(session, open);
}

Result<> carry_out(db::Session& session, IdGenerator& ids, const StatusUpdate& update,
                   Written written) {
  const auto id = update.request;
  if (update.asked_again) {
    SB_CHECK(session.execute(sql::save_asked, {id.value, to_ms(update.at), to_ms(written.at),
                                               written.by.value}));
    return {};
  }
  SB_TRY(place, session.query_one(sql::find_place, {id.value}));
  if (!place || place->text(1) == update.sku) return {};
  SB_TRY(rival, session.query_one(stockbell::sql::crm_request::find_open_request,
                                  {place->i64(0), update.sku, place->text(2)}));
  if (!rival) {
    SB_CHECK(session.execute(sql::save_sku, {id.value, update.sku, to_ms(written.at),
                                             written.by.value}));
    return {};
  }
  SB_TRY(states, lock_requests(session, {&id, 1}));
  if (states.empty() || !advance(states.front(), RequestStatus::cancelled, update.at)) return {};
  auto& state = states.front();
  state.status_reason =
      fmt::format("the other size was asked for already: request {}",
                  to_record_id(kRequestPrefix, rival->i64(0)));
  SB_CHECK(save_states(session, states, written));
  const TimelineEvent event{id, update.at, state.status, state.status_reason, "engagement", 0};
  return add_events(session, ids, {&event, 1});
}

Result<> open_anew(db::Session& session, IdGenerator& ids, RequestId served, Time left_at,
                   Written written) {
  SB_TRY(row, session.query_one(sql::find_asking, {served.value}));
  if (!row) return {};
  const auto asked_at = from_ms(row->i64(5));
  SB_TRY(post, session.query_one(sql::find_post_since, {served.value, to_ms(left_at)}));
  NotificationRequest request;
  request.sku = row->text(1);
  request.site = row->text(2);
  request.locale = row->text(3);
  request.quantity = static_cast<int>(row->i64(4));
  request.requested_at = asked_at;
  const auto before = to_record_id(kRequestPrefix, served.value);
  // Kept by a link in a mail it has no post.
  request.request_key = post ? post->text(0) : fmt::format("again:{}:{}", before, to_ms(asked_at));
  const auto reason =
      fmt::format("asked again in the shop, after the message of request {} had left", before);
  SB_TRY(opened, open_request(session, request, ContactId{row->i64(0)}, ids.make<RequestId>(),
                              reason, written));
  if (!opened.created) return {};
  SB_CHECK(session.execute(sql::move_posts_since,
                           {served.value, to_ms(left_at), opened.id.value, request.request_key}));
  const TimelineEvent event{opened.id, asked_at, RequestStatus::requested, reason, "commerce", 0};
  SB_CHECK(add_events(session, ids, {&event, 1}));
  return log_request_change(session, opened.id);
}

}  // namespace stockbell::crm::requests
