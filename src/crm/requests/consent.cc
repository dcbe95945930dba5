#include "crm/requests/consent.h"

#include "crm/requests/change_log.h"
#include "crm/requests/request_rules.h"
#include "crm/requests/request_store.h"
#include "sql/crm_consent.sql.h"

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

}  // namespace stockbell::crm::requests
