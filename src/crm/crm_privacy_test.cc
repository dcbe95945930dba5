// What the CRM holds of a person, exported and erased, on both stores.
#include <gmock/gmock.h>

#include "crm/crm_box.h"
#include "support/store.h"

namespace stockbell::crm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CrmPrivacyTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(CrmBox::migrations())); }

  IntakeReceipt submit(const std::string& key, const std::string& email, const std::string& sku) {
    NotificationRequest request;
    request.request_key = key;
    request.email = email;
    request.email_normalized = email;
    request.first_name = "Ada";
    request.sku = sku;
    request.site = "default";
    request.locale = "en-GB";
    request.requested_at = clock.now();
    request.consent = {"v7", clock.now(), "https://shop.example/products/1"};
    const auto receipt = crm.submit(request);
    EXPECT_TRUE(receipt) << receipt.error().message;
    return receipt.value_or(IntakeReceipt{});
  }
  void buy(const std::string& email, const std::string& sku, const std::string& order) {
    const auto done = crm.record({email, email, sku, "default", order, clock.now(), 1});
    ASSERT_TRUE(done) << done.error().message;
  }
  std::int64_t number(const std::string& statement) {
    const db::Statement count{"", statement, statement};
    return db()
        .read([&](db::Session& session) { return session.query_one(count); })
        .value()
        ->i64(0);
  }
  void run(const std::string& text) {
    const db::Statement statement{"", text, text};
    ASSERT_TRUE(db().write([&](db::Session& session) { return session.execute(statement); }));
  }
  ErasedRows erase(const std::string& address, const std::string& receipt) {
    auto erased = crm.personal_data().erase({address}, {receipt});
    EXPECT_TRUE(erased) << erased.error().message;
    return erased.value_or(ErasedRows{});
  }

  CrmBox crm{db(), clock, random};
};

constexpr const char* kNothing =
    R"({"contacts":[],"requests":[],"timeline":[],"consents":[],"purchases":[]})";

TEST_P(CrmPrivacyTest, ExportsAndErasesWhatAnAddressHas) {
  const auto first = submit("k1", "ada@example.com", "S1");
  submit("k2", "ada@example.com", "S2");
  submit("k3", "ada@example.com", "S1");  // asked again: one request, two consents
  const auto other = submit("k4", "bob@example.com", "S1");
  clock.advance(Duration(1000));
  ASSERT_TRUE(crm.apply({{1, first.request, RequestStatus::queued, clock.now(), "wave 1"}}));
  buy("ada@example.com", "S3", "order-1");
  buy("bob@example.com", "S3", "order-2");
  const auto all = crm.personal_data().export_of("ada@example.com").value();
  for (const auto* part : {"\"first_name\":\"Ada\"", "\"sku\":\"S1\"", "\"sku\":\"S2\"", "wave 1",
                           "\"text_version\":\"v7\"", "\"request_key\":\"k3\"",
                           "https://shop.example/products/1", "\"status\":\"Queued\"", "order-1"})
    EXPECT_THAT(all, HasSubstr(part));
  for (const auto* part : {"bob@", "order-2"}) EXPECT_THAT(all, Not(HasSubstr(part)));

  auto erased = erase("ada@example.com", "er-1");
  EXPECT_EQ(erased["contacts"], 1);
  EXPECT_EQ(erased["requests"], 2);
  EXPECT_EQ(erased["timeline_events"], 3);
  EXPECT_EQ(erased["consents"], 3);
  EXPECT_EQ(erased["purchases"], 1);
  EXPECT_EQ(crm.personal_data().export_of("ada@example.com").value(), kNothing);
  for (const auto* table : {"contact", "contact_identity", "back_in_stock", "submission", "purchase"})
    EXPECT_EQ(number(std::string("SELECT COUNT(*) FROM ") + table), 1) << table;
  EXPECT_EQ(number("SELECT COUNT(*) FROM record_tombstone"), 3);
  EXPECT_TRUE(crm.reader().get(other.request));

  EXPECT_EQ(erase("ada@example.com", "er-2")["contacts"], 0) << "twice is fine";
  EXPECT_THAT(crm.personal_data().find_unerased({"er-1", "er-2", "er-3"}).value(),
              ElementsAre("er-3"));
  std::vector<std::string> left;
  ASSERT_TRUE(crm.personal_data().for_each_address(
      [&](std::string_view address) { left.emplace_back(address); }));
  EXPECT_THAT(left, ElementsAre("bob@example.com"));
}

TEST_P(CrmPrivacyTest, TellsConnectThatTheRowsAreGone) {
  const auto mine = submit("k1", "ada@example.com", "S1");
  const auto before = crm.changes_after("", 100).value();
  ASSERT_EQ(before.requests.size(), 1u);
  erase("ada@example.com", "er-1");
  const auto after = crm.changes_after(before.next_cursor, 100).value();
  ASSERT_EQ(after.contacts.size(), 1u);
  EXPECT_TRUE(after.contacts[0].deleted);
  EXPECT_EQ(after.contacts[0].id, mine.contact);
  EXPECT_EQ(after.contacts[0].email, "");
  ASSERT_EQ(after.requests.size(), 1u);
  EXPECT_TRUE(after.requests[0].deleted);
  EXPECT_EQ(after.requests[0].id, mine.request);
  EXPECT_TRUE(crm.apply({{1, mine.request, RequestStatus::sent, clock.now(), "late"}}))
      << "a write-back to a request that is gone is passed over";
}

TEST_P(CrmPrivacyTest, ErasesTwinsAndMergedContactsToo) {
  const auto mine = submit("k1", "ada@example.com", "S1");
  const auto old = submit("k2", "ada.old@example.com", "S2");
  const auto twin = submit("k3", "x@example.com", "S3");
  run(fmt::format("UPDATE contact SET master = {} WHERE id = {}", mine.contact.value,
                  old.contact.value));
  run(
      fmt::format("UPDATE contact SET email_normalized = 'ada@example.com', is_deleted = 1 "
                  "WHERE id = {}",
                  twin.contact.value));
  EXPECT_EQ(erase("ada@example.com", "er-1")["contacts"], 3);
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact_identity"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM back_in_stock"), 0);
}

TEST_P(CrmPrivacyTest, ErasesWhatWasMergedIntoAMergedContact) {
  const auto first = submit("k1", "a@example.com", "S1");
  const auto second = submit("k2", "b@example.com", "S2");
  const auto last = submit("k3", "c@example.com", "S3");
  const auto merged_into = [&](ContactId loser, ContactId master) {
    run(fmt::format("UPDATE contact SET master = {}, is_deleted = 1 WHERE id = {}", master.value,
                    loser.value));
  };
  merged_into(first.contact, second.contact);
  merged_into(second.contact, last.contact);
  EXPECT_EQ(erase("c@example.com", "er-1")["contacts"], 3);
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact"), 0);
}

TEST_P(CrmPrivacyTest, AnAddressDoesNotOutliveItsErasureInAMergesSnapshot) {
  const auto mine = submit("k1", "mine@example.com", "S1");
  const auto snapshot = [&](int id, const std::string& before, const std::string& identities) {
    run(
        fmt::format("INSERT INTO contact_merge (id, duplicate_set, loser, master, merged_at, "
                    "merged_by, snapshot) VALUES ({}, 1, {}, {}, {}, 'ann', "
                    "'{{\"fields\":[{{\"field\":\"Email\",\"before\":\"{}\",\"after\":\"x\"}}],"
                    "\"identities\":[{}],\"moved\":[],\"cancelled\":[]}}')",
                    id, 1000 + id, mine.contact.value, to_ms(clock.now()), before, identities));
  };
  snapshot(1, "B.Old+tag@Gmail.com", "");
  snapshot(2, "", R"("bold@gmail.com")");
  snapshot(3, "other@example.com", R"("other@example.com")");
  std::vector<std::string> kept;
  ASSERT_TRUE(crm.personal_data().for_each_address(
      [&](std::string_view address) { kept.emplace_back(address); }));
  EXPECT_THAT(kept, ::testing::Contains("bold@gmail.com")) << "else a restored copy keeps it";
  erase("bold@gmail.com", "er-1");
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact_merge WHERE snapshot = '' AND id IN (1, 2)"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact_merge WHERE snapshot <> '' AND id = 3"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact"), 1);
}

TEST_P(CrmPrivacyTest, ErasesWhatOtherTablesKeepOfIt) {
  const auto mine = submit("k1", "ada@example.com", "S1");
  run(
      fmt::format("INSERT INTO external_value (object, field, value, row_id) "
                  "VALUES ('Contact', 'Card__c', '4711', {}), ('Contact', 'Card__c', '4712', 1)",
                  mine.contact.value));
  run("INSERT INTO soql_cursor (id, username, query, child, all_rows, batch, total, made_at, "
      "used_at) "
      "VALUES (1, 'u', 'SELECT Id FROM Contact WHERE Email = ''ada@example.com''', -1, 0, 1, 1, 1, "
      "1), "
      "(2, 'u', 'SELECT Id FROM Contact', -1, 0, 1, 1, 1, 1)");
  run("INSERT INTO soql_cursor_page (cursor_id, page, ids) VALUES (1, 0, '1'), (2, 0, '1')");
  erase("ada@example.com", "er-1");
  for (const auto* table : {"external_value", "soql_cursor", "soql_cursor_page"})
    EXPECT_EQ(number(std::string("SELECT COUNT(*) FROM ") + table), 1) << table;
}

TEST_P(CrmPrivacyTest, TakesWhatOtherPartsKeepInTheSameTransaction) {
  objects::ChangeClock changes(clock, db());
  contacts::ContactService contacts(db(), clock, random, {{}, contacts::default_rules()});
  requests::CrmPersonalData personal(db(), changes, contacts);
  bool well = false;
  int after = 0;
  personal.also({[&](db::Session&, Time) -> Result<> {
                   if (well) return {};
                   return fail(ErrorCode::unavailable, "store-away", "away");
                 },
                 [&] { ++after; }});
  submit("k1", "ada@example.com", "S1");
  EXPECT_FALSE(personal.erase({"ada@example.com"}, {"er-1"}));
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact"), 1) << "all or nothing";
  EXPECT_EQ(after, 0);
  well = true;
  EXPECT_TRUE(personal.erase({"ada@example.com"}, {"er-1"}));
  EXPECT_EQ(number("SELECT COUNT(*) FROM contact"), 0);
  EXPECT_EQ(after, 1);
}

TEST_P(CrmPrivacyTest, WhoAsksAgainIsANewContact) {
  const auto before = submit("k1", "ada@example.com", "S1");
  erase("ada@example.com", "er-1");
  const auto again = submit("k2", "ada@example.com", "S1");
  EXPECT_TRUE(again.contact_created);
  EXPECT_NE(again.contact, before.contact);
  EXPECT_THAT(crm.personal_data().find_unerased({"er-1"}).value(), ::testing::IsEmpty());
}

STOCKBELL_STORE_TESTS(CrmPrivacyTest);

}  // namespace
}  // namespace stockbell::crm
