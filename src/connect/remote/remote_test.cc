#include <gmock/gmock.h>

#include <regex>

#include "connect/remote/remote_change_feed.h"
#include "connect/remote/remote_engagement.h"
#include "connect/remote/remote_explanations.h"
#include "connect/remote/remote_status_sink.h"
#include "platform/salesforce/api_answer.h"
#include "platform/text/json.h"
#include "support/scripted_server.h"
#include "support/store.h"

namespace stockbell::connect {
namespace {

using salesforce::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

// An org of another make, as reference 3.4 to 3.6 has it: 18-character ids that fit no 63 bits,
// datetimes with +0000, short pages, records that cannot be written now or ever.
class ForeignOrg {
 public:
  struct Record {
    std::string object, id;
    std::map<std::string, std::string> fields;
    Time modified;
    bool deleted = false;
  };
  explicit ForeignOrg(ManualClock& clock) : clock_(clock) {}

  static std::string contact_id(int n) { return fmt::format("0035g00000AbC{:02d}AAV", n); }
  static std::string request_id(int n) { return fmt::format("a015g00000XyZ{:02d}AAF", n); }
  void put(const std::string& object, const std::string& id,
           std::map<std::string, std::string> fields) {
    std::lock_guard lock(mutex);
    auto& record = records[id];
    record.object = object;
    record.id = id;
    for (auto& [name, value] : fields) record.fields[name] = value;
    record.modified = clock_.now();
  }
  void contact(int n, const std::string& email) {
    put("Contact", contact_id(n), {{"Email", email}, {"LastName", "Unknown"}});
  }
  void request(int n, int of, const std::string& status = "Requested") {
    put("Back_In_Stock__c", request_id(n),
        {{"Contact__c", contact_id(of)},
         {"Product_SKU__c", "SKU-" + std::to_string(n)},
         {"Status__c", status},
         {"Requested_Date__c", "2026-01-01T00:00:00.000+0000"}});
  }
  void remove(const std::string& id) {
    std::lock_guard lock(mutex);
    records[id].deleted = true;
    records[id].modified = clock_.now();
  }

  http::Response reply(const http::Request& request) {
    if (request.path == "/services/oauth2/token")
      return http::Response::json(200, R"({"access_token":"t"})");
    std::lock_guard lock(mutex);
    auto answer = reply_signed_in(request);
    return answer.set("Sforce-Limit-Info", "api-usage=" + usage);
  }
  http::Response reply_signed_in(const http::Request& request) {
    if (!trouble.empty()) return http::Response::json(503, trouble);
    std::smatch parts;
    static const std::regex tracking("/services/data/v59.0/sobjects/(\\w+)/(updated|deleted)");
    if (std::regex_match(request.path, parts, tracking))
      return changed(parts[1], parts[2], request);
    if (request.path == "/services/data/v59.0/query") return query(*request.query_value("q"));
    if (request.method == "PATCH") return write(request);
    return http::Response::json(404, R"([{"message":"none","errorCode":"NOT_FOUND"}])");
  }

  std::map<std::string, Record> records;
  std::mutex mutex;
  std::string trouble;
  std::set<std::string> lacks;                // fields this org has not
  std::map<std::string, std::string> refuse;  // record id -> statusCode
  std::string refusal = "no";
  std::vector<std::string> written;   // "id status"
  Duration covers_up_to_now_less{0};  // how far latestDateCovered lies behind
  std::size_t page = 3;
  std::size_t most_ids = 600'000;
  Time oldest{};  // windows that begin earlier are refused
  std::string usage = "1/15000";

 private:
  static std::string date(Time time) {
    auto text = to_rfc3339(time);
    return text.substr(0, text.size() - 1) + "+0000";
  }
  http::Response changed(const std::string& object, const std::string& what,
                         const http::Request& request) {
    const auto start = parse_rfc3339(*request.query_value("start"));
    const auto end = parse_rfc3339(*request.query_value("end"));
    EXPECT_TRUE(start && end && *start < *end);
    if (*start < oldest)
      return http::Response::json(
          400, R"([{"message":"start is too old","errorCode":"INVALID_REPLICATION_DATE"}])");
    const auto covered = std::min(*end, clock_.now() - covers_up_to_now_less);
    text::JsonWriter json;
    json.begin_object().key(what == "updated" ? "ids" : "deletedRecords").begin_array();
    for (const auto& [id, record] : records) {
      if (record.object != object || record.deleted != (what == "deleted")) continue;
      if (record.modified < *start || record.modified > covered) continue;
      if (what == "updated")
        json.value(id);
      else
        json.begin_object()
            .member("id", id)
            .member("deletedDate", date(record.modified))
            .end_object();
    }
    json.end_array().member("latestDateCovered", date(covered)).end_object();
    std::size_t count = 0;
    for (const auto& [id, record] : records)
      count += record.object == object && record.modified >= *start && record.modified <= covered;
    if (count > most_ids)
      return http::Response::json(
          400, R"([{"message":"exceeded max size limit","errorCode":"EXCEEDED_ID_LIMIT"}])");
    return http::Response::json(200, json.str());
  }
  // SELECT a,b FROM X WHERE Id > '..' ORDER BY Id LIMIT n, or WHERE Id IN (..)
  http::Response query(const std::string& soql) {
    for (const auto& field : lacks)
      if (soql.find(field) != soql.npos)
        return http::Response::json(
            400, R"([{"message":"\nSELECT Id\n^\nERROR at Row:1:Column:8\nNo such column ')" +
                     field + R"(' on entity 'Back_In_Stock__c'.","errorCode":"INVALID_FIELD"}])");
    std::smatch parts;
    static const std::regex form(
        "SELECT (\\S+) FROM (\\w+) (?:WHERE Id > '(\\w+)' )?(?:WHERE Id IN \\((.*)\\))?(?:ORDER BY "
        "Id LIMIT (\\d+))?");
    EXPECT_TRUE(std::regex_match(soql, parts, form)) << soql;
    text::JsonWriter json;
    json.begin_object().key("records").begin_array();
    std::size_t count = 0;
    for (const auto& [id, record] : records) {
      if (record.deleted || record.object != parts[2]) continue;
      if (parts[4].matched && parts[4].str().find("'" + id + "'") == std::string::npos) continue;
      if (parts[3].matched && id <= parts[3].str()) continue;
      if (!parts[4].matched && count++ == page) break;  // a page shorter than the LIMIT
      json.begin_object().member("Id", id);
      for (const auto& [name, value] : record.fields) json.member(name, value);
      if (const auto of = record.fields.find("Contact__c"); of != record.fields.end()) {
        json.key("Contact__r").begin_object();
        for (const auto& [name, value] : records[of->second].fields) json.member(name, value);
        json.end_object();
      }
      json.end_object();
    }
    json.end_array().member("done", true).end_object();
    return http::Response::json(200, json.str());
  }
  http::Response write(const http::Request& request) {
    const auto body = salesforce::parse_answer(request.body);
    EXPECT_FALSE(salesforce::true_in(*body, "allOrNone"));
    const auto& rows = *salesforce::array_in(*body, "records");
    EXPECT_LE(rows.size(), 200u);
    std::set<std::string> once;
    text::JsonWriter json;
    json.begin_array();
    for (const auto& row : rows) {
      const auto id = text_of(row, "id");
      EXPECT_TRUE(once.insert(id).second) << "a record twice in one call";
      for (const auto& field : lacks)
        if (row.get_object().contains(field))
          return http::Response::json(
              400, R"([{"message":"No such column ')" + field +
                       R"(' on sobject of type Back_In_Stock__c","errorCode":"INVALID_FIELD"}])");
      json.begin_object().member("id", id);
      const auto no = refuse.find(id);
      if (no != refuse.end() &&
          (no->second != "DUPLICATE_VALUE" || row.get_object().contains("Product_SKU__c"))) {
        json.member("success", false).key("errors").begin_array().begin_object();
        json.member("statusCode", no->second).member("message", refusal).end_object().end_array();
      } else {
        json.member("success", true).key("errors").begin_array().end_array();
        written.push_back(id + " " + text_of(row, "Status__c"));
      }
      json.end_object();
    }
    json.end_array();
    return http::Response::json(200, json.str());
  }

  ManualClock& clock_;
};

class RemoteTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(remote_migrations()));
    clock.advance(now_less(clock.now()));
    restart();
  }
  // The server's Date header is of this machine; the two clocks agree.
  static Duration now_less(Time time) { return SystemClock().now() - time; }
  void restart() {
    client.emplace(
        salesforce::SalesforceOptions{
            {.url = server.url(), .client_id = "c", .client_secret = "s"}, "59.0", 24h},
        clock);
    known.emplace(db(), clock, random);
    feed.emplace(*client, *known, clock, 5s, class_field);
    sink.emplace(*client, *known);
  }
  // Carries on until there is nothing more now; answers the rows of this time.
  ChangeBatch carry(int most_steps = 1000) {
    ChangeBatch all;
    for (int step = 0; step < most_steps; ++step) {
      auto batch = feed->changes_after(cursor, 1000);
      EXPECT_TRUE(batch) << batch.error().message;
      if (!batch) break;
      cursor = batch->next_cursor;
      for (const auto& contact : batch->contacts) all.contacts.push_back(contact);
      for (const auto& request : batch->requests) {
        EXPECT_TRUE(request.deleted || std::ranges::any_of(all.contacts,
                                                           [&](const auto& contact) {
                                                             return contact.id == request.contact;
                                                           }))
            << "a request before its contact";
        all.requests.push_back(request);
      }
      if (!batch->more) break;
    }
    return all;
  }
  void later() { clock.advance(6s); }

  ForeignOrg org{clock};
  testing::ScriptedServer server{[this](const http::Request& r) { return org.reply(r); }};
  std::optional<salesforce::SalesforceClient> client;
  std::optional<ForeignIds> known;
  ClassField class_field{};
  std::optional<RemoteChangeFeed> feed;
  std::optional<RemoteStatusSink> sink;
  std::string cursor;
};

TEST_P(RemoteTest, LoadsEverythingThenWhatChanges) {
  for (int i = 1; i <= 8; ++i) org.contact(i, fmt::format("c{}@example.com", i));
  for (int i = 1; i <= 7; ++i) org.request(i, i);
  clock.advance(15min);
  const auto first = carry();
  std::set<RequestId> met;
  for (const auto& request : first.requests) {
    EXPECT_GT(request.id.value, 0);
    met.insert(request.id);
  }
  EXPECT_EQ(met.size(), 7u);
  EXPECT_EQ(first.requests.front().requested_at, from_ms(1'767'225'600'000));
  EXPECT_EQ(first.requests.front().status, RequestStatus::requested);

  later();
  org.request(3, 3, "Cancelled");
  org.contact(9, "new@example.com");
  org.request(9, 9);
  later();
  const auto then = carry();
  ASSERT_THAT(then.requests, SizeIs(2));
  EXPECT_EQ(then.requests[0].status, RequestStatus::cancelled);
  EXPECT_TRUE(met.contains(then.requests[0].id)) << "the same record keeps its id";
  EXPECT_EQ(then.requests[1].sku, "SKU-9");
}

TEST_P(RemoteTest, PollsAsOftenAsToldAndLessNearTheLimit) {
  carry();
  later();
  carry();
  server.forget();
  carry();
  carry();
  EXPECT_THAT(server.calls(), SizeIs(0));
  later();
  org.usage = "14000/15000";
  carry();
  EXPECT_THAT(server.calls(), SizeIs(4));
  later();
  carry();
  EXPECT_THAT(server.calls(), SizeIs(4));
  clock.advance(50s);
  carry();
  EXPECT_THAT(server.calls(), SizeIs(8));
}

// Symptom: a window of many rows was never carried, as the address that named them was too long.
TEST_P(RemoteTest, ReadsManyRowsInAddressesThatServersTake) {
  carry();
  for (int i = 100; i < 700; ++i) org.contact(i, fmt::format("c{}@example.com", i));
  later();
  std::set<std::string> seen;
  for (const auto& contact : carry().contacts) seen.insert(contact.email);
  EXPECT_EQ(seen.size(), 600u);
}

TEST_P(RemoteTest, AsksForShorterWindowsWhenTheServerHasTooManyIds) {
  carry();
  org.most_ids = 4;
  for (int i = 1; i <= 12; ++i) {
    clock.advance(15min);
    org.contact(i, fmt::format("c{}@example.com", i));
  }
  later();
  std::set<std::string> seen;
  for (int i = 0; i < 20 && seen.size() < 12; ++i) {
    for (const auto& contact : carry().contacts) seen.insert(contact.email);
    later();
  }
  EXPECT_EQ(seen.size(), 12u);
}

TEST_P(RemoteTest, TellsOfWhatIsGone) {
  org.contact(1, "a@example.com");
  org.request(1, 1);
  const auto before = carry();
  later();
  carry();
  org.remove(ForeignOrg::request_id(1));
  org.remove(ForeignOrg::contact_id(1));
  org.remove("0035g00000NeverSeenAAA");
  later();
  const auto gone = carry();
  ASSERT_THAT(gone.requests, SizeIs(1));
  EXPECT_TRUE(gone.requests[0].deleted);
  EXPECT_EQ(gone.requests[0].id, before.requests[0].id);
  ASSERT_THAT(gone.contacts, SizeIs(1));
  EXPECT_TRUE(gone.contacts[0].deleted);
}

TEST_P(RemoteTest, GoesOnInTheMiddleOfALoadAndOfAWindow) {
  for (int i = 1; i <= 30; ++i) org.contact(i, fmt::format("c{}@example.com", i));
  std::set<std::string> seen;
  const auto note = [&](const ChangeBatch& batch) {
    for (const auto& contact : batch.contacts) seen.insert(contact.email);
  };
  for (int i = 0; i < 4; ++i) {
    note(carry(3));
    restart();
  }
  note(carry());
  EXPECT_EQ(seen.size(), 30u);
  later();
  for (int i = 1; i <= 30; ++i) org.contact(i, fmt::format("d{}@example.com", i));
  later();
  for (int i = 0; i < 4; ++i) {
    note(carry(1));
    restart();
  }
  note(carry());
  EXPECT_EQ(seen.size(), 60u);
}

// Symptom it guards against: a row that commits after the poll with a stamp before it is never
// seen.
TEST_P(RemoteTest, NeverPassesWhatTheServerDoesNotCoverYet) {
  carry();
  later();
  carry();
  org.covers_up_to_now_less = 30s;
  org.contact(1, "late@example.com");
  later();
  EXPECT_THAT(carry().contacts, SizeIs(0));
  clock.advance(31s);
  EXPECT_THAT(carry().contacts, SizeIs(1));
}

TEST_P(RemoteTest, DoesWithoutFieldsThatTheOrgHasNot) {
  org.lacks = {"Site__c", "Quantity__c", "Status_Reason__c", "Update_Sequence__c",
               "Status_Date__c"};
  org.contact(1, "a@example.com");
  org.request(1, 1);
  const auto rows = carry();
  ASSERT_FALSE(rows.requests.empty());
  EXPECT_EQ(rows.requests[0].site, "default");
  EXPECT_EQ(rows.requests[0].quantity, 1);
  ASSERT_TRUE(
      sink->apply({{1, rows.requests[0].id, RequestStatus::sent, clock.now(), "smtp 250"}}));
  EXPECT_THAT(org.written, ElementsAre(ForeignOrg::request_id(1) + " Sent"));
  EXPECT_THAT(server.seen().back().body, HasSubstr("Sent_Date__c"));
  EXPECT_THAT(server.seen().back().body, Not(HasSubstr("Status_Reason__c")));
}

TEST_P(RemoteTest, WritesStatusesInOrderPassesOverTheHopelessAndRepeatsTheBusy) {
  for (int i = 1; i <= 3; ++i) {
    org.contact(i, "a@example.com");
    org.request(i, i);
  }
  const auto rows = carry().requests;
  const auto id = [&](int n) {
    for (const auto& row : rows)
      if (row.sku == "SKU-" + std::to_string(n)) return row.id;
    return RequestId{};
  };
  const std::vector<StatusUpdate> updates = {{1, id(1), RequestStatus::queued, clock.now(), ""},
                                             {2, id(2), RequestStatus::queued, clock.now(), ""},
                                             {3, id(1), RequestStatus::sent, clock.now(), ""},
                                             {4, id(3), RequestStatus::sent, clock.now(), ""},
                                             {5, id(2), RequestStatus::sent, clock.now(), ""}};
  org.refuse = {{ForeignOrg::request_id(3), "FIELD_CUSTOM_VALIDATION_EXCEPTION"},
                {ForeignOrg::request_id(2), "UNABLE_TO_LOCK_ROW"}};
  const auto busy = sink->apply(updates);
  ASSERT_FALSE(busy);
  EXPECT_TRUE(busy.error().temporary());
  EXPECT_THAT(org.written, ElementsAre(ForeignOrg::request_id(1) + " Queued"));
  org.refuse.clear();
  ASSERT_TRUE(sink->apply(updates));
  EXPECT_THAT(
      org.written,
      ElementsAre(ForeignOrg::request_id(1) + " Queued", ForeignOrg::request_id(2) + " Queued",
                  ForeignOrg::request_id(1) + " Sent", ForeignOrg::request_id(2) + " Sent"));
}

TEST_P(RemoteTest, WritesAChangedSizeAndCancelsWhatIsAskedForAlready) {
  for (int i = 1; i <= 2; ++i) {
    org.contact(i, "a@example.com");
    org.request(i, i);
  }
  const auto rows = carry().requests;
  const auto& one = rows[0].sku == "SKU-1" ? rows[0] : rows[1];
  const auto& other = rows[0].sku == "SKU-1" ? rows[1] : rows[0];
  org.refuse = {{ForeignOrg::request_id(2), "DUPLICATE_VALUE"}};
  StatusUpdate small{1, one.id, RequestStatus::requested, clock.now(), "changed", "SKU-9"};
  StatusUpdate large{2, other.id, RequestStatus::requested, clock.now(), "changed", "SKU-9"};
  ASSERT_TRUE(sink->apply({small, large}));
  EXPECT_THAT(org.written, ElementsAre(ForeignOrg::request_id(1) + " Requested",
                                       ForeignOrg::request_id(2) + " Cancelled"));
  // Kept: its status is nobody's business here.
  ASSERT_TRUE(
      sink->apply({{3, one.id, RequestStatus::requested, clock.now(), "still wanted", "", true}}));
  EXPECT_EQ(org.written.back(), ForeignOrg::request_id(1) + " ");
}

TEST_P(RemoteTest, TellsTheAskingThatAnEndWasDecidedOnWhereTheOrgTakesIt) {
  org.contact(1, "a@example.com");
  org.request(1, 1);
  StatusUpdate end{1, carry().requests[0].id, RequestStatus::expired, clock.now(), ""};
  end.decided_on = *parse_rfc3339("2026-01-01T00:00:00.001Z");
  ASSERT_TRUE(sink->apply({end}));
  EXPECT_THAT(server.seen().back().body,
              HasSubstr(R"("Decided_On_Asking__c":"2026-01-01T00:00:00.001Z")"));
  org.lacks = {"Decided_On_Asking__c"};
  end.sequence = 2;
  ASSERT_TRUE(sink->apply({end}));
  EXPECT_THAT(server.seen().back().body, Not(HasSubstr("Decided_On_Asking__c")));
  EXPECT_THAT(org.written, SizeIs(2));
}

TEST_P(RemoteTest, WaitsForAPersonWhenNothingMayBeWritten) {
  org.contact(1, "a@example.com");
  org.request(1, 1);
  const auto rows = carry().requests;
  org.refuse = {{ForeignOrg::request_id(1), "INSUFFICIENT_ACCESS_OR_READONLY"}};
  EXPECT_FALSE(sink->apply({{1, rows[0].id, RequestStatus::sent, clock.now(), ""}}));
  org.refuse.clear();
  EXPECT_TRUE(sink->apply({{1, rows[0].id, RequestStatus::sent, clock.now(), ""}}));
}

// Symptom: one record that nobody may write, or that is locked for ever, held all statuses back.
TEST_P(RemoteTest, OneRecordDoesNotHoldTheOthersBack) {
  for (int i = 1; i <= 2; ++i) {
    org.contact(i, "a@example.com");
    org.request(i, i);
  }
  const auto rows = carry().requests;
  const auto first = ForeignOrg::request_id(1);
  const auto& one = rows[0].sku == "SKU-1" ? rows[0] : rows[1];
  const auto& other = rows[0].sku == "SKU-1" ? rows[1] : rows[0];
  const auto now = clock.now();
  org.refuse = {{first, "INSUFFICIENT_ACCESS_OR_READONLY"}};
  EXPECT_TRUE(sink->apply(
      {{1, one.id, RequestStatus::sent, now, ""}, {2, other.id, RequestStatus::queued, now, ""}}));
  EXPECT_FALSE(sink->apply({{3, one.id, RequestStatus::opened, now, ""}}))
      << "alone it may be the right to write that is missing";
  EXPECT_TRUE(sink->apply(
      {{3, one.id, RequestStatus::opened, now, ""}, {4, other.id, RequestStatus::sent, now, ""}}));
  for (const auto* code : {"UNKNOWN_EXCEPTION", "ENTITY_IS_LOCKED"}) {
    org.refuse = {{first, code}};
    for (int tries = 0; tries < 30; ++tries)
      ASSERT_FALSE(sink->apply({{5, one.id, RequestStatus::clicked, now, ""}}))
          << "the whole server may be busy";
    const std::vector<StatusUpdate> both = {{5, one.id, RequestStatus::clicked, now, ""},
                                            {6, other.id, RequestStatus::opened, now, ""}};
    int tries = 1;
    while (!sink->apply(both) && tries < 100) ++tries;
    EXPECT_GE(tries, 10);
    EXPECT_LE(tries, 30);
  }
  EXPECT_THAT(org.written, ::testing::Each(HasSubstr(ForeignOrg::request_id(2))));
}

TEST_P(RemoteTest, WaitsWhenTheStatusItselfMayNotBeWritten) {
  org.contact(1, "a@example.com");
  org.request(1, 1);
  const auto rows = carry().requests;
  org.refuse = {{ForeignOrg::request_id(1), "INVALID_FIELD_FOR_INSERT_UPDATE"}};
  org.refusal = "Unable to create/update fields: Status__c. Please check the security settings.";
  const auto refused = sink->apply({{1, rows[0].id, RequestStatus::sent, clock.now(), ""}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  org.refuse = {{ForeignOrg::request_id(1), "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"}};
  org.refusal = "trigger failed: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access";
  const auto locked = sink->apply({{1, rows[0].id, RequestStatus::sent, clock.now(), ""}});
  ASSERT_FALSE(locked);
  EXPECT_TRUE(locked.error().temporary());
}

// Symptom: a restart in a window that the server will no longer tell of failed for ever.
TEST_P(RemoteTest, PollsAnewWhenAnOpenWindowCannotBeReadAgain) {
  carry();
  for (int i = 1; i <= 12; ++i) {
    clock.advance(15min);
    org.contact(i, fmt::format("c{}@example.com", i));
  }
  later();
  carry(1);
  restart();
  org.most_ids = 4;
  std::set<std::string> seen;
  for (int i = 0; i < 20 && seen.size() < 12; ++i) {
    for (const auto& contact : carry().contacts) seen.insert(contact.email);
    later();
  }
  EXPECT_EQ(seen.size(), 12u);

  const auto long_ago = clock.now() - 16 * 24h;
  cursor = SyncPosition{SyncStage::contacts, long_ago, long_ago + 1h, "003"}.text();
  org.oldest = clock.now() - 15 * 24h;
  restart();
  EXPECT_THAT(carry().contacts, SizeIs(12)) << "loaded anew";
}

// Symptom: a server whose latestDateCovered lags was asked once a second.
TEST_P(RemoteTest, DoesNotPollFasterWhenTheServerLagsBehind) {
  carry();
  later();
  carry();
  org.covers_up_to_now_less = 10min;
  later();
  carry();
  server.forget();
  carry();
  carry();
  EXPECT_THAT(server.calls(), SizeIs(0));
}

TEST_P(RemoteTest, KeepsIdsOfOurOwnMake) {
  const auto ours = to_record_id(kRequestPrefix, 123'456'789);
  const auto locals = known->locals(kRequestKind, {ours, "a015g00000XyZ12AAF"});
  ASSERT_TRUE(locals);
  EXPECT_EQ(locals->at(ours), 123'456'789);
  EXPECT_EQ(known->foreign(kRequestKind, 123'456'789).value(), ours);
  EXPECT_EQ(known->foreign(kRequestKind, locals->at("a015g00000XyZ12AAF")).value(),
            "a015g00000XyZ12AAF");
}

TEST_P(RemoteTest, StaysWhereItIsWhileTheServerIsAway) {
  carry();
  later();
  const auto before = cursor;
  org.trouble = R"([{"message":"down","errorCode":"SERVER_UNAVAILABLE"}])";
  const auto batch = feed->changes_after(cursor, 1000);
  ASSERT_FALSE(batch);
  EXPECT_TRUE(batch.error().temporary());
  org.trouble.clear();
  org.contact(1, "a@example.com");
  later();
  EXPECT_THAT(carry().contacts, SizeIs(1));
}

TEST_P(RemoteTest, CarriesTheClassOfTheContactOrOfTheRecord) {
  org.contact(1, "a@example.com");
  org.put("Contact", org.contact_id(1), {{"Tier__c", "VIP"}});
  org.request(1, 1);
  org.put("Back_In_Stock__c", org.request_id(1), {{"Urgency__c", "high"}});
  auto all = carry();
  EXPECT_EQ(all.contacts.front().class_name, std::nullopt);
  EXPECT_EQ(all.requests.front().class_name, std::nullopt);
  cursor.clear();
  class_field = {true, "Tier__c"};
  restart();
  all = carry();
  for (const auto& contact : all.contacts) EXPECT_EQ(contact.class_name, "VIP");
  EXPECT_EQ(all.requests.front().class_name, std::nullopt);
  cursor.clear();
  class_field = {false, "Urgency__c"};
  restart();
  all = carry();
  EXPECT_EQ(all.contacts.front().class_name, std::nullopt);
  EXPECT_EQ(all.requests.front().class_name, "high");
}

TEST_P(RemoteTest, GoesWithoutAClassFieldThatTheOrgHasNot) {
  org.contact(1, "a@example.com");
  org.request(1, 1);
  org.lacks = {"Tier__c"};
  class_field = {true, "Tier__c"};
  restart();
  const auto all = carry();
  ASSERT_FALSE(all.requests.empty());
  EXPECT_EQ(all.contacts.front().class_name, std::nullopt);
}

STOCKBELL_STORE_TESTS(RemoteTest);

TEST(RemoteEngagement, MovesRequestsBeforeTheirOldContactGoes) {
  testing::ScriptedServer server{[](const http::Request& request) {
    return http::Response::json(
        200, request.path == "/v2/token" ? R"({"access_token":"t","expires_in":1000})" : "[]");
  }};
  ManualClock clock;
  salesforce::MarketingCloudClient client(
      {.url = server.url(), .client_id = "c", .client_secret = "s"}, clock);
  ChangeBatch merged;
  merged.contacts = {{ContactId{1}, "", "", "", "", true},
                     {ContactId{5}, "ada@example.org", "Ada", "Byron", "", false}};
  merged.requests = {{RequestId{10}, ContactId{5}, "A", "default", "en", 1,
                      RequestStatus::requested, clock.now(), false}};
  ASSERT_TRUE(RemoteEngagement(client).apply(merged));
  const auto calls = server.seen();
  ASSERT_THAT(calls, SizeIs(4));
  EXPECT_THAT(calls[1].body, HasSubstr("ada@example.org"));
  EXPECT_THAT(calls[1].body, Not(HasSubstr("\"Deleted\":true")));
  EXPECT_THAT(calls[2].path, HasSubstr("Back_In_Stock__c_Salesforce"));
  EXPECT_THAT(calls[3].body, HasSubstr("\"Deleted\":true"));
  for (const auto& call : calls) EXPECT_THAT(call.body, Not(HasSubstr("Class__c")));
}

TEST(RemoteEngagement, TellsAClassAndThatThereIsNoneAnyMore) {
  testing::ScriptedServer server{[](const http::Request& request) {
    return http::Response::json(
        200, request.path == "/v2/token" ? R"({"access_token":"t","expires_in":1000})" : "[]");
  }};
  ManualClock clock;
  salesforce::MarketingCloudClient client(
      {.url = server.url(), .client_id = "c", .client_secret = "s"}, clock);
  ChangeBatch batch;
  batch.contacts = {{ContactId{5}, "ada@example.org", "Ada", "Byron", "", false, "VIP"}};
  batch.requests = {{RequestId{10},
                     ContactId{5},
                     "A",
                     "default",
                     "en",
                     1,
                     RequestStatus::requested,
                     clock.now(),
                     false,
                     {},
                     ""}};
  ASSERT_TRUE(RemoteEngagement(client).apply(batch));
  const auto calls = server.seen();
  EXPECT_THAT(calls[1].body, HasSubstr("\"Class__c\":\"VIP\""));
  EXPECT_THAT(calls[2].body, HasSubstr("\"Class__c\":\"\""));
}

TEST(RemoteEngagement, ReadsTheAskingThatAnEndWasDecidedOn) {
  std::string decided_on = R"(,"decided_on_asking__c":"2026-01-01T00:00:00.001Z")";
  testing::ScriptedServer server{[&](const http::Request& request) {
    return http::Response::json(
        200, request.path == "/v2/token"
                 ? R"({"access_token":"t","expires_in":1000})"
                 : R"({"items":[{"keys":{"sequence":"1"},"values":{"id":")" +
                       to_record_id(kRequestPrefix, 7) +
                       R"(","status__c":"Expired","status_date__c":"2026-01-02T00:00:00Z")" +
                       decided_on + "}}]}");
  }};
  ManualClock clock;
  salesforce::MarketingCloudClient client(
      {.url = server.url(), .client_id = "c", .client_secret = "s"}, clock);
  RemoteEngagement engagement(client);
  const auto read = engagement.updates_after(0, 10);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(1));
  EXPECT_EQ(read->front().decided_on, parse_rfc3339("2026-01-01T00:00:00.001Z"));
  decided_on = R"(,"decided_on_asking__c":"yesterday")";
  EXPECT_EQ(engagement.updates_after(0, 10).error().reason, "answer-invalid");
  decided_on.clear();
  EXPECT_FALSE(engagement.updates_after(0, 10).value().front().decided_on);
}

TEST(RemoteExplanations, TellsWhatIsToldThereAndWhereItIsNot) {
  std::string answer = R"({"lines":["waits for A to be available","its journey is paused"]})";
  int status = 200;
  testing::ScriptedServer server{[&](const http::Request& request) {
    if (request.path == "/v2/token")
      return http::Response::json(200, R"({"access_token":"t","expires_in":1000})");
    EXPECT_EQ(request.path,
              "/api/v1/engagement/requests/" + to_record_id(kRequestPrefix, 7) + "/explanation");
    return http::Response::json(status, answer);
  }};
  ManualClock clock;
  salesforce::MarketingCloudClient client(
      {.url = server.url(), .client_id = "c", .client_secret = "s"}, clock);
  RemoteExplanations explanations(client);
  const auto lines = explanations.explain(RequestId{7});
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_THAT(*lines, ElementsAre("waits for A to be available", "its journey is paused"));
  for (const auto* wrong : {R"({"lines":[7]})", R"({"rows":[]})", "[]"}) {
    answer = wrong;
    EXPECT_EQ(explanations.explain(RequestId{7}).error().reason, "answer-invalid") << wrong;
  }
  status = 404;  // of another make: it has no such route
  answer = R"({"message":"Not Found","errorcode":0})";
  EXPECT_THAT(explanations.explain(RequestId{7}).error().message,
              HasSubstr("Engagement runs elsewhere and does not tell"));
}

TEST(SyncPosition, SurvivesItsText) {
  const SyncPosition position{SyncStage::deleted_requests, from_ms(5), from_ms(9), "a0B"};
  EXPECT_EQ(SyncPosition::parse(position.text()).value(), position);
  EXPECT_EQ(SyncPosition::parse("").value(), SyncPosition{});
  EXPECT_EQ(SyncPosition::parse("4711").value(), SyncPosition{});
}

}  // namespace
}  // namespace stockbell::connect
