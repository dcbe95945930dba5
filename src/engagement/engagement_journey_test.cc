// Journeys on a whole box, on both stores, with a channel that remembers what left: what is
// published is what happens, and a restart between any two turns changes nothing.
#include <gmock/gmock.h>

#include "engagement/engagement_box.h"
#include "engagement/test_options.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Channel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      if (!still_wanted(message.id)) {
        report({message.id, DeliveryState::withdrawn, 0, ""});
        continue;
      }
      if (answer == DeliveryState::delivered)
        sent.push_back(message.to_address + " " + message.subject);
      if (answer == DeliveryState::delivered) last = message;
      report({message.id, answer, 250, "ok"});
    }
  }
  DeliveryState answer = DeliveryState::delivered;
  std::vector<std::string> sent;
  OutgoingMessage last;
};

constexpr const char* kReminding = R"("start":"recheck","steps":{
  "recheck":{"type":"recheck_stock","next":"email"},"email":{"type":"email","next":"sent"},
  "sent":{"type":"update_object","next":"wait"},"wait":{"type":"wait","duration":2,"unit":"days","next":"split"},
  "split":{"type":"engagement_split","email":"email","event":"clicked","next":"again"},
  "again":{"type":"recheck_stock","next":"reminder"},
  "reminder":{"type":"email","template":"back_in_stock_reminder","next":"told"},"told":{"type":"update_object"}})";

class JourneyTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    open_box();
    stock("A", 0);
  }
  void open_box() {
    box_.reset();
    auto options = test_options(directory());
    options.assets = [](std::string_view path) -> std::optional<std::string_view> {
      if (path == "messages/back_in_stock.subject.mustache") return "back";
      if (path == "messages/back_in_stock_reminder.subject.mustache") return "reminder";
      if (path.starts_with("messages/back_in_stock")) return "{{product_url}} {{unsubscribe_url}}";
      return find_test_asset(path);
    };
    auto made = EngagementBox::create(db(), clock, random, options, channel);
    ASSERT_TRUE(made) << made.error().message;
    box_ = std::move(*made);
  }
  void request(std::int64_t id, const std::string& site = "default", const std::string& sku = "A",
               RequestStatus status = RequestStatus::requested, const std::string& locale = "en") {
    ChangeBatch batch;
    batch.contacts.push_back(
        {ContactId{id + 1000}, "p" + std::to_string(id) + "@example.com", "Ada", "L", "", false});
    batch.requests.push_back(
        {RequestId{id}, ContactId{id + 1000}, sku, site, locale, 1, status, clock.now(), false});
    ASSERT_TRUE(box_->apply(batch));
  }
  void stock(const std::string& sku, std::int64_t ats) {
    clock.advance(Duration(1000));
    ASSERT_TRUE(box_->observe({{sku, ats > 0, ats, clock.now()}}));
  }
  // Every turn after a restart: what is not in the store is not there.
  void run() {
    ASSERT_NO_FATAL_FAILURE(open_box());
    const auto done = box_->run_due();
    ASSERT_TRUE(done) << done.error().message;
  }
  http::Response call(const std::string& method, const std::string& path,
                      const std::string& body = {}) {
    http::Router router;
    box_->add_routes(router);
    http::Request asked;
    asked.method = method;
    asked.path = path;
    asked.body = body;
    const auto match = router.find(method, path);
    if (!match.route) return http::Response::empty(404);
    asked.path_parameters = match.parameters;
    auto answer = match.route->handler(asked);
    return answer ? *answer : http::problem(answer.error());
  }
  void publish(const std::string& rest, const std::string& key = "back-in-stock") {
    const auto saved = call("POST", "/api/v1/journeys", R"({"key":")" + key + "\"," + rest + "}");
    ASSERT_EQ(saved.status, 201) << saved.body;
    const auto published = call("POST", "/api/v1/journeys/" + key + "/publish");
    ASSERT_EQ(published.status, 200) << published.body;
  }
  std::vector<std::string> told(std::int64_t request) {
    std::vector<std::string> statuses;
    const auto updates = box_->updates_after(0, 1000).value();
    for (const auto& update : updates)
      if (update.request.value == request) statuses.emplace_back(to_text(update.status));
    return statuses;
  }
  std::int64_t rows(const std::string& table) {
    const auto sql = "SELECT COUNT(*) FROM " + table;
    return db()
        .read([&](db::Session& session) { return session.query_one(db::Statement{"", sql, sql}); })
        .value()
        ->i64(0);
  }
  std::string path_of_link(int n) {
    std::istringstream words(channel.last.text);
    std::string word;
    for (int i = 0; i <= n; ++i) words >> word;
    return word.substr(std::string("https://shop.example").size());
  }

  Channel channel;
  std::unique_ptr<EngagementBox> box_;
};

TEST_P(JourneyTest, RemindsOnceAfterTheWaitAndOnlyWhileItIsThere) {
  publish(kReminding);
  request(1);
  stock("A", 5);
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p1@example.com back"));
  EXPECT_THAT(told(1), ElementsAre("Queued", "Sent"));
  clock.advance(hours(47));
  run();
  EXPECT_THAT(channel.sent, SizeIs(1));
  clock.advance(hours(2));
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p1@example.com back", "p1@example.com reminder"));
  EXPECT_THAT(channel.last.message_id, HasSubstr(".1@"));
  clock.advance(hours(100));
  run();
  EXPECT_THAT(channel.sent, SizeIs(2));
  EXPECT_THAT(told(1), ElementsAre("Queued", "Sent"));
  EXPECT_EQ(rows("journey_wait"), 0);
}

TEST_P(JourneyTest, RemindsNobodyWhoClickedUnsubscribedOrBoughtNorOfWhatIsGone) {
  publish(kReminding);
  for (int i = 1; i <= 4; ++i) request(i);
  request(5, "default", "B");
  stock("A", 5);
  stock("B", 5);
  run();
  ASSERT_THAT(channel.sent, SizeIs(5));
  // The last message was the fifth's.
  EXPECT_EQ(call("GET", path_of_link(0)).status, 302);
  request(1, "default", "A", RequestStatus::purchased);
  ASSERT_THAT(box_->run_due(), ::testing::Truly([](const auto& done) { return bool(done); }));
  clock.advance(hours(49));
  stock("A", 0);
  run();
  EXPECT_THAT(channel.sent, SizeIs(5)) << "clicked, bought, sold out";
  EXPECT_THAT(told(2), ElementsAre("Queued", "Sent")) << "nobody is in line again after a message";
  EXPECT_EQ(rows("journey_wait"), 0);
}

TEST_P(JourneyTest, KeepsWhoEnteredOnTheVersionEntered) {
  publish(kReminding);
  request(1);
  stock("A", 5);
  run();
  publish(
      R"("start":"r","steps":{"r":{"type":"recheck_stock","next":"e"},"e":{"type":"email","next":"s"},"s":{"type":"update_object"}})");
  request(2);
  run();
  clock.advance(hours(49));
  run();
  EXPECT_THAT(channel.sent,
              ElementsAre("p1@example.com back", "p2@example.com back", "p1@example.com reminder"));
}

TEST_P(JourneyTest, PausesQueuedMessagesAndWaitsAndGoesOnWhereItWas) {
  publish(kReminding);
  request(1);
  channel.answer = DeliveryState::retry;
  stock("A", 5);
  run();
  channel.answer = DeliveryState::delivered;
  ASSERT_EQ(call("POST", "/api/v1/journeys/back-in-stock/pause").status, 200);
  request(2);
  clock.advance(hours(1));
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
  ASSERT_EQ(call("POST", "/api/v1/journeys/back-in-stock/resume").status, 200);
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p1@example.com back", "p2@example.com back"));
}

TEST_P(JourneyTest, StopsAndGivesThePlacesBack) {
  publish(kReminding);
  request(1);
  stock("A", 5);
  run();  // waits for the reminder
  request(2);
  channel.answer = DeliveryState::retry;
  run();  // its message is queued
  ASSERT_EQ(call("POST", "/api/v1/journeys/back-in-stock/stop").status, 200);
  channel.answer = DeliveryState::delivered;
  clock.advance(hours(100));
  run();
  EXPECT_THAT(channel.sent, SizeIs(1));
  EXPECT_EQ(rows("journey_wait"), 0);
  EXPECT_THAT(told(2), ElementsAre("Queued", "Requested"));
  publish(kReminding);
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p1@example.com back", "p2@example.com back"));
}

TEST_P(JourneyTest, HoldsOutTheSameShareAndKeepsItsPlaces) {
  publish(std::string(kReminding) + R"(,"hold_out_percent":50)");
  for (int i = 1; i <= 40; ++i) request(i);
  stock("A", 50);
  run();
  const auto sent = channel.sent.size();
  EXPECT_GT(sent, 8u);
  EXPECT_LT(sent, 32u);
  const auto updates = box_->updates_after(0, 1000).value();
  EXPECT_EQ(
      std::ranges::count_if(
          updates, [](const StatusUpdate& one) { return one.reason.contains("held out of"); }),
      static_cast<std::ptrdiff_t>(40 - sent));
  stock("A", 0);
  stock("A", 50);
  run();
  EXPECT_EQ(channel.sent.size(), sent) << "at the next restock the same are held out";
  publish(kReminding);
  run();
  EXPECT_THAT(channel.sent, SizeIs(40)) << "who was held out may enter by the new rules";
}

TEST_P(JourneyTest, WaitsBeforeTheMessageAndGivesThePlaceBackWhenSoldOut) {
  publish(R"("start":"w","steps":{"w":{"type":"wait","duration":1,"unit":"hours","next":"r"},
    "r":{"type":"recheck_stock","next":"e"},"e":{"type":"email","next":"s"},"s":{"type":"update_object"}})");
  request(1);
  stock("A", 5);
  run();
  EXPECT_THAT(told(1), ElementsAre("Queued"));
  stock("A", 0);
  EXPECT_THAT(told(1), ElementsAre("Queued", "Requested"));
  clock.advance(hours(2));
  run();
  EXPECT_THAT(channel.sent, IsEmpty());
  stock("A", 5);
  run();
  clock.advance(hours(2));
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p1@example.com back"));
}

TEST_P(JourneyTest, KeepsToQuietHoursAndTheCapAcrossJourneys) {
  publish(std::string(
              R"("entry":{"skus":["B*"]},"priority":1,"frequency_cap":{"messages":1,"days":2},)") +
              kReminding,
          "capped");
  request(1);
  stock("A", 5);
  run();
  ASSERT_THAT(channel.sent, SizeIs(1));
  ChangeBatch batch;  // the same person asks for another item
  batch.requests.push_back({RequestId{2}, ContactId{1001}, "B1", "default", "en", 1,
                            RequestStatus::requested, clock.now(), false});
  ASSERT_TRUE(box_->apply(batch));
  stock("B1", 5);
  run();
  EXPECT_THAT(channel.sent, SizeIs(1));
  clock.advance(hours(49));
  run();
  EXPECT_THAT(channel.sent, SizeIs(2));
}

TEST_P(JourneyTest, TakesRequestsBySiteAndLeavesOthersInLine) {
  publish(std::string(R"("entry":{"sites":["uk"]},)") + kReminding);
  for (int i = 1; i <= 3; ++i) request(i, i == 2 ? "uk" : "de");
  stock("A", 5);
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p2@example.com back"));
  publish(kReminding, "all");
  run();
  EXPECT_THAT(channel.sent, SizeIs(3));
}

TEST_P(JourneyTest, SendsToSeedsInTestModeAndLetsTheOthersInLater) {
  publish(std::string(kReminding) + R"(,"test_mode":{"seeds":["P2@example.com"]})");
  for (int i = 1; i <= 3; ++i) request(i);
  stock("A", 5);
  run();
  EXPECT_THAT(channel.sent, ElementsAre("p2@example.com back"));
  publish(kReminding);
  run();
  EXPECT_THAT(channel.sent,
              ElementsAre("p2@example.com back", "p1@example.com back", "p3@example.com back"));
}

TEST_P(JourneyTest, CountsEveryStepWhereItIsDecided) {
  publish(kReminding);
  for (int i = 1; i <= 3; ++i) request(i);
  stock("A", 5);
  run();
  const auto waiting = call("GET", "/api/v1/journeys/back-in-stock/counts").body;
  for (const auto* part :
       {R"("step":"@entered","entered":3,"present":0)", R"("step":"email","entered":3,"present":0)",
        R"("step":"wait","entered":3,"present":3)"})
    EXPECT_THAT(waiting, HasSubstr(part));
  clock.advance(hours(49));
  run();
  const auto through = call("GET", "/api/v1/journeys/back-in-stock/counts").body;
  for (const auto* part :
       {R"("step":"wait","entered":3,"present":0)", R"("step":"reminder","entered":3,"present":0)",
        R"("step":"@done","entered":3,"present":0)"})
    EXPECT_THAT(through, HasSubstr(part));
  EXPECT_THAT(call("GET", "/api/v1/journeys").body, HasSubstr(R"("entered":3,"running":0)"));
}

STOCKBELL_STORE_TESTS(JourneyTest);

}  // namespace
}  // namespace stockbell::engagement
