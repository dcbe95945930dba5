#include "crm/requests/change_log.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <set>

#include "sql/crm_change.sql.h"

namespace stockbell::crm::requests {
namespace {

namespace sql = stockbell::sql::crm_change;

constexpr int kMostRows = 2000;

struct Position {
  std::int64_t txid = 0, seq = 0;
};

Result<Position> parse_cursor(const std::string& text) {
  Position position;
  if (text.empty()) return position;
  const char* end = text.data() + text.size();
  const auto txid = std::from_chars(text.data(), end, position.txid);
  if (txid.ec == std::errc() && txid.ptr != end && *txid.ptr == '.') {
    const auto seq = std::from_chars(txid.ptr + 1, end, position.seq);
    if (seq.ec == std::errc() && seq.ptr == end) return position;
  }
  return fail(ErrorCode::invalid, "cursor-invalid", "this is no cursor of the CRM's change log",
              "cursor");
}

// What a custom field holds, in the row's column `custom`: a JSON object.
std::string custom_value(const std::string& custom, const std::string& field) {
  if (custom == "{}") return "";
  boost::system::error_code error;
  const auto json = boost::json::parse(custom, error);
  const auto* value = error || !json.is_object() ? nullptr : json.get_object().if_contains(field);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

SyncedContact contact_of(const db::Row& row, const ClassField& class_field) {
  SyncedContact contact{ContactId{row.i64(0)}, row.text(1), row.text(2),
                        row.text(3),           row.text(4), row.flag(5)};
  if (class_field.of_contact && !class_field.name.empty())
    contact.class_name = custom_value(row.text(6), class_field.name);
  return contact;
}

Result<SyncedRequest> request_of(const db::Row& row, const ClassField& class_field) {
  const auto status = parse_enum<RequestStatus>(row.text(6));
  if (!status)
    return fail(ErrorCode::internal, "status-unknown", "the store holds an unknown status");
  SyncedRequest request{
      RequestId{row.i64(0)}, ContactId{row.i64(1)},        row.text(2), row.text(3),
      row.text(4),           static_cast<int>(row.i64(5)), *status,     from_ms(row.i64(7)),
      row.flag(8),           from_ms(row.i64(9))};
  if (!class_field.of_contact && !class_field.name.empty())
    request.class_name = custom_value(row.text(10), class_field.name);
  return request;
}

// Rows that were erased: nothing of them is left but their place in the log.
void add_gone(ChangeBatch& batch, const db::Rows& log) {
  std::set<std::int64_t> contacts, requests;
  for (const auto& row : log) (row.text(2) == "contact" ? contacts : requests).insert(row.i64(3));
  for (const auto& contact : batch.contacts) contacts.erase(contact.id.value);
  for (const auto& request : batch.requests) requests.erase(request.id.value);
  for (const auto id : contacts) {
    SyncedContact contact;
    contact.id = ContactId{id};
    contact.deleted = true;
    batch.contacts.push_back(std::move(contact));
  }
  for (const auto id : requests) {
    SyncedRequest request;
    request.id = RequestId{id};
    request.deleted = true;
    batch.requests.push_back(std::move(request));
  }
}

}  // namespace

Result<> log_contact_change(db::Session& session, ContactId contact) {
  SB_CHECK(session.execute(sql::append_change, {"contact", contact.value}));
  return {};
}

Result<> log_request_change(db::Session& session, RequestId request) {
  SB_CHECK(session.execute(sql::append_change, {"request", request.value}));
  return {};
}

Result<> log_changes(db::Session& session, std::span<const Change> changes) {
  std::vector<db::Params> batch;
  batch.reserve(changes.size());
  for (const auto& change : changes) batch.push_back({change.kind, change.row});
  if (!batch.empty()) SB_CHECK(session.execute_batch(sql::append_change, batch));
  return {};
}

Result<ChangeBatch> read_changes(db::Session& session, const std::string& cursor, int limit,
                                 const ClassField& class_field) {
  SB_TRY(from, parse_cursor(cursor));
  const int wanted = std::clamp(limit, 1, kMostRows);
  SB_TRY(log, session.query(sql::find_changes, {from.txid, from.seq, wanted + 1}));
  ChangeBatch batch;
  batch.next_cursor = cursor;
  batch.more = std::ssize(log) > wanted;
  if (batch.more) log.pop_back();
  Position to = from;
  if (!log.empty()) {
    to = {log.back().i64(0), log.back().i64(1)};
    batch.next_cursor = fmt::format("{}.{}", to.txid, to.seq);
    const db::Params range{from.txid, from.seq, to.txid, to.seq};
    SB_TRY(contacts, session.query(sql::changed_contacts, range));
    for (const auto& row : contacts) batch.contacts.push_back(contact_of(row, class_field));
    SB_TRY(requests, session.query(sql::changed_requests, range));
    for (const auto& row : requests) {
      SB_TRY(request, request_of(row, class_field));
      batch.requests.push_back(std::move(request));
    }
    add_gone(batch, log);
  }
  if (!batch.more) {
    SB_TRY(waiting, session.query_one(sql::find_waiting_change, {to.txid, to.seq}));
    batch.more = waiting.has_value();
  }
  return batch;
}

}  // namespace stockbell::crm::requests
