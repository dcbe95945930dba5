#include "engagement/engagement_privacy.h"

#include "engagement/data_extensions/extension_privacy.h"
#include "engagement/import_definitions/import_run_store.h"
#include "platform/crypto/crypto.h"
#include "platform/erasures/erasure_log.h"
#include "platform/text/json.h"
#include "platform/text/text.h"
#include "sql/engagement_privacy.sql.h"

namespace stockbell::engagement {
namespace {

namespace sql = stockbell::sql::engagement_privacy;

void write_time(text::JsonWriter& json, std::string_view name, const db::Row& row,
                std::size_t column) {
  json.key(name);
  if (row.is_null(column))
    json.value(nullptr);
  else
    json.value(to_rfc3339(from_ms(row.i64(column))));
}

void write_contact(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", to_record_id(kContactPrefix, row.i64(0)))
      .member("email", row.text(1))
      .member("first_name", row.text(2))
      .member("last_name", row.text(3))
      .member("phone", row.text(4))
      .member("class", row.text(5))
      .end_object();
}

void write_message(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", std::to_string(row.i64(0)))
      .member("restock", std::to_string(row.i64(1)))
      .member("request", to_record_id(kRequestPrefix, row.i64(2)))
      .member("sku", row.text(3))
      .member("state", row.text(4))
      .member("message_id", row.text(5))
      .member("target_url", row.text(6));
  write_time(json, "queued_at", row, 7);
  json.member("attempts", row.i64(8));
  write_time(json, "sent_at", row, 9);
  json.member("smtp_code", row.i64(10)).member("detail", row.text(11));
  write_time(json, "opened_at", row, 12);
  write_time(json, "clicked_at", row, 13);
  json.end_object();
}

void write_notice(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", std::to_string(row.i64(0)))
      .member("kind", row.text(1))
      .member("state", row.text(2))
      .member("message_id", row.text(3))
      .member("locale", row.text(4));
  write_time(json, "queued_at", row, 5);
  json.member("attempts", row.i64(6));
  write_time(json, "sent_at", row, 7);
  json.member("smtp_code", row.i64(8)).member("detail", row.text(9)).end_object();
}

void write_entry(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("restock", std::to_string(row.i64(0)))
      .member("request", to_record_id(kRequestPrefix, row.i64(1)))
      .member("journey", row.text(2))
      .member("version", row.i64(3))
      .member("step", row.i64(4))
      .member("state", row.text(5));
  write_time(json, "entered_at", row, 6);
  write_time(json, "changed_at", row, 7);
  json.key("wave");
  if (row.is_null(8))
    json.value(nullptr);
  else
    json.value(row.i64(8));
  json.end_object();
}

void write_request(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", to_record_id(kRequestPrefix, row.i64(0)))
      .member("contact_id", to_record_id(kContactPrefix, row.i64(1)))
      .member("sku", row.text(2))
      .member("site", row.text(3))
      .member("locale", row.text(4))
      .member("quantity", row.i64(5))
      .member("status", row.text(6))
      .member("stage", row.text(7));
  write_time(json, "requested_at", row, 8);
  write_time(json, "synchronized_at", row, 9);
  write_time(json, "asked_at", row, 10);
  json.member("class", row.text(11)).end_object();
}

using WriteRow = void (*)(text::JsonWriter&, const db::Row&);

void write_rows(text::JsonWriter& json, std::string_view name, const db::Rows& rows,
                WriteRow write) {
  json.key(name).begin_array();
  for (const auto& row : rows) write(json, row);
  json.end_array();
}

Result<db::Rows> rows_of_requests(db::Session& session, const db::Rows& requests,
                                  const db::Statement& statement) {
  db::Rows all;
  for (const auto& request : requests) {
    SB_TRY(rows, session.query(statement, {request.i64(0)}));
    std::ranges::move(rows, std::back_inserter(all));
  }
  return all;
}

Result<> erase_address(db::Session& session, const std::string& address, ErasedRows& erased,
                       std::vector<RequestId>& requests) {
  const auto key = crypto::sha256_hex(address);  // address_key() of a normalised one
  SB_TRY(rows, session.query(sql::requests_of_address, {key}));
  for (const auto& row : rows) {
    const db::Params id{row.i64(0)};
    SB_TRY(entries, session.execute(sql::erase_entries, id));
    SB_CHECK(session.execute(sql::erase_waits, id));
    SB_CHECK(session.execute(sql::erase_webhooks, id));
    SB_CHECK(session.execute(sql::erase_invitations, id));
    SB_TRY(messages, session.execute(sql::erase_messages, id));
    SB_TRY(updates, session.execute(sql::erase_status_updates, id));
    SB_CHECK(session.execute(sql::erase_items_of_request, id));
    SB_CHECK(session.execute(sql::erase_request, id));
    erased["messages"] += messages;
    erased["journey_entries"] += entries;
    erased["status_updates"] += updates;
    requests.push_back(RequestId{row.i64(0)});
  }
  erased["requests"] += std::ssize(rows);
  SB_TRY(contacts, session.execute(sql::erase_contacts, {key}));
  erased["contacts"] += contacts;
  SB_CHECK(session.execute(sql::erase_notice_items, {key}));
  SB_TRY(notices, session.execute(sql::erase_notices, {key}));
  erased["notices"] += notices;
  return {};
}

}  // namespace

Result<std::string> EngagementPersonalData::export_of(const std::string& address) {
  const auto key = crypto::sha256_hex(address);
  return database_.read([&](db::Session& session) -> Result<std::string> {
    SB_TRY(contacts, session.query(sql::contacts_of_address, {key}));
    SB_TRY(requests, session.query(sql::requests_of_address, {key}));
    SB_TRY(messages, rows_of_requests(session, requests, sql::messages_of_request));
    SB_TRY(entries, rows_of_requests(session, requests, sql::entries_of_request));
    SB_TRY(notices, session.query(sql::notices_of_address, {key}));
    SB_TRY(suppression, session.query_one(sql::suppression_of_address, {key}));
    text::JsonWriter json;
    json.begin_object();
    write_rows(json, "contacts", contacts, write_contact);
    write_rows(json, "requests", requests, write_request);
    write_rows(json, "messages", messages, write_message);
    write_rows(json, "journey_entries", entries, write_entry);
    write_rows(json, "notices", notices, write_notice);
    json.key("data_extensions");
    SB_CHECK(export_extension_rows(session, definitions_, key, json));
    json.key("suppression");
    if (suppression) {
      json.begin_object().member("reason", suppression->text(0));
      write_time(json, "at", *suppression, 1);
      json.end_object();
    } else {
      json.value(nullptr);
    }
    json.end_object();
    return std::move(json).str();
  });
}

Result<ErasedRows> EngagementPersonalData::erase(const std::vector<std::string>& addresses,
                                                 const std::vector<std::string>& receipts) {
  struct Done {
    ErasedRows erased;
    std::vector<RequestId> requests;
  };
  auto done = database_.write([&](db::Session& session) -> Result<Done> {
    Done result{{{"contacts", 0},
                 {"requests", 0},
                 {"messages", 0},
                 {"journey_entries", 0},
                 {"notices", 0},
                 {"status_updates", 0},
                 {"data_extension_rows", 0}},
                {}};
    for (const auto& address : addresses) {
      SB_CHECK(erase_address(session, address, result.erased, result.requests));
      SB_TRY(rows, erase_extension_rows(session, definitions_, crypto::sha256_hex(address)));
      result.erased["data_extension_rows"] += rows;
    }
    if (!addresses.empty()) {
      SB_CHECK(fail_waiting_rows(session, clock_.now()));
      SB_CHECK(fail_open_imports(session, clock_.now()));
      SB_CHECK(session.execute(sql::begin_queries_again));
    }
    SB_CHECK(erasures::note(session, receipts, clock_.now()));
    return result;
  });
  if (!done) return std::unexpected(std::move(done).error());
  for (const auto request : done->requests) cancel_in_flight_(request);
  return std::move(done->erased);
}

Result<std::vector<std::string>> EngagementPersonalData::find_unerased(
    const std::vector<std::string>& receipts) {
  return database_.read(
      [&](db::Session& session) { return erasures::find_missing(session, receipts); });
}

Result<> EngagementPersonalData::for_each_address(
    const std::function<void(std::string_view)>& each) {
  const auto tell = [&](std::string_view text) {
    if (const auto address = text::parse_email(text)) each(address->normalized);
  };
  return database_.read([&](db::Session& session) -> Result<> {
    SB_CHECK(session.for_each(sql::addresses, {}, [&](const db::Row& row) -> Result<> {
      tell(row.text(0));
      return {};
    }));
    return each_extension_address(session, definitions_, tell);
  });
}

}  // namespace stockbell::engagement
