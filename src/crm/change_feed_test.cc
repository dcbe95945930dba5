// The CRM's change log as Connect reads it (step 6).
#include <gmock/gmock.h>

#include <future>

#include "crm/crm_box.h"
#include "crm/requests/change_log.h"
#include "support/store.h"

namespace stockbell::crm {
namespace {

class ChangeFeedTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(CrmBox::migrations())); }

  IntakeReceipt submit(const std::string& email, const std::string& sku) {
    NotificationRequest request;
    request.request_key = email + sku;
    request.email = request.email_normalized = email;
    request.sku = sku;
    request.site = "default";
    request.requested_at = clock.now();
    const auto receipt = crm.submit(request);
    EXPECT_TRUE(receipt) << receipt.error().message;
    return receipt.value_or(IntakeReceipt{});
  }
  ChangeBatch changes(const std::string& cursor, int limit = 100) {
    const auto batch = crm.changes_after(cursor, limit);
    EXPECT_TRUE(batch) << batch.error().message;
    return batch.value_or(ChangeBatch{});
  }

  CrmBox crm{db(), clock, random};
};

TEST_P(ChangeFeedTest, GivesTheCurrentRowsOnce) {
  const auto receipt = submit("ada@example.com", "A1");
  ASSERT_TRUE(crm.apply({{1, receipt.request, RequestStatus::queued, clock.now(), ""},
                         {2, receipt.request, RequestStatus::sent, clock.now(), ""}}));
  const auto batch = changes("");
  ASSERT_EQ(batch.contacts.size(), 1u);
  EXPECT_EQ(batch.contacts[0].email, "ada@example.com");
  ASSERT_EQ(batch.requests.size(), 1u);
  EXPECT_EQ(batch.requests[0].status, RequestStatus::sent);
  EXPECT_EQ(batch.requests[0].contact, receipt.contact);
  EXPECT_FALSE(batch.more);
  const auto rest = changes(batch.next_cursor);
  EXPECT_TRUE(rest.contacts.empty() && rest.requests.empty());
  EXPECT_EQ(rest.next_cursor, batch.next_cursor);
}

TEST_P(ChangeFeedTest, NeverGivesARequestBeforeItsContact) {
  for (int i = 0; i < 4; ++i) submit("ada@example.com", "A" + std::to_string(i));
  std::set<ContactId> known;
  std::set<RequestId> requests;
  std::string cursor;
  for (bool more = true; more;) {
    const auto batch = changes(cursor, 1);
    for (const auto& contact : batch.contacts) known.insert(contact.id);
    for (const auto& request : batch.requests) {
      EXPECT_TRUE(known.contains(request.contact));
      requests.insert(request.id);
    }
    cursor = batch.next_cursor;
    more = batch.more;
  }
  EXPECT_EQ(requests.size(), 4u);
}

TEST_P(ChangeFeedTest, WakesItsReadersAfterTheCommit) {
  std::vector<std::size_t> seen;
  crm.on_change([&] { seen.push_back(crm.changes_after("", 10)->requests.size()); });
  submit("ada@example.com", "A1");
  EXPECT_THAT(seen, ::testing::ElementsAre(1u));
}

TEST_P(ChangeFeedTest, RefusesACursorOfSomethingElse) {
  for (const char* cursor : {"x", "1", "1.", ".1", "1.2x"}) {
    const auto batch = crm.changes_after(cursor, 10);
    ASSERT_FALSE(batch) << cursor;
    EXPECT_EQ(batch.error().reason, "cursor-invalid");
  }
}

// On PostgreSQL only (SQLite has one writer) a transaction that logged first may commit last: its
// change must not be skipped.
class CommitOrderTest : public ChangeFeedTest {};

TEST_P(CommitOrderTest, DoesNotSkipATransactionThatCommitsLate) {
  const auto early = submit("ada@example.com", "A1");
  const std::string start = changes("").next_cursor;
  std::promise<void> logged, may_commit;
  auto late = std::async(std::launch::async, [&] {
    bool first = true;
    return db().write([&](db::Session& session) -> Result<> {
      SB_CHECK(requests::log_request_change(session, early.request));
      if (std::exchange(first, false)) logged.set_value(), may_commit.get_future().wait();
      return {};
    });
  });
  logged.get_future().wait();
  const auto second = submit("bob@example.com", "B2");

  const auto held = changes(start);
  EXPECT_TRUE(held.requests.empty());
  EXPECT_TRUE(held.more);  // ask again soon
  EXPECT_EQ(held.next_cursor, start);
  may_commit.set_value();
  ASSERT_TRUE(late.get());

  std::set<RequestId> found;
  for (const auto& request : changes(start).requests) found.insert(request.id);
  EXPECT_THAT(found, ::testing::UnorderedElementsAre(early.request, second.request));
}

STOCKBELL_STORE_TESTS(ChangeFeedTest);
INSTANTIATE_TEST_SUITE_P(Stores, CommitOrderTest, ::testing::Values(testing::Driver::postgresql));

}  // namespace
}  // namespace stockbell::crm
