#include "crm/crm_box.h"

#include <gmock/gmock.h>

#include <future>
#include <set>

#include "crm/requests/change_log.h"
#include "support/store.h"

namespace stockbell::crm {
namespace {

using enum RequestStatus;

class CrmBoxTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(CrmBox::migrations())); }

  NotificationRequest asked(const std::string& key, const std::string& email,
                            const std::string& sku) {
    NotificationRequest request;
    request.request_key = key;
    request.email = email;
    request.email_normalized = email;
    request.sku = sku;
    request.site = "default";
    request.locale = "en-GB";
    request.requested_at = clock.now();
    request.consent = {"v1", clock.now(), "https://shop.example/products/1"};
    return request;
  }
  RequestId submit(const std::string& key, const std::string& email = "ada@example.com",
                   const std::string& sku = "A1") {
    const auto receipt = crm.submit(asked(key, email, sku));
    EXPECT_TRUE(receipt) << receipt.error().message;
    return receipt ? receipt->request : RequestId{};
  }
  void update(std::int64_t sequence, RequestId id, RequestStatus status) {
    clock.advance(Duration(1000));
    const auto applied = crm.apply({{sequence, id, status, clock.now(), "wave 1"}});
    ASSERT_TRUE(applied) << applied.error().message;
  }
  std::vector<RequestStatus> statuses(RequestId id) {
    std::vector<RequestStatus> found;
    const auto timeline = crm.reader().timeline(id);
    for (const auto& event : timeline.value()) found.push_back(event.status);
    return found;
  }

  CrmBox crm{db(), clock, random};
};

TEST_P(CrmBoxTest, MakesOneContactAndOneRequestOfAHundredTwins) {
  std::vector<std::future<Result<IntakeReceipt>>> twins;
  for (int i = 0; i < 100; ++i)
    twins.push_back(std::async(std::launch::async, [this, i] {
      return crm.submit(asked("key-" + std::to_string(i), "ada@example.com", "A1"));
    }));
  std::set<ContactId> contacts;
  std::set<RequestId> requests;
  int contacts_created = 0, requests_created = 0;
  for (auto& twin : twins) {
    const auto receipt = twin.get();
    ASSERT_TRUE(receipt) << receipt.error().message;
    contacts.insert(receipt->contact);
    requests.insert(receipt->request);
    contacts_created += receipt->contact_created;
    requests_created += receipt->request_created;
  }
  EXPECT_EQ(contacts.size(), 1u);
  EXPECT_EQ(requests.size(), 1u);
  EXPECT_EQ(contacts_created, 1);
  EXPECT_EQ(requests_created, 1);
  const auto page = crm.reader().list({});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_EQ(page->rows[0].last_name, "Unknown");
  EXPECT_THAT(statuses(*requests.begin()), ::testing::ElementsAre(requested));
}

TEST_P(CrmBoxTest, MakesOneRequestOfSimultaneousRepeatsOfOneKey) {
  std::vector<std::future<Result<IntakeReceipt>>> repeats;
  for (int i = 0; i < 20; ++i)
    repeats.push_back(std::async(
        std::launch::async, [this] { return crm.submit(asked("key", "ada@example.com", "A1")); }));
  std::set<RequestId> requests;
  for (auto& repeat : repeats) {
    const auto receipt = repeat.get();
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_TRUE(receipt->request_created);  // the first receipt, whoever asks
    requests.insert(receipt->request);
  }
  EXPECT_EQ(requests.size(), 1u);
}

TEST_P(CrmBoxTest, GivesTheSameReceiptAfterTheRequestClosed) {
  const RequestId first = submit("key-1");
  update(1, first, sent);
  EXPECT_EQ(submit("key-1"), first);
  EXPECT_NE(submit("key-2"), first);  // a new wish of the same shopper
}

TEST_P(CrmBoxTest, KeepsContactAndConsentWithTheRequest) {
  const RequestId first = submit("key-1", "ada@example.com", "A1");
  const RequestId second = submit("key-2", "ada@example.com", "B2");
  const auto a = crm.reader().get(first), b = crm.reader().get(second);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->contact, b->contact);
  EXPECT_EQ(a->consent.text_version, "v1");
  EXPECT_EQ(a->consent.page_url, "https://shop.example/products/1");
  EXPECT_EQ(a->consent.given_at, clock.now());
}

TEST_P(CrmBoxTest, WritesEachUpdateIntoTheTimelineOnce) {
  const RequestId id = submit("key");
  const std::vector<StatusUpdate> updates{{1, id, queued, clock.now(), "restock 12 units"},
                                          {2, id, sent, clock.now() + Duration(5), "smtp 250 ok"},
                                          {3, RequestId{99}, sent, clock.now(), "gone"},
                                          {4, id, opened, clock.now() + Duration(9), "pixel"}};
  ASSERT_TRUE(crm.apply(updates));
  ASSERT_TRUE(crm.apply(updates));
  EXPECT_THAT(statuses(id), ::testing::ElementsAre(requested, queued, sent, opened));
  const auto row = crm.reader().get(id);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state.queued_at, clock.now());
  EXPECT_EQ(row->state.sent_at, clock.now() + Duration(5));
  EXPECT_EQ(row->state.opened_at, clock.now() + Duration(9));
  EXPECT_FALSE(row->state.clicked_at);
}

TEST_P(CrmBoxTest, LetsOpenedArriveBeforeSent) {
  const RequestId id = submit("key");
  update(1, id, opened);
  update(2, id, sent);
  EXPECT_THAT(statuses(id), ::testing::ElementsAre(requested, opened));
  EXPECT_TRUE(crm.reader().get(id)->state.sent_at);
}

TEST_P(CrmBoxTest, RefusesMoreThanTwoHundredUpdates) {
  EXPECT_TRUE(crm.apply(std::vector<StatusUpdate>(200)));
  const auto refused = crm.apply(std::vector<StatusUpdate>(201));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
}

TEST_P(CrmBoxTest, ListsPageByPageNewestFirst) {
  std::vector<RequestId> made;
  for (int i = 0; i < 5; ++i) {
    clock.advance(Duration(10));
    made.push_back(
        submit("key-" + std::to_string(i), "ada@example.com", "SKU-" + std::to_string(i)));
  }
  requests::RequestFilter filter;
  filter.limit = 2;
  std::vector<RequestId> seen;
  do {
    const auto page = crm.reader().list(filter);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& row : page->rows) seen.push_back(row.state.id);
    filter.cursor = page->next_cursor;
  } while (!filter.cursor.empty());
  EXPECT_EQ(seen, std::vector<RequestId>(made.rbegin(), made.rend()));
}

TEST_P(CrmBoxTest, FiltersBySkuEmailAndStatus) {
  const RequestId a = submit("1", "ada@example.com", "A1");
  const RequestId b = submit("2", "bob@example.com", "A1");
  submit("3", "bob@example.com", "B2");
  update(1, a, sent);
  const auto only = [&](const requests::RequestFilter& filter) {
    const auto page = crm.reader().list(filter);
    EXPECT_TRUE(page) << page.error().message;
    return page && page->rows.size() == 1 ? page->rows[0].state.id : RequestId{};
  };
  requests::RequestFilter filter;
  filter.status = sent;
  EXPECT_EQ(only(filter), a);
  filter = {};
  filter.email = "Bob@Example.com";
  filter.sku = "A1";
  EXPECT_EQ(only(filter), b);
  filter.email.clear();
  filter.status = requested;
  EXPECT_EQ(only(filter), b);
  filter.email = "nobody@example.com";
  EXPECT_EQ(crm.reader().list(filter)->rows.size(), 0u);
}

TEST_P(CrmBoxTest, CountsWhoWaitsAndWhatHappenedByDay) {
  const RequestId a = submit("1", "ada@example.com", "A1");
  submit("2", "bob@example.com", "A1");
  submit("3", "bob@example.com", "B2");
  auto demand = crm.reader().demand(10);
  ASSERT_TRUE(demand) << demand.error().message;
  ASSERT_EQ(demand->size(), 2u);
  EXPECT_EQ(demand->front().sku, "A1");
  EXPECT_EQ(demand->front().waiting, 2);
  EXPECT_EQ(demand->front().oldest_at, clock.now());

  const auto today = std::chrono::floor<std::chrono::days>(clock.now());
  clock.advance(std::chrono::hours(24));
  update(1, a, sent);
  const auto funnel = crm.reader().funnel(today, today + std::chrono::days(1));
  ASSERT_TRUE(funnel) << funnel.error().message;
  EXPECT_EQ(funnel->totals.at(requested), 2);
  EXPECT_EQ(funnel->totals.at(sent), 1);
  EXPECT_EQ(funnel->totals.at(clicked), 0);
  ASSERT_EQ(funnel->days.size(), 2u);
  EXPECT_EQ(funnel->days.at(today).requested, 3);
  EXPECT_EQ(funnel->days.at(today + std::chrono::days(1)).sent, 1);
  EXPECT_EQ(crm.reader().demand(10)->front().waiting, 1);
}

TEST_P(CrmBoxTest, ExplainsAndExports) {
  const RequestId id = submit("1", "ada@example.com", "A1");
  update(1, id, queued);
  const auto text = crm.reader().explain(id);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, ::testing::HasSubstr("wave 1 (engagement)"));
  auto formula = asked("2", "bob@example.com", "B\"2");
  formula.first_name = "=cmd()";
  ASSERT_TRUE(crm.submit(formula));
  std::string csv;
  ASSERT_TRUE(crm.reader().export_csv({}, [&](std::string_view line) -> Result<> {
    csv += line;
    return {};
  }));
  EXPECT_THAT(csv, ::testing::HasSubstr(",\"B\"\"2\","));
  EXPECT_THAT(csv, ::testing::HasSubstr(",'=cmd(),"));
}

STOCKBELL_STORE_TESTS(CrmBoxTest);

TEST(Housekeeping, OutlivesACleanUpThatThrows) {
  std::promise<void> ran;
  Housekeeping housekeeping([&]() -> Result<> {
    ran.set_value();
    throw std::logic_error("broken");
  });
  housekeeping.start();
  ran.get_future().wait();
  housekeeping.stop();
}

}  // namespace
}  // namespace stockbell::crm
