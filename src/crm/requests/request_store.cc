#include "crm/requests/request_store.h"

#include <array>
#include <boost/json/serialize.hpp>

#include "crm/requests/request_rules.h"
#include "sql/crm_change.sql.h"
#include "sql/crm_consent.sql.h"
#include "sql/crm_layout.sql.h"
#include "sql/crm_rebuild.sql.h"
#include "sql/crm_request.sql.h"

namespace stockbell::crm::requests {
namespace {

namespace sql = stockbell::sql::crm_request;

db::Value column(const std::optional<Time>& time) {
  return time ? db::Value(to_ms(*time)) : db::Value();
}

std::optional<Time> time_at(const db::Row& row, std::size_t index) {
  if (row.is_null(index)) return {};
  return from_ms(row.i64(index));
}

db::Params request_params(const NewRequest& row, Written written) {
  const auto& request = *row.request;
  return {row.id.value,
          request.request_key,
          row.contact.value,
          request.sku,
          request.site,
          request.locale,
          request.quantity,
          to_text(status_at_birth(request)),
          to_ms(request.requested_at),
          row.reason,
          to_ms(written.at),
          written.by.value};
}

std::string json_list(std::span<const std::string_view> texts) {
  return boost::json::serialize(boost::json::array(texts.begin(), texts.end()));
}

Result<> expect_all(std::int64_t written, std::size_t wanted) {
  if (written == static_cast<std::int64_t>(wanted)) return {};
  return fail(ErrorCode::conflict, "request-contended", "another request took the place");
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"crm/requests/1", sql::create_request},
      db::Migration{"crm/change_log/1", stockbell::sql::crm_change::create_change_log},
      db::Migration{"crm/requests/2", stockbell::sql::crm_rebuild::rebuild},
      db::Migration{"crm/requests/3", stockbell::sql::crm_consent::add_asked_at}};
  return kMigrations;
}

std::span<const db::Migration> layout_migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"crm/layout/1", stockbell::sql::crm_layout::lay_out},
      db::Migration{"crm/layout/2", stockbell::sql::crm_layout::index_other_spellings}};
  return kMigrations;
}

Result<bool> claim_key(db::Session& session, const NotificationRequest& request, Time now) {
  const auto& consent = request.consent;
  SB_TRY(inserted,
         session.execute(sql::claim_key, {request.request_key, consent.text_version,
                                          to_ms(consent.given_at), consent.page_url, to_ms(now)}));
  return inserted == 1;
}

Result<std::optional<IntakeReceipt>> find_receipt(db::Session& session,
                                                  const std::string& request_key) {
  SB_TRY(row, session.query_one(sql::find_receipt, {request_key}));
  if (!row) return std::optional<IntakeReceipt>();
  return std::optional(
      IntakeReceipt{ContactId{row->i64(0)}, RequestId{row->i64(1)}, row->flag(2), row->flag(3)});
}

Result<> save_receipt(db::Session& session, const std::string& request_key,
                      const IntakeReceipt& receipt) {
  SB_CHECK(session.execute(sql::save_receipt,
                           {receipt.contact.value, receipt.request.value, receipt.contact_created,
                            receipt.request_created, request_key}));
  return {};
}

Result<std::optional<IntakeReceipt>> find_keyed(db::Session& session,
                                                const std::string& request_key) {
  SB_TRY(row, session.query_one(sql::find_request_of_key, {request_key}));
  if (!row) return std::optional<IntakeReceipt>();
  return std::optional(IntakeReceipt{ContactId{row->i64(0)}, RequestId{row->i64(1)}, false, false});
}

Result<OpenedRequest> open_request(db::Session& session, const NotificationRequest& request,
                                   ContactId contact, RequestId candidate,
                                   const std::string& reason, Written written) {
  SB_TRY(inserted,
         session.execute(sql::insert_request,
                         request_params({&request, contact, candidate, reason}, written)));
  if (inserted == 1) return OpenedRequest{candidate, true};
  SB_TRY(open,
         session.query_one(sql::find_open_request, {contact.value, request.sku, request.site}));
  if (!open)  // closed between the two statements
    return fail(ErrorCode::unavailable, "request-contended",
                "the open request was just closed; try again");
  return OpenedRequest{RequestId{open->i64(0)}, false};
}

Result<ReceiptsByKey> find_receipts(db::Session& session, std::span<const std::string_view> keys) {
  SB_TRY(rows, session.query(sql::find_receipts, {json_list(keys)}));
  ReceiptsByKey receipts;
  for (const auto& row : rows)
    receipts[row.text(0)] = {ContactId{row.i64(1)}, RequestId{row.i64(2)}, row.flag(3),
                             row.flag(4)};
  return receipts;
}

Result<ReceiptsByKey> find_all_keyed(db::Session& session, std::span<const std::string_view> keys) {
  SB_TRY(rows, session.query(sql::find_requests_of_keys, {json_list(keys)}));
  ReceiptsByKey receipts;
  for (const auto& row : rows)
    receipts[row.text(0)] = {ContactId{row.i64(1)}, RequestId{row.i64(2)}, false, false};
  return receipts;
}

Result<std::vector<OpenPlace>> find_open_requests(db::Session& session,
                                                  std::span<const OpenPlace> places) {
  std::vector<OpenPlace> open;
  if (places.empty()) return open;
  boost::json::array list;
  list.reserve(places.size());
  for (const auto& place : places)
    list.push_back(
        boost::json::object{{"c", place.contact.value}, {"p", place.sku}, {"s", place.site}});
  SB_TRY(rows, session.query(sql::find_open_requests, {boost::json::serialize(list)}));
  for (const auto& row : rows)
    open.push_back({ContactId{row.i64(0)}, row.text(1), row.text(2), RequestId{row.i64(3)}});
  return open;
}

Result<> insert_requests(db::Session& session, std::span<const NewRequest> rows, Written written) {
  std::vector<db::Params> batch;
  batch.reserve(rows.size());
  for (const auto& row : rows) batch.push_back(request_params(row, written));
  if (batch.empty()) return {};
  SB_TRY(inserted, session.execute_batch(sql::insert_request, batch));
  return expect_all(inserted, batch.size());
}

Result<> insert_receipts(
    db::Session& session,
    std::span<const std::pair<const NotificationRequest*, IntakeReceipt>> receipts, Time now) {
  std::vector<db::Params> batch;
  batch.reserve(receipts.size());
  for (const auto& [request, receipt] : receipts)
    batch.push_back({request->request_key, receipt.contact.value, receipt.request.value,
                     receipt.contact_created, receipt.request_created,
                     request->consent.text_version, to_ms(request->consent.given_at),
                     request->consent.page_url, to_ms(now)});
  if (batch.empty()) return {};
  SB_TRY(inserted, session.execute_batch(sql::insert_receipt, batch));
  return expect_all(inserted, batch.size());
}

Result<std::vector<RequestState>> lock_requests(db::Session& session,
                                                std::span<const RequestId> ids) {
  std::string list;
  for (const RequestId id : ids) list += fmt::format("{}{}", list.empty() ? "[" : ",", id.value);
  if (list.empty()) return std::vector<RequestState>();
  SB_TRY(rows, session.query(sql::lock_requests, {list + "]"}));
  std::vector<RequestState> states;
  for (const auto& row : rows) {
    const auto status = parse_enum<RequestStatus>(row.text(1));
    if (!status)
      return fail(ErrorCode::internal, "status-unknown", "the store holds an unknown status");
    states.push_back({RequestId{row.i64(0)}, *status, time_at(row, 2), time_at(row, 3),
                      time_at(row, 4), time_at(row, 5), row.i64(6), from_ms(row.i64(7)),
                      row.text(8), from_ms(row.i64(9))});
  }
  return states;
}

Result<> save_states(db::Session& session, std::span<const RequestState> states, Written written) {
  std::vector<db::Params> batch;
  for (const auto& state : states)
    batch.push_back({to_text(state.status), column(state.queued_at), column(state.sent_at),
                     column(state.opened_at), column(state.clicked_at), state.update_sequence,
                     to_ms(state.status_at), state.status_reason, to_ms(written.at),
                     written.by.value, state.id.value});
  SB_CHECK(session.execute_batch(sql::save_state, batch));
  return {};
}

Result<> add_events(db::Session& session, IdGenerator& ids, std::span<const TimelineEvent> events) {
  std::vector<db::Params> batch;
  for (const auto& event : events)
    batch.push_back({ids.next(), event.request.value, to_ms(event.at), to_text(event.status),
                     event.reason, event.source,
                     event.update_sequence > 0 ? db::Value(event.update_sequence) : db::Value()});
  SB_CHECK(session.execute_batch(sql::insert_event, batch));
  return {};
}

}  // namespace stockbell::crm::requests
