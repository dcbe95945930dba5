// Double opt-in, the shopper's own wishes and purchases, as they come to the record.
#include <gmock/gmock.h>

#include "crm/contacts/contact_store.h"
#include "crm/requests/purchase_service.h"
#include "crm/requests/request_service.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::requests {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConsentTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    for (const auto& all : {contacts::migrations(), migrations(), contacts::later_migrations(),
                            PurchaseService::migrations()})
      ASSERT_TRUE(db().migrate(all));
  }
  IntakeReceipt submit(const std::string& sku, bool needs_confirmation = true,
                       const std::string& email = "ada@example.com") {
    NotificationRequest request;
    request.request_key = "k" + std::to_string(++count);
    request.email = request.email_normalized = email;
    request.sku = sku, request.site = "default", request.locale = "en";
    request.requested_at = clock.now();
    request.needs_confirmation = needs_confirmation;
    const auto receipt = service.submit(request);
    EXPECT_TRUE(receipt) << receipt.error().reason;
    return receipt.value_or(IntakeReceipt{});
  }
  SyncedRequest synced(RequestId id) {
    SyncedRequest found;
    const auto batch = service.changes_after("", 1000).value();
    for (const auto& request : batch.requests)
      if (request.id == id) found = request;
    return found;
  }
  std::size_t log_rows() {
    std::size_t rows = 0;
    std::string cursor;
    for (bool more = true; more; ++rows) {
      const auto batch = service.changes_after(cursor, 1).value();
      more = batch.more;
      cursor = batch.next_cursor;
    }
    return rows;
  }
  void apply(std::vector<StatusUpdate> updates) {
    for (auto& update : updates) update.sequence = ++sequence;
    const auto applied = service.apply(updates);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  std::vector<std::string> timeline(RequestId id) {
    constexpr std::string_view kText =
        "SELECT status || ': ' || reason FROM request_event WHERE request = $1 ORDER BY id";
    constexpr db::Statement kEvents{"test.events", kText, kText};
    std::vector<std::string> all;
    const auto rows = db().read(
        [&](db::Session& session) { return session.query(kEvents, {id.value}); });
    for (const auto& row : rows.value()) all.push_back(row.text(0));
    return all;
  }
  void buy(const std::string& sku, const std::string& order, Time at,
           const std::string& site = "") {
    const auto done = purchases.record(
        {"Ada@example.com", "ada@example.com", sku, site, order, at, 1});
    ASSERT_TRUE(done) << done.error().message;
  }

  int count = 0;
  std::int64_t sequence = 0;
  objects::ChangeClock changes{clock, db()};
  contacts::ContactService contacts{db(), clock, random, {{}, contacts::default_rules()}};
  RequestService service{db(), clock, random, changes, contacts};
  PurchaseService purchases{db(), clock, random, changes, [] {}};
};

TEST_P(ConsentTest, ARequestIsBornPendingWhereItMustBeConfirmed) {
  const auto receipt = submit("A");
  EXPECT_TRUE(receipt.request_created);
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::pending);
  EXPECT_THAT(timeline(receipt.request), ElementsAre(HasSubstr("Pending: ")));
  apply({{0, receipt.request, RequestStatus::requested, clock.now(), "confirmed by the mailbox"}});
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::requested);
}

TEST_P(ConsentTest, AskingAgainCountsOnceInTenMinutes) {
  const auto first = submit("A");
  const auto asked = clock.now();
  const auto rows = log_rows();
  clock.advance(minutes(9));
  EXPECT_EQ(submit("A").request, first.request);
  EXPECT_EQ(log_rows(), rows);
  EXPECT_EQ(synced(first.request).asked_at, asked);
  clock.advance(minutes(1));
  submit("A");
  EXPECT_EQ(synced(first.request).asked_at, clock.now());
  EXPECT_EQ(synced(first.request).requested_at, asked);
  EXPECT_EQ(timeline(first.request).size(), 2u);
  submit("A", false);
  EXPECT_EQ(synced(first.request).status, RequestStatus::requested);
}

TEST_P(ConsentTest, ANewerPostOutweighsAnOlderEnd) {
  const auto receipt = submit("A");
  const auto decided = clock.now() + minutes(20);
  clock.advance(minutes(30));
  submit("A");
  apply({{0, receipt.request, RequestStatus::expired, decided, "not confirmed"}});
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::pending);
  apply({{0, receipt.request, RequestStatus::expired, clock.now() + minutes(1), "not confirmed"}});
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::expired);
}

// Symptom: a request that was asked for again was ended by what Engagement had decided, a moment
// later, on the old asking.
TEST_P(ConsentTest, AnEndDecidedOnAnOldAskingDoesNotEndTheNewOne) {
  const auto receipt = submit("A", false);
  const auto old_asking = clock.now();
  clock.advance(minutes(30));
  submit("A", false);
  const auto asked = clock.now();
  clock.advance(minutes(1));
  StatusUpdate end{1, receipt.request, RequestStatus::expired, clock.now(), "not asked for again"};
  end.decided_on = old_asking;
  const auto cancelled = [&](std::int64_t number, Time decided_on) {
    auto update = end;
    update.sequence = number, update.status = RequestStatus::cancelled;
    update.decided_on = decided_on;
    return update;
  };
  ASSERT_TRUE(service.apply({end, cancelled(2, old_asking)}));
  ASSERT_TRUE(service.apply({end, cancelled(2, old_asking)}));  // once more, as after a kill
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::requested);
  const auto again = "as the shopper asked again at " + to_rfc3339(asked);
  EXPECT_THAT(timeline(receipt.request),
              ElementsAre(HasSubstr("asked in the shop"), HasSubstr("asked again in the shop"),
                          "Requested: not Expired, " + again + ": not asked for again",
                          "Requested: not Cancelled, " + again + ": not asked for again"));
  ASSERT_TRUE(service.apply({cancelled(3, asked)}));
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::cancelled);
}

// Symptom: who asked again when the message had left, and the CRM had not heard so yet, was never
// told of the next restock: the asking was counted for the request that ended as Sent.
TEST_P(ConsentTest, AnAskingAfterTheMessageLeftIsARequestOfItsOwn) {
  const auto served = submit("A", false).request;
  clock.advance(minutes(20));
  const auto left = clock.now();
  clock.advance(minutes(10));
  EXPECT_EQ(submit("A", false).request, served);
  const auto asked = clock.now();
  const std::vector<StatusUpdate> sent{{7, served, RequestStatus::sent, left, "250"}};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(service.apply(sent));
  EXPECT_EQ(synced(served).status, RequestStatus::sent);
  const auto anew = submit("A", false);
  EXPECT_FALSE(anew.request_created) << "it is open already";
  EXPECT_NE(anew.request, served);
  EXPECT_EQ(synced(anew.request).status, RequestStatus::requested);
  EXPECT_EQ(synced(anew.request).requested_at, asked);
  EXPECT_THAT(timeline(anew.request), ElementsAre(HasSubstr("after the message of request a0B")));
  EXPECT_EQ(service.changes_after("", 1000).value().requests.size(), 2u);
  // A message that left after the asking serves it.
  clock.advance(minutes(30));
  submit("A", false);
  ASSERT_TRUE(service.apply({{8, anew.request, RequestStatus::sent, clock.now(), "250"}}));
  EXPECT_EQ(service.changes_after("", 1000).value().requests.size(), 2u);
}

TEST_P(ConsentTest, AnAskingAfterAClickThatIsHeardOfFirstIsARequestOfItsOwn) {
  const auto served = submit("A", false).request;
  const auto clicked = clock.now() + minutes(5);
  clock.advance(minutes(30));
  submit("A", false);
  apply({{0, served, RequestStatus::clicked, clicked, "clicked"}});
  EXPECT_EQ(synced(served).status, RequestStatus::clicked);
  EXPECT_EQ(synced(submit("A", false).request).requested_at, clock.now());
}

// Symptom: with a clock that was put back no status came to the CRM any more ("store-conflict").
TEST_P(ConsentTest, AMessageThatSeemsOlderThanItsRequestIsNoOtherAsking) {
  const auto first = submit("A", false).request;
  apply({{0, first, RequestStatus::sent, clock.now() - minutes(30), "250"}});
  EXPECT_EQ(synced(first).status, RequestStatus::sent);
  const auto second = submit("A", false).request;
  clock.advance(minutes(30));
  submit("A", false);
  apply({{0, second, RequestStatus::sent, clock.now() - minutes(60), "250"}});
  EXPECT_EQ(synced(second).status, RequestStatus::sent);
  EXPECT_EQ(service.changes_after("", 1000).value().requests.size(), 3u);
}

// Symptom: a request was Undeliverable, yet messaged.
TEST_P(ConsentTest, GivingUpOnAnOldAskingLetsTheNewOneWait) {
  const auto id = submit("A", false).request;
  const auto old_asking = clock.now();
  apply({{0, id, RequestStatus::queued, clock.now(), "restock"}});
  clock.advance(minutes(30));
  submit("A", false);
  StatusUpdate end{2, id, RequestStatus::undeliverable, clock.now(), "451"};
  end.decided_on = old_asking;
  ASSERT_TRUE(service.apply({end}));
  EXPECT_EQ(synced(id).status, RequestStatus::requested);
  EXPECT_THAT(timeline(id).back(), HasSubstr("not Undeliverable, as the shopper asked again"));
  end.sequence = 3;
  end.decided_on = clock.now();
  ASSERT_TRUE(service.apply({end}));
  EXPECT_EQ(synced(id).status, RequestStatus::undeliverable);
}

TEST_P(ConsentTest, TheShoppersStopAfterTheLastAskingEnds) {
  const auto receipt = submit("A", false);
  clock.advance(minutes(30));
  submit("A", false);
  apply({{0, receipt.request, RequestStatus::cancelled, clock.now(), "stopped by the shopper"}});
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::cancelled);
}

TEST_P(ConsentTest, ASizeChangesAndMergesWithOneThatIsAskedFor) {
  const auto small = submit("S", false), large = submit("L", false);
  StatusUpdate change{0, small.request, RequestStatus::requested, clock.now(), "changed", "M"};
  apply({change});
  EXPECT_EQ(synced(small.request).sku, "M");
  EXPECT_EQ(synced(small.request).status, RequestStatus::requested);
  change.sku = "L";
  apply({change});
  EXPECT_EQ(synced(small.request).sku, "M");
  EXPECT_EQ(synced(small.request).status, RequestStatus::cancelled);
  EXPECT_EQ(synced(large.request).status, RequestStatus::requested);
  EXPECT_THAT(timeline(small.request).back(), HasSubstr("asked for already"));
}

TEST_P(ConsentTest, KeepingARequestMovesItsTimeAndNotItsStatus) {
  const auto receipt = submit("A", false);
  apply({{0, receipt.request, RequestStatus::queued, clock.now(), "restock"}});
  clock.advance(minutes(60));
  apply({{0, receipt.request, RequestStatus::requested, clock.now(), "still wanted", "", true}});
  EXPECT_EQ(synced(receipt.request).status, RequestStatus::queued);
  EXPECT_EQ(synced(receipt.request).asked_at, clock.now());
  EXPECT_THAT(timeline(receipt.request).back(), HasSubstr("still wanted"));
}

TEST_P(ConsentTest, APurchaseClosesWhatWasAskedForBefore) {
  const auto open = submit("A", false), pending = submit("B");
  const auto other = submit("A", false, "bob@example.com");
  clock.advance(minutes(5));
  const auto bought = clock.now();
  buy("A", "order-1", bought);
  buy("B", "order-1", bought);
  EXPECT_EQ(synced(open.request).status, RequestStatus::purchased);
  EXPECT_EQ(synced(pending.request).status, RequestStatus::cancelled);
  EXPECT_EQ(synced(other.request).status, RequestStatus::requested);
  EXPECT_THAT(timeline(open.request).back(), HasSubstr("order-1"));
  clock.advance(minutes(5));
  const auto again = submit("A", false);
  EXPECT_NE(again.request, open.request);
  buy("A", "order-1", clock.now());  // told once more, with a later time
  EXPECT_EQ(synced(again.request).status, RequestStatus::requested);
  EXPECT_EQ(timeline(open.request).size(), 2u);
}

TEST_P(ConsentTest, OrdersOfTwoShopsWithOneNumberAreTwo) {
  submit("A", false);
  buy("A", "1001", clock.now(), "elsewhere");
  clock.advance(minutes(20));
  const auto again = submit("A", false);
  clock.advance(minutes(5));
  buy("A", "1001", clock.now(), "default");
  EXPECT_EQ(synced(again.request).status, RequestStatus::purchased);
}

STOCKBELL_STORE_TESTS(ConsentTest);

}  // namespace
}  // namespace stockbell::crm::requests
