#include "crm/requests/purchase_service.h"

#include "crm/requests/change_log.h"
#include "crm/requests/request_rules.h"
#include "crm/requests/request_store.h"
#include "platform/crypto/crypto.h"
#include "sql/crm_purchase.sql.h"

namespace stockbell::crm::requests {

namespace sql = stockbell::sql::crm_purchase;

std::span<const db::Migration> PurchaseService::migrations() {
  static constexpr db::Migration kMigrations[] = {{"crm/purchases/1", sql::create_purchase},
                                                  {"crm/purchases/2", sql::key_by_site}};
  return kMigrations;
}

Result<> PurchaseService::record(const Purchase& purchase) {
  const objects::ChangeClock::Stamp stamp(changes_);
  const Written written{stamp.time(), UserId{crypto::derived_id("user:stockbell")}};
  SB_TRY(changed, db_.write([&](db::Session& session) {
    return close_requests(session, purchase, written);
  }));
  if (changed) wake_readers_();
  return {};
}

Result<bool> PurchaseService::close_requests(db::Session& session, const Purchase& purchase,
                                             Written written) {
  SB_TRY(contacts, session.query(sql::contacts_of_mailbox, {purchase.email_normalized}));
  if (contacts.empty()) return false;  // nobody has asked for anything
  SB_CHECK(session.execute(sql::note_purchase,
                           {purchase.order_id, purchase.sku, contacts.front().i64(0), purchase.site,
                            purchase.quantity, to_ms(purchase.at), to_ms(written.at)}));
  SB_TRY(first, session.query_one(sql::bought_at,
                                   {purchase.order_id, purchase.sku, purchase.site}));
  const auto at = first ? from_ms(first->i64(0)) : purchase.at;
  std::vector<RequestId> bought;
  for (const auto& contact : contacts) {
    SB_TRY(rows, session.query(sql::requests_bought,
                               {contact.i64(0), purchase.sku, purchase.site, to_ms(at)}));
    for (const auto& row : rows) bought.push_back(RequestId{row.i64(0)});
  }
  SB_TRY(states, lock_requests(session, bought));
  std::vector<RequestState> changed;
  std::vector<TimelineEvent> events;
  for (auto& state : states) {
    const auto to = state.status == RequestStatus::pending ? RequestStatus::cancelled
                                                           : RequestStatus::purchased;
    if (!advance(state, to, at)) continue;
    state.status_reason = "bought with order " + purchase.order_id;
    events.push_back({state.id, at, to, state.status_reason, "commerce", 0});
    changed.push_back(state);
  }
  SB_CHECK(save_states(session, changed, written));
  SB_CHECK(add_events(session, ids_, events));
  for (const auto& state : changed) SB_CHECK(log_request_change(session, state.id));
  return !changed.empty();
}

}  // namespace stockbell::crm::requests
