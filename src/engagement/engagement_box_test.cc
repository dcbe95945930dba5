// The heart's invariants on a whole box, on both stores, with a channel that remembers what left.
#include "engagement/engagement_box.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "engagement/messages/message_store.h"
#include "engagement/test_options.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using testing::Driver;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RememberingChannel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      if (before) before(message);
      if (!still_wanted(message.id)) {
        report({message.id, DeliveryState::withdrawn, 0, "no longer wanted"});
        continue;
      }
      if (answer == DeliveryState::delivered) sent.push_back(message);
      report({message.id, answer, answer == DeliveryState::delivered ? 250 : 450, "smtp reply"});
    }
  }
  std::vector<std::string> recipients() const {
    std::vector<std::string> all;
    for (const auto& message : sent) all.push_back(message.to_address);
    return all;
  }

  std::function<void(const OutgoingMessage&)> before;
  DeliveryState answer = DeliveryState::delivered;
  std::vector<OutgoingMessage> sent;
};

class EngagementTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    open_box();
  }

  void open_box() {
    box_.reset();
    auto options = test_options(directory());
    options.write_down_from = write_down_from;
    options.assets = [](std::string_view path) -> std::optional<std::string_view> {
      if (path == "messages/back_in_stock.html.mustache")
        return "{{product_name}} {{product_url}} {{unsubscribe_url}} {{pixel_url}}";
      if (path.starts_with("messages/back_in_stock.")) return "{{product_name}}";
      if (path.starts_with("pages/unsubscribe.")) return "ask {{email_masked}} {{action}}";
      return find_test_asset(path);
    };
    auto made = EngagementBox::create(db(), clock, random, options, channel);
    ASSERT_TRUE(made) << made.error().message;
    box_ = std::move(*made);
  }

  void request(std::int64_t id, const std::string& sku, int waiting_minutes = 0,
               RequestStatus status = RequestStatus::requested) {
    ChangeBatch batch;
    batch.contacts.push_back(
        {ContactId{id + 1000}, "p" + std::to_string(id) + "@example.com", "Ada", "L", "", false});
    batch.requests.push_back({RequestId{id}, ContactId{id + 1000}, sku, "default", "en-GB", 1,
                              status, clock.now() - std::chrono::minutes(waiting_minutes), false});
    ASSERT_TRUE(box_->apply(batch));
  }
  void stock(const std::string& sku, std::int64_t ats) {
    clock.advance(Duration(1000));
    const auto seen = box_->observe({{sku, ats > 0, ats, clock.now()}});
    ASSERT_TRUE(seen) << seen.error().message;
  }
  void run() {
    const auto done = box_->run_due();
    ASSERT_TRUE(done) << done.error().message;
  }
  // Statuses told to the CRM, oldest first.
  std::vector<std::string> told(std::int64_t request) {
    std::vector<std::string> statuses;
    const auto updates = box_->updates_after(0, 1000).value();
    for (const auto& update : updates)
      if (update.request.value == request) statuses.emplace_back(to_text(update.status));
    return statuses;
  }
  http::Response call(const std::string& method, const std::string& path, std::string body = {}) {
    http::Router router;
    box_->add_routes(router);
    http::Request asked;
    asked.method = method;
    asked.path = path;
    asked.body = std::move(body);
    asked.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto match = router.find(method == "HEAD" ? "GET" : method, path);
    if (!match.route) return http::Response::empty(404);
    asked.path_parameters = match.parameters;
    auto answer = match.route->handler(asked);
    return answer ? *answer : http::problem(answer.error());
  }
  // The path of the n-th link in the HTML of the last message: 1 click, 2 unsubscribe, 3 pixel.
  std::string link(int n) {
    std::istringstream words(channel.sent.back().html);
    std::string word;
    for (int i = 0; i <= n; ++i) words >> word;
    return word.substr(std::string("https://shop.example").size());
  }
  std::filesystem::path write_feed(const std::string& content,
                                   const std::string& name = "feed.psv") {
    const auto path = directory() / name;
    std::ofstream(path) << content;
    return path;
  }

  std::size_t write_down_from = 2000;
  RememberingChannel channel;
  std::unique_ptr<EngagementBox> box_;
};

TEST_P(EngagementTest, MessagesWaitingRequestsOnceLongestWaitingFirst) {
  stock("A", 0);
  request(1, "A", 5);
  request(2, "A", 50);
  request(3, "B", 90);
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
  stock("A", 12);
  run();
  EXPECT_THAT(channel.recipients(), ElementsAre("p2@example.com", "p1@example.com"));
  EXPECT_THAT(told(1), ElementsAre("Queued", "Sent"));
  stock("A", 0);
  stock("A", 3);
  run();
  EXPECT_EQ(channel.sent.size(), 2u)
      << "a request is messaged once, however often its item returns";
}

TEST_P(EngagementTest, CountsARequestThatArrivesWhenTheItemIsBack) {
  stock("A", 4);  // first word: no restock
  request(1, "A");
  run();
  EXPECT_THAT(channel.recipients(), ElementsAre("p1@example.com"));
}

TEST_P(EngagementTest, TakesQueuedMessagesBackWhenTheItemSellsOut) {
  stock("A", 0);
  request(1, "A", 5);
  stock("A", 1);
  channel.answer = DeliveryState::retry;
  run();
  EXPECT_THAT(told(1), ElementsAre("Queued"));
  stock("A", 0);
  EXPECT_THAT(told(1), ElementsAre("Queued", "Requested"));
  channel.answer = DeliveryState::delivered;
  clock.advance(std::chrono::hours(2));
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
  stock("A", 2);
  run();
  EXPECT_THAT(told(1), ElementsAre("Queued", "Requested", "Queued", "Sent"));
}

TEST_P(EngagementTest, SendsNothingWhenTheItemSellsOutAtTheLastInstant) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  channel.before = [&](const OutgoingMessage&) { stock("A", 0); };
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
  EXPECT_THAT(told(1), ElementsAre("Queued", "Requested"));
}

TEST_P(EngagementTest, ServesARequestWhoseItemFlapsWhileItsMessageIsUnderWay) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  int times = 0;
  channel.before = [&](const OutgoingMessage&) {
    if (times++ == 0) stock("A", 0);
  };
  run();
  stock("A", 1);
  run();
  EXPECT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(told(1).back(), "Sent");
}

TEST_P(EngagementTest, SendsAgainWithTheSameMessageIdWhatWasInDoubtAtACrash) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  channel.answer = DeliveryState::retry;
  run();
  clock.advance(std::chrono::hours(1));
  // A process leases the message, delivers it and dies before it records anything.
  const auto leased = db().write(
      [&](db::Session& session) { return MessageStore().lease(session, 7, clock.now(), 10); });
  ASSERT_EQ(leased->size(), 1u);
  channel.answer = DeliveryState::delivered;
  run();
  EXPECT_THAT(channel.sent, IsEmpty())
      << "leased messages are left alone while their process lives";
  open_box();
  run();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(channel.sent[0].message_id, leased->front().message_id);
  EXPECT_EQ(told(1).back(), "Sent");
}

TEST_P(EngagementTest, RemembersStockAndWaitingRequestsOverARestart) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  open_box();  // before anybody was admitted
  run();
  EXPECT_EQ(channel.sent.size(), 1u);
}

TEST_P(EngagementTest, MarksUndeliverableWhatIsRefusedOrTakesADay) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  channel.answer = DeliveryState::retry;
  for (int hour = 0; hour < 30; ++hour) {
    run();
    clock.advance(std::chrono::minutes(80));
  }
  EXPECT_THAT(told(1), ElementsAre("Queued", "Undeliverable"));
  channel.answer = DeliveryState::refused;
  request(2, "A");
  run();
  EXPECT_THAT(told(2), ElementsAre("Queued", "Undeliverable"));
}

TEST_P(EngagementTest, DoesNotMessageWhomTheCrmCancelledWhileQueued) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  channel.answer = DeliveryState::retry;
  run();
  channel.answer = DeliveryState::delivered;
  request(1, "A", 0, RequestStatus::cancelled);
  clock.advance(std::chrono::hours(1));
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
}

TEST_P(EngagementTest, GivesThePlaceBackWhenTheCrmOpensARequestAgain) {
  stock("A", 0);
  request(1, "A", 50);
  request(2, "A", 5);
  request(1, "A", 50, RequestStatus::cancelled);
  request(1, "A", 50);
  stock("A", 1);
  channel.answer = DeliveryState::retry;
  run();  // both are queued
  EXPECT_THAT(told(1), ElementsAre("Queued"));
  request(1, "A", 50, RequestStatus::cancelled);
  request(1, "A", 50);  // the same restock once more
  channel.answer = DeliveryState::delivered;
  clock.advance(std::chrono::hours(2));
  run();
  EXPECT_THAT(channel.recipients(), ElementsAre("p1@example.com", "p2@example.com"));
  request(1, "A", 50, RequestStatus::cancelled);
  request(1, "A", 50);
  stock("A", 0);
  stock("A", 1);
  run();
  EXPECT_EQ(channel.sent.size(), 2u) << "it has had its message";
}

TEST_P(EngagementTest, MessagesARequestThatWasClosedAndOpenedWhileItsMessageWasUnderWay) {
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  int times = 0;
  channel.before = [&](const OutgoingMessage&) {
    if (times++ > 0) return;
    request(1, "A", 0, RequestStatus::cancelled);
    request(1, "A");
  };
  run();
  EXPECT_EQ(times, 2);
  EXPECT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(told(1).back(), "Sent");
}

TEST_P(EngagementTest, TellsOpenedAndClickedOnceAndLeadsToTheProduct) {
  ASSERT_TRUE(
      box_->import_file(write_feed("SkuID|ProductName|ProductLink|InStock|ATS\n"
                                   "A|Coat|https://shop.example/products/A?x=1&y=2|Y|3\n")));
  request(1, "A");
  run();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_EQ(channel.sent[0].subject, "Coat");
  EXPECT_EQ(call("HEAD", link(3)).status, 200);
  EXPECT_THAT(told(1), ElementsAre("Queued", "Sent"));
  EXPECT_EQ(call("GET", link(3)).status, 200);
  EXPECT_EQ(call("GET", link(3)).status, 200);
  const auto clicked = call("GET", link(1));
  EXPECT_EQ(clicked.status, 302);
  EXPECT_THAT(clicked.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                   "Location", "https://shop.example/products/A?x=1&y=2")));
  call("GET", link(1));
  EXPECT_THAT(told(1), ElementsAre("Queued", "Sent", "Opened", "Clicked"));
  EXPECT_EQ(call("GET", "/c/" + link(3).substr(3)).status, 404) << "a token is good for its kind";
  EXPECT_THAT(call("GET", "/api/v1/deliveries").body, HasSubstr("\"state\":\"sent\""));
}

TEST_P(EngagementTest, NeverMessagesAnAddressThatUnsubscribed) {
  stock("A", 1);
  stock("B", 0);
  request(1, "A");
  ChangeBatch second;  // the same person, another item
  second.requests.push_back({RequestId{2}, ContactId{1001}, "B", "default", "en", 1,
                             RequestStatus::requested, clock.now(), false});
  ASSERT_TRUE(box_->apply(second));
  run();
  ASSERT_EQ(channel.sent.size(), 1u);
  EXPECT_THAT(call("GET", link(2)).body, HasSubstr("p…@example.com"));
  EXPECT_THAT(told(2), IsEmpty()) << "looking at the page changes nothing";
  const auto answer = call("POST", link(2), "List-Unsubscribe=One-Click");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(call("POST", link(2), "List-Unsubscribe=One-Click").status, 200);
  EXPECT_THAT(told(2), ElementsAre("Cancelled"));
  stock("B", 5);
  run();
  second.requests[0].id = RequestId{3};
  ASSERT_TRUE(box_->apply(second));
  open_box();  // known after a restart, too
  run();
  EXPECT_EQ(channel.sent.size(), 1u);
  EXPECT_THAT(told(3), ElementsAre("Cancelled"));
}

TEST_P(EngagementTest, ImportsAFeedAndTellsWhatItRefused) {
  stock("A", 0);
  request(1, "A");
  clock.advance(Duration(1000));
  const std::string feed =
      "SkuID|ProductName|InStock|ATS\nA|Coat|Y|3\n|Hat|Y|1\nB|Cap|maybe|1\nA|Coat|N|0\n";
  const auto id = box_->import_file(write_feed(feed));
  ASSERT_TRUE(id);
  run();
  EXPECT_EQ(channel.sent.size(), 1u);
  const auto path = "/api/v1/feed-imports/" + std::to_string(id->value);
  EXPECT_THAT(call("GET", path).body,
              HasSubstr("\"rows_read\":4,\"rows_changed\":1,\"rows_refused\":3"));
  const auto errors = call("GET", path + "/errors").body;
  EXPECT_THAT(errors, HasSubstr("{\"line\":3,\"reason\":\"sku-missing\""));
  EXPECT_THAT(errors, HasSubstr("{\"line\":4,\"reason\":\"InStock-invalid\""));
  EXPECT_THAT(errors, HasSubstr("{\"line\":5,\"reason\":\"sku-repeated\""));
  EXPECT_THAT(call("GET", "/api/v1/restocks").body, HasSubstr("\"source\":\"feed feed.psv\""));
  const auto again = box_->import_file(write_feed(feed));
  run();
  EXPECT_THAT(call("GET", "/api/v1/feed-imports/" + std::to_string(again->value)).body,
              HasSubstr("\"state\":\"duplicate\""));
  EXPECT_FALSE(box_->import_file(directory() / "feed.psv")) << "the file was taken";
}

TEST_P(EngagementTest, RunsAnImportAgainThatWasCutShort) {
  std::string feed = "SkuID|ProductName|InStock|ATS\n";
  for (int i = 0; i < 2500; ++i) feed += fmt::format("S{}|Item {}|Y|{}\n", i, i, i);
  const auto id = box_->import_file(write_feed(feed));
  ASSERT_TRUE(id);
  open_box();  // died before, or in the middle of, the import
  run();
  EXPECT_THAT(call("GET", "/api/v1/feed-imports/" + std::to_string(id->value)).body,
              HasSubstr("\"state\":\"completed\""));
  request(1, "S2400");
  run();
  EXPECT_EQ(channel.sent.size(), 1u);
}

// Who waits in which order, who is gone or unsubscribed by then, and who came after it was looked.
TEST_P(EngagementTest, WhoWaitsForALargeFeedEntersThroughWhatWasWrittenDown) {
  write_down_from = 1;
  open_box();
  ASSERT_TRUE(box_->import_file(write_feed("SkuID|InStock|ATS\nA|N|0\nB|N|0\nC|N|0\n")));
  run();
  request(1, "A", 5);
  request(2, "A", 10);
  request(3, "B");
  clock.advance(Duration(1000));
  ASSERT_TRUE(box_->import_file(write_feed("SkuID|InStock|ATS\nA|Y|3\nB|Y|1\nC|Y|1\n")));
  run();
  EXPECT_THAT(channel.recipients(),
              ElementsAre("p2@example.com", "p1@example.com", "p3@example.com"));
  EXPECT_EQ(told(2), (std::vector<std::string>{"Queued", "Sent"}));
  request(4, "C");
  run();
  EXPECT_EQ(channel.recipients().size(), 4u);
}

TEST_P(EngagementTest, KeepsNewerStockAgainstAnOlderFeed) {
  stock("A", 0);
  request(1, "A");
  ASSERT_TRUE(box_->import_file(write_feed("SkuID|InStock|ATS|StockTime\nA|Y|3|" +
                                           to_rfc3339(clock.now() - Duration(1)) + "\n")));
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
}

TEST_P(EngagementTest, WorksOnItsOwnThreadsWhenStarted) {
  std::mutex mutex;
  std::condition_variable changed;
  bool sent = false;
  box_->on_update([&] {
    const auto updates = box_->updates_after(0, 100);
    std::lock_guard lock(mutex);
    sent = updates && !updates->empty() && updates->back().status == RequestStatus::sent;
    changed.notify_all();
  });
  ASSERT_TRUE(box_->start());
  stock("A", 0);
  request(1, "A");
  stock("A", 1);
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(10), [&] { return sent; }));
  lock.unlock();
  box_->stop();
}

STOCKBELL_STORE_TESTS(EngagementTest);

}  // namespace
}  // namespace stockbell::engagement
