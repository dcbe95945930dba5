#include "crm/requests/requests_of_contacts.h"

#include "crm/contacts/contact_store.h"
#include "crm/requests/change_log.h"
#include "crm/requests/request_rules.h"
#include "crm/requests/request_store.h"
#include "sql/crm_carry.sql.h"
#include "sql/crm_request.sql.h"

namespace stockbell::crm::requests {
namespace {

namespace sql = stockbell::sql::crm_carry;
using contacts::CarriedRequests;

struct Place {  // in the line for a SKU on a site
  RequestId id;
  std::string sku, site;
  RequestStatus status;
  Time requested_at{};
};

Result<std::vector<Place>> places_of(db::Session& session, ContactId contact) {
  SB_TRY(rows, session.query(sql::requests_of, {contact.value}));
  std::vector<Place> places;
  for (const auto& row : rows) {
    const auto status = parse_enum<RequestStatus>(row.text(3));
    if (!status)
      return fail(ErrorCode::internal, "status-unknown", "the store holds an unknown status");
    places.push_back(
        {RequestId{row.i64(0)}, row.text(1), row.text(2), *status, from_ms(row.i64(4))});
  }
  return places;
}

// A request that is not confirmed yet has no place to keep.
bool is_ahead(const Place& a, const Place& b) {
  const bool a_pending = a.status == RequestStatus::pending;
  const bool b_pending = b.status == RequestStatus::pending;
  return std::tie(a_pending, a.requested_at, a.id) < std::tie(b_pending, b.requested_at, b.id);
}

std::string name_of(RequestId id) { return "request " + to_record_id(kRequestPrefix, id.value); }

}  // namespace

Result<CarriedRequests> RequestsOfContacts::carry(db::Session& session, ContactId from,
                                                  ContactId to, Written written) {
  SB_TRY(carried_places, places_of(session, from));
  SB_TRY(places, places_of(session, to));
  CarriedRequests carried;
  for (const auto& one : carried_places) {
    carried.moved.push_back(one.id);
    if (!is_open(one.status)) continue;
    const auto rival = std::ranges::find_if(places, [&](const Place& other) {
      return is_open(other.status) && other.sku == one.sku && other.site == one.site;
    });
    if (rival == places.end()) continue;
    const bool stays = is_ahead(one, *rival);
    SB_TRY(cancelled,
           give_way(session, stays ? rival->id : one.id, stays ? one.id : rival->id, written));
    carried.cancelled.push_back(std::move(cancelled));
  }
  for (const RequestId id : carried.moved) {
    SB_CHECK(session.execute(sql::move_request,
                             {id.value, to.value, to_ms(written.at), written.by.value}));
    SB_CHECK(log_request_change(session, id));
  }
  return carried;
}

Result<CarriedRequests::Cancelled> RequestsOfContacts::give_way(db::Session& session,
                                                                RequestId younger, RequestId older,
                                                                Written written) {
  SB_TRY(states, lock_requests(session, {&younger, 1}));
  if (states.empty()) return fail(ErrorCode::unavailable, "request-contended", "try again");
  auto& state = states.front();
  CarriedRequests::Cancelled cancelled{younger, std::string(to_text(state.status)),
                                       state.status_reason, state.status_at, written.at};
  if (!advance(state, RequestStatus::cancelled, written.at))
    return fail(ErrorCode::unavailable, "request-contended", "the request was just closed");
  state.status_reason = "merged with " + name_of(older);
  SB_CHECK(save_states(session, states, written));
  const TimelineEvent event{younger, written.at, state.status, state.status_reason, "api", 0};
  SB_CHECK(add_events(session, ids_, {&event, 1}));
  SB_CHECK(log_request_change(session, younger));
  return cancelled;
}

Result<std::vector<std::string>> RequestsOfContacts::carry_back(db::Session& session,
                                                                const CarriedRequests& carried,
                                                                ContactId from, ContactId to,
                                                                Written written) {
  std::vector<std::string> kept;
  for (const RequestId id : carried.moved) {
    SB_TRY(row, session.query_one(sql::get_request, {id.value}));
    if (!row || ContactId{row->i64(0)} != from) {
      kept.push_back(name_of(id) + " was moved or deleted since and stays so");
      continue;
    }
    SB_CHECK(session.execute(sql::move_request,
                             {id.value, to.value, to_ms(written.at), written.by.value}));
    SB_CHECK(log_request_change(session, id));
  }
  for (const auto& one : carried.cancelled) {
    SB_TRY(reason, restore(session, one, written));
    if (!reason.empty()) kept.push_back(name_of(one.id) + " " + reason);
  }
  return kept;
}

Result<std::string> RequestsOfContacts::restore(db::Session& session,
                                                const CarriedRequests::Cancelled& cancelled,
                                                Written written) {
  SB_TRY(row, session.query_one(sql::get_request, {cancelled.id.value}));
  if (!row) return std::string("was deleted since and stays so");
  if (row->text(3) != to_text(RequestStatus::cancelled) ||
      row->i64(4) != to_ms(cancelled.cancelled_at))
    return std::string("was changed since and stays as it is");
  SB_TRY(open, session.query_one(stockbell::sql::crm_request::find_open_request,
                                 {row->i64(0), row->text(1), row->text(2)}));
  if (open) return std::string("stays cancelled: a newer request waits for the same product");
  SB_TRY(states, lock_requests(session, {&cancelled.id, 1}));
  auto& state = states.front();
  const bool pending = cancelled.status == to_text(RequestStatus::pending);
  state.status = pending ? RequestStatus::pending : RequestStatus::requested;
  if (!pending) state.queued_at.reset();
  state.status_reason = cancelled.reason;
  state.status_at = cancelled.status_at;
  SB_CHECK(save_states(session, states, written));
  const TimelineEvent event{
      cancelled.id, written.at, state.status, "the contacts' merge was undone", "api", 0};
  SB_CHECK(add_events(session, ids_, {&event, 1}));
  SB_CHECK(log_request_change(session, cancelled.id));
  return std::string();
}

Result<std::map<ContactId, contacts::RequestCounts>> RequestsOfContacts::count(
    db::Session& session, std::span<const ContactId> ids) {
  std::map<ContactId, contacts::RequestCounts> counts;
  if (ids.empty()) return counts;
  SB_TRY(rows, session.query(sql::count_requests, {contacts::json_list(ids)}));
  for (const auto& row : rows) counts[ContactId{row.i64(0)}] = {row.i64(2), row.i64(1)};
  return counts;
}

}  // namespace stockbell::crm::requests
