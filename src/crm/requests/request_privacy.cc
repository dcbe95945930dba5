#include "crm/requests/request_privacy.h"

#include "base/id.h"
#include "crm/requests/change_log.h"
#include "platform/erasures/erasure_log.h"
#include "platform/text/json.h"
#include "sql/crm_privacy.sql.h"

namespace stockbell::crm::requests {
namespace {

namespace sql = stockbell::sql::crm_privacy;

enum class Kind { text, number, flag, time, json, contact, request };
struct Column {
  std::string_view name;
  Kind kind = Kind::text;
};

// In the order of the statements' columns.
constexpr Column kContact[] = {{"id", Kind::contact},
                               {"site_group"},
                               {"email"},
                               {"email_normalized"},
                               {"first_name"},
                               {"last_name"},
                               {"name"},
                               {"title"},
                               {"phone"},
                               {"mobile_phone"},
                               {"mailing_street"},
                               {"mailing_city"},
                               {"mailing_state"},
                               {"mailing_postal_code"},
                               {"mailing_country"},
                               {"b2c_customer_id"},
                               {"b2c_customer_no"},
                               {"b2c_customer_list_id"},
                               {"email_opt_out", Kind::flag},
                               {"master", Kind::contact},
                               {"custom", Kind::json},
                               {"created_at", Kind::time},
                               {"modified_at", Kind::time},
                               {"deleted", Kind::flag}};
constexpr Column kRequest[] = {{"id", Kind::request},
                               {"contact", Kind::contact},
                               {"request_key"},
                               {"sku"},
                               {"site"},
                               {"locale"},
                               {"quantity", Kind::number},
                               {"status"},
                               {"status_reason"},
                               {"requested_at", Kind::time},
                               {"asked_at", Kind::time},
                               {"queued_at", Kind::time},
                               {"sent_at", Kind::time},
                               {"opened_at", Kind::time},
                               {"clicked_at", Kind::time},
                               {"custom", Kind::json},
                               {"created_at", Kind::time},
                               {"modified_at", Kind::time},
                               {"deleted", Kind::flag}};
constexpr Column kEvent[] = {
    {"request", Kind::request}, {"at", Kind::time}, {"status"}, {"reason"}, {"source"}};
constexpr Column kSubmission[] = {{"request_key"},
                                  {"request", Kind::request},
                                  {"contact", Kind::contact},
                                  {"text_version"},
                                  {"given_at", Kind::time},
                                  {"page_url"},
                                  {"received_at", Kind::time}};

constexpr Column kPurchase[] = {{"order_id"},
                                {"sku"},
                                {"site"},
                                {"quantity", Kind::number},
                                {"bought_at", Kind::time},
                                {"received_at", Kind::time}};

void write_value(text::JsonWriter& json, const db::Row& row, std::size_t at, Kind kind) {
  if (row.is_null(at)) {
    json.value(nullptr);
    return;
  }
  switch (kind) {
    case Kind::text:
      json.value(row.text(at));
      break;
    case Kind::number:
      json.value(row.i64(at));
      break;
    case Kind::flag:
      json.value(row.flag(at));
      break;
    case Kind::time:
      json.value(to_rfc3339(from_ms(row.i64(at))));
      break;
    case Kind::json:
      json.raw(row.text(at).empty() ? "{}" : row.text(at));
      break;
    case Kind::contact:
      json.value(to_record_id(kContactPrefix, row.i64(at)));
      break;
    case Kind::request:
      json.value(to_record_id(kRequestPrefix, row.i64(at)));
      break;
  }
}

void write_rows(text::JsonWriter& json, std::string_view name, const db::Rows& rows,
                std::span<const Column> columns) {
  json.key(name).begin_array();
  for (const auto& row : rows) {
    json.begin_object();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      json.key(columns[i].name);
      write_value(json, row, i, columns[i].kind);
    }
    json.end_object();
  }
  json.end_array();
}

// The rows that `statement` finds for the id of each parent.
Result<db::Rows> rows_of(db::Session& session, const db::Rows& parents,
                         const db::Statement& statement) {
  db::Rows all;
  for (const auto& parent : parents) {
    SB_TRY(rows, session.query(statement, {parent.i64(0)}));
    std::ranges::move(rows, std::back_inserter(all));
  }
  return all;
}

Result<> erase_request(db::Session& session, std::int64_t id, Time now, ErasedRows& erased) {
  SB_TRY(events, session.execute(sql::erase_events, {id}));
  SB_TRY(submissions, session.execute(sql::erase_submissions, {id}));
  SB_CHECK(session.execute(sql::erase_request, {id}));
  SB_CHECK(session.execute(sql::erase_external_values, {"Back_In_Stock__c", id}));
  SB_CHECK(session.execute(sql::leave_tombstone, {"Back_In_Stock__c", id, to_ms(now)}));
  SB_CHECK(log_request_change(session, RequestId{id}));
  erased["requests"] += 1;
  erased["timeline_events"] += events;
  erased["consents"] += submissions;
  return {};
}

Result<> erase_address(db::Session& session, contacts::ContactService& service,
                       const std::string& address, Time now, ErasedRows& erased) {
  SB_TRY(contacts, session.query(sql::contacts_of_address, {address}));
  SB_TRY(requests, rows_of(session, contacts, sql::requests_of_contact));
  for (const auto& request : requests)
    SB_CHECK(erase_request(session, request.i64(0), now, erased));
  for (const auto& contact : contacts) {
    const auto id = contact.i64(0);
    SB_CHECK(service.forget(session, ContactId{id}));
    SB_CHECK(session.execute(sql::erase_identities, {id}));
    SB_TRY(purchases, session.execute(sql::erase_purchases, {id}));
    erased["purchases"] += purchases;
    SB_CHECK(session.execute(sql::erase_contact, {id}));
    SB_CHECK(session.execute(sql::erase_external_values, {"Contact", id}));
    SB_CHECK(session.execute(sql::leave_tombstone, {"Contact", id, to_ms(now)}));
    SB_CHECK(log_contact_change(session, ContactId{id}));
  }
  erased["contacts"] += std::ssize(contacts);
  // What it led to otherwise: a contact that has another address since, which stays.
  SB_CHECK(session.execute(sql::erase_identity, {address}));
  SB_CHECK(service.forget_address(session, address));
  SB_CHECK(session.execute(sql::erase_query_pages));
  SB_CHECK(session.execute(sql::erase_queries));
  return {};
}

}  // namespace

std::span<const db::Migration> CrmPersonalData::migrations() {
  static constexpr db::Migration kMigrations[] = {{"crm/privacy/1", sql::create_indexes}};
  return kMigrations;
}

Result<std::string> CrmPersonalData::export_of(const std::string& address) {
  return db_.read([&](db::Session& session) -> Result<std::string> {
    SB_TRY(contacts, session.query(sql::contacts_of_address, {address}));
    SB_TRY(requests, rows_of(session, contacts, sql::requests_of_contact));
    SB_TRY(events, rows_of(session, requests, sql::events_of_request));
    SB_TRY(submissions, rows_of(session, requests, sql::submissions_of_request));
    SB_TRY(purchases, rows_of(session, contacts, sql::purchases_of_contact));
    text::JsonWriter json;
    json.begin_object();
    write_rows(json, "contacts", contacts, kContact);
    write_rows(json, "requests", requests, kRequest);
    write_rows(json, "timeline", events, kEvent);
    write_rows(json, "consents", submissions, kSubmission);
    write_rows(json, "purchases", purchases, kPurchase);
    json.end_object();
    return std::move(json).str();
  });
}

Result<ErasedRows> CrmPersonalData::erase(const std::vector<std::string>& addresses,
                                          const std::vector<std::string>& receipts) {
  const objects::ChangeClock::Stamp stamp(changes_);
  auto done = db_.write([&](db::Session& session) -> Result<ErasedRows> {
    ErasedRows erased{{"contacts", 0},
                      {"requests", 0},
                      {"timeline_events", 0},
                      {"consents", 0},
                      {"purchases", 0}};
    for (const auto& address : addresses)
      SB_CHECK(erase_address(session, contacts_, address, stamp.time(), erased));
    for (const auto& other : others_) SB_CHECK(other.erase(session, stamp.time()));
    SB_CHECK(erasures::note(session, receipts, stamp.time()));
    return erased;
  });
  if (done)
    for (const auto& other : others_) other.after();
  return done;
}

Result<std::vector<std::string>> CrmPersonalData::find_unerased(
    const std::vector<std::string>& receipts) {
  return db_.read([&](db::Session& session) { return erasures::find_missing(session, receipts); });
}

Result<> CrmPersonalData::for_each_address(const std::function<void(std::string_view)>& each) {
  return db_.read([&](db::Session& session) -> Result<> {
    SB_CHECK(session.for_each(sql::addresses, {}, [&](const db::Row& row) -> Result<> {
      each(row.text(0));
      return {};
    }));
    return contacts_.for_each_kept_address(session, each);
  });
}

}  // namespace stockbell::crm::requests
