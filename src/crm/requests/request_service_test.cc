// Submissions whose key the store knows from elsewhere.
#include "crm/requests/request_service.h"

#include <gtest/gtest.h>

#include "crm/contacts/contact_store.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::requests {
namespace {

// As a record written through the API: no submission goes with it.
constexpr std::string_view kRecord =
    "INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
    "status_at, requested_at, created_at, modified_at, system_modstamp) "
    "VALUES ($1, $2, $3, 'A1', 'default', 'en', 1, 'Sent', 1, 1, 1, 1, 1)";
constexpr db::Statement kInsertRecord{"test.insert_record", kRecord, kRecord};
constexpr std::string_view kDelete =
    "UPDATE back_in_stock SET is_deleted = 1, deleted_at = 2, request_key = 'deleted ' || "
    "request_key WHERE id = $1";
constexpr db::Statement kDeleteRecord{"test.delete_record", kDelete, kDelete};

class RequestServiceTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    for (const auto& all : {contacts::migrations(), migrations(), contacts::later_migrations()})
      ASSERT_TRUE(db().migrate(all));
  }
  IntakeReceipt submit(const std::string& key, const std::string& sku) {
    NotificationRequest request;
    request.request_key = key;
    request.email = request.email_normalized = "ada@example.com";
    request.sku = sku, request.site = "default", request.locale = "en";
    request.requested_at = clock.now();
    const auto receipt = service.submit(request);
    EXPECT_TRUE(receipt) << receipt.error().reason;
    return receipt.value_or(IntakeReceipt{});
  }
  void execute(const db::Statement& statement, const db::Params& params) {
    const auto done =
        db().write([&](db::Session& session) { return session.execute(statement, params); });
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(*done, 1);
  }

  objects::ChangeClock changes{clock, db()};
  contacts::ContactService contacts{db(), clock, random, {{}, contacts::default_rules()}};
  RequestService service{db(), clock, random, changes, contacts};
};

TEST_P(RequestServiceTest, AnswersTheRecordThatHasTheKey) {
  const auto first = submit("k1", "B2");
  execute(kInsertRecord, {77, "k2", first.contact.value});
  for (int i = 0; i < 2; ++i) {  // the second time from the receipt
    const auto receipt = submit("k2", "A1");
    EXPECT_EQ(receipt.request, RequestId{77});
    EXPECT_EQ(receipt.contact, first.contact);
    EXPECT_FALSE(receipt.contact_created);
    EXPECT_FALSE(receipt.request_created);
  }
}

TEST_P(RequestServiceTest, TakesTheKeyOfADeletedRecordAgain) {
  const auto first = submit("k1", "B2");
  execute(kInsertRecord, {77, "k2", first.contact.value});
  execute(kDeleteRecord, {77});
  const auto receipt = submit("k2", "A1");
  EXPECT_NE(receipt.request, RequestId{77});
  EXPECT_TRUE(receipt.request_created);
}

STOCKBELL_STORE_TESTS(RequestServiceTest);

}  // namespace
}  // namespace stockbell::crm::requests
