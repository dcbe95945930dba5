#include "commerce/capture/capture_privacy.h"

#include "platform/erasures/erasure_log.h"
#include "platform/text/json.h"
#include "sql/commerce_privacy.sql.h"

namespace stockbell::commerce {
namespace {

namespace sql = stockbell::sql::commerce_privacy;

void write_request(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", std::to_string(row.i64(0)))
      .member("email", row.text(1))
      .member("first_name", row.text(2))
      .member("last_name", row.text(3))
      .member("phone", row.text(4))
      .member("sku", row.text(5))
      .member("site", row.text(6))
      .member("locale", row.text(7))
      .member("quantity", row.i64(8))
      .member("requested_at", to_rfc3339(from_ms(row.i64(9))))
      .key("consent")
      .begin_object()
      .member("text_version", row.text(10))
      .member("given_at", to_rfc3339(from_ms(row.i64(11))))
      .member("page_url", row.text(12))
      .end_object()
      .end_object();
}

void write_waiting(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", std::to_string(row.i64(0)))
      .member("sku", row.text(1))
      .member("site", row.text(2))
      .member("state", row.text(3))
      .member("attempts", row.i64(4))
      .member("reason", row.text(5))
      .member("queued_at", to_rfc3339(from_ms(row.i64(6))))
      .end_object();
}

}  // namespace

Result<std::string> CapturePersonalData::export_of(const std::string& address) {
  SB_CHECK(capture_.settle());
  SB_CHECK(capture_.renew_addresses());
  return database_.read([&](db::Session& session) -> Result<std::string> {
    SB_TRY(requests, session.query(sql::requests_of_address, {address}));
    SB_TRY(waiting, session.query(sql::outbox_of_address, {address}));
    text::JsonWriter json;
    json.begin_object().key("captured_requests").begin_array();
    for (const auto& row : requests) write_request(json, row);
    json.end_array().key("waiting_for_crm").begin_array();
    for (const auto& row : waiting) write_waiting(json, row);
    json.end_array().end_object();
    return std::move(json).str();
  });
}

Result<ErasedRows> CapturePersonalData::erase(const std::vector<std::string>& addresses,
                                              const std::vector<std::string>& receipts) {
  SB_CHECK(capture_.settle());
  auto paused = capture_.pause_hand_over();
  SB_CHECK(capture_.renew_addresses());
  SB_TRY(erased_rows, database_.write([&](db::Session& session) -> Result<ErasedRows> {
    ErasedRows erased{{"captured_requests", 0}, {"waiting_for_crm", 0}};
    for (const auto& address : addresses) {
      SB_TRY(waiting, session.execute(sql::erase_outbox, {address}));
      SB_TRY(requests, session.execute(sql::erase_requests, {address}));
      erased["waiting_for_crm"] += waiting;
      erased["captured_requests"] += requests;
    }
    SB_CHECK(erasures::note(session, receipts, clock_.now()));
    return erased;
  }));
  paused.unlock();
  SB_CHECK(capture_.wipe_journal());
  return erased_rows;
}

Result<std::vector<std::string>> CapturePersonalData::find_unerased(
    const std::vector<std::string>& receipts) {
  return database_.read(
      [&](db::Session& session) { return erasures::find_missing(session, receipts); });
}

Result<> CapturePersonalData::for_each_address(const std::function<void(std::string_view)>& each) {
  SB_CHECK(capture_.settle());
  SB_CHECK(capture_.renew_addresses());
  return database_.read([&](db::Session& session) {
    return session.for_each(sql::addresses, {}, [&](const db::Row& row) -> Result<> {
      each(row.text(0));
      return {};
    });
  });
}

}  // namespace stockbell::commerce
