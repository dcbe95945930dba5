// A store of the first release, with rows in it, goes through every later step of the schema.
#include <gmock/gmock.h>

#include "crm/contacts/contact_store.h"
#include "crm/requests/request_reader.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::requests {
namespace {

constexpr std::string_view kRows =
    "INSERT INTO contact (id, site_group, email_normalized, email, first_name, last_name, phone, "
    "created_at) "
    "VALUES (11, 'default', 'ada@example.com', 'Ada@Example.com', 'Ada', 'Lovelace', '+1 415 555 "
    "0100', 1000);"
    "INSERT INTO contact (id, site_group, email_normalized, email, first_name, last_name, phone, "
    "created_at) "
    "VALUES (12, 'default', 'x@example.com', 'x@example.com', '', 'Unknown', '', 2000);"
    "INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
    "requested_at, queued_at, "
    "sent_at, update_sequence) VALUES (21, 'k1', 11, 'A1', 'default', 'en', 2, 'Sent', 3000, 4000, "
    "5000, 7);"
    "INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
    "requested_at) "
    "VALUES (22, 'k2', 12, 'A1', 'default', 'en', 1, 'Requested', 3500);"
    "INSERT INTO submission VALUES ('k1', 11, 21, 1, 1, 'v1', 2900, 'https://shop.example/a', "
    "2950);"
    "INSERT INTO request_event VALUES (31, 21, 3000, 'Requested', 'asked', 'commerce', NULL);"
    "INSERT INTO request_event VALUES (32, 21, 5000, 'Sent', 'wave 1', 'engagement', 7);"
    "INSERT INTO change_log (kind, row_id) VALUES ('contact', 11);"
    "INSERT INTO change_log (kind, row_id) VALUES ('request', 21);";

constexpr db::Migration kInsert{"test/rows", {"test_rows", kRows, kRows}};

class MigrationTest : public testing::StoreTest {
 protected:
  static std::vector<db::Migration> first_release() {
    return {contacts::migrations()[0], migrations()[0], migrations()[1], kInsert};
  }
  static std::vector<db::Migration> now() {
    std::vector<db::Migration> all;
    for (const auto& one : contacts::migrations()) all.push_back(one);
    for (const auto& one : migrations()) all.push_back(one);
    for (const auto& one : contacts::later_migrations()) all.push_back(one);
    for (const auto& one : layout_migrations()) all.push_back(one);
    return all;
  }
};

TEST_P(MigrationTest, KeepsWhatTheFirstReleaseStored) {
  ASSERT_TRUE(db().migrate(first_release()));
  const auto migrated = db().migrate(now());
  ASSERT_TRUE(migrated) << migrated.error().message;
  ASSERT_TRUE(db().migrate(now())) << "a second start has nothing to do";

  const auto contact = db().read(
      [](db::Session& session) { return contacts::find_contact(session, ContactId{11}); });
  ASSERT_TRUE(contact && *contact) << contact.error().message;
  EXPECT_EQ((*contact)->email, "Ada@Example.com");
  EXPECT_EQ((*contact)->last_name, "Lovelace");
  EXPECT_EQ((*contact)->phone, "+1 415 555 0100");
  EXPECT_EQ(to_ms((*contact)->created_at), 1000);
  EXPECT_FALSE((*contact)->deleted);
  const auto identity = db().read([](db::Session& session) {
    return contacts::find_identity(session, "default", "x@example.com");
  });
  ASSERT_TRUE(identity && *identity) << "the address still means its contact";
  EXPECT_EQ((*identity)->value, 12);

  const RequestReader reader(db());
  const auto sent = reader.get(RequestId{21});
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(sent->state.status, RequestStatus::sent);
  EXPECT_EQ(sent->contact, ContactId{11});
  EXPECT_EQ(sent->quantity, 2);
  EXPECT_EQ(to_ms(*sent->state.sent_at), 5000);
  EXPECT_EQ(sent->state.update_sequence, 7);
  EXPECT_EQ(sent->consent.text_version, "v1");
  const auto timeline = reader.timeline(RequestId{21});
  ASSERT_TRUE(timeline) << timeline.error().message;
  ASSERT_EQ(timeline->size(), 2u);
  EXPECT_EQ((*timeline)[1].reason, "wave 1");
  RequestFilter filter;
  filter.email = "ADA@example.com";
  const auto page = reader.list(filter);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->rows.size(), 1u);
}

TEST_P(MigrationTest, StillTakesOneOpenRequestForASkuOnly) {
  ASSERT_TRUE(db().migrate(first_release()));
  ASSERT_TRUE(db().migrate(now()));
  NotificationRequest again;
  again.request_key = "k3", again.email = again.email_normalized = "x@example.com";
  again.sku = "A1", again.site = "default", again.locale = "en";
  again.requested_at = clock.now();
  const auto opened = db().write([&](db::Session& session) {
    return open_request(session, again, ContactId{12}, RequestId{99}, "again",
                        {clock.now(), UserId{1}});
  });
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE(opened->created);
  EXPECT_EQ(opened->id, RequestId{22});
}

STOCKBELL_STORE_TESTS(MigrationTest);

}  // namespace
}  // namespace stockbell::crm::requests
