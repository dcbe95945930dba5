// A whole box that people wait at, with a channel that remembers what left: for the tests of
// allocation.
#pragma once
#include <gmock/gmock.h>

#include "engagement/allocation/wave_store.h"
#include "engagement/engagement_box.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/test_options.h"
#include "support/store.h"

namespace stockbell::engagement::allocation_tests {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Channel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      const auto became = still_wanted(message.id) ? answer : DeliveryState::withdrawn;
      if (became == DeliveryState::delivered) invited.push_back(message.to_address);
      report({message.id, became, 250, "reply"});
    }
  }
  DeliveryState answer = DeliveryState::delivered;
  std::vector<std::string> invited;  // in the order in which messages left
};

// What the synchronisation leaves, written at once: ten thousand of them one by one take their
// time.
inline constexpr db::Statement kContact{
    "allocation_test.contact",
    "INSERT INTO ext_contact (id, email, address_key, first_name, last_name, phone) "
    "VALUES ($1, $2, $3, 'Ada', 'L', '')",
    "INSERT INTO ext_contact (id, email, address_key, first_name, last_name, phone) "
    "VALUES ($1, $2, $3, 'Ada', 'L', '')"};
inline constexpr db::Statement kRequest{
    "allocation_test.request",
    "INSERT INTO ext_request (id, contact_id, sku, site, locale, quantity, status, stage, "
    "requested_at, synchronized_at, asked_at) "
    "VALUES ($1, $1, 'A', 'default', 'en-GB', 1, 'Requested', 'waiting', $2, $2, $2)",
    "INSERT INTO ext_request (id, contact_id, sku, site, locale, quantity, status, stage, "
    "requested_at, synchronized_at, asked_at) "
    "VALUES ($1, $1, 'A', 'default', 'en-GB', 1, 'Requested', 'waiting', $2, $2, $2)"};

class AllocationTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    policy.rule = AllocationRule::units;
    policy.factor_percent = 200;
    open_box();
  }
  void open_box() {
    box.reset();
    auto options = test_options(directory());
    options.assets = find_short_asset;
    options.allocation = policy;
    auto made = EngagementBox::create(db(), clock, random, options, channel);
    ASSERT_TRUE(made) << made.error().message;
    box = std::move(*made);
  }
  void crash() {
    box.reset();
    close_stores();
    open_box();
  }

  // The n-th of the line waits for so many minutes less than n days.
  SyncedRequest nth(int n, RequestStatus status = RequestStatus::requested, int quantity = 1) {
    return {RequestId{id_of(n)},
            ContactId{id_of(n)},
            "A",
            "default",
            "en-GB",
            quantity,
            status,
            since - hours(24) - minutes(20'000 - n),
            false};
  }
  // Ids say nothing about the place in line.
  static std::int64_t id_of(int n) { return 1 + n * 7919LL % 100'003; }
  static std::string person(int n) { return fmt::format("p{}@example.com", n); }
  static std::vector<std::string> people(int first, int last) {
    std::vector<std::string> all;
    for (int n = first; n <= last; ++n) all.push_back(person(n));
    return all;
  }
  void line_up(int first, int last) {
    ChangeBatch batch;
    for (int n = last; n >= first; --n) {
      batch.contacts.push_back({ContactId{id_of(n)}, person(n), "Ada", "L", "", false});
      batch.requests.push_back(nth(n));
    }
    ASSERT_TRUE(box->apply(batch));
  }
  void line_up_at_once(int last) {
    std::vector<db::Params> contacts, requests;
    for (int n = last; n >= 1; --n) {
      contacts.push_back({id_of(n), person(n), address_key(person(n))});
      requests.push_back({id_of(n), to_ms(nth(n).requested_at)});
    }
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      SB_CHECK(session.execute_batch(kContact, contacts));
      SB_CHECK(session.execute_batch(kRequest, requests));
      return {};
    }));
  }
  void tell(const SyncedRequest& request) {
    ChangeBatch batch;
    batch.requests.push_back(request);
    ASSERT_TRUE(box->apply(batch));
  }
  void stock(std::int64_t units) {
    clock.advance(Duration(1000));
    ASSERT_TRUE(box->observe({{"A", units > 0, units, clock.now()}}));
  }
  void run() {
    const auto done = box->run_due();
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<std::string> invited_now() {
    channel.invited.clear();
    run();
    return channel.invited;
  }
  // "wave: units/open -> invited" of the newest restock.
  std::vector<std::string> waves() {
    const auto all = db().read([](db::Session& session) {
      return WaveStore().list(session, std::numeric_limits<std::int64_t>::max(), "A", 1);
    });
    std::vector<std::string> texts;
    for (const auto& wave : *all)
      texts.push_back(fmt::format("{}: {}/{} -> {}", wave.number, wave.units,
                                  wave.open_units.value_or(-1), wave.invited));
    return texts;
  }
  http::Response restocks() {
    http::Router router;
    box->add_routes(router);
    http::Request asked;
    asked.method = "GET";
    asked.path = "/api/v1/restocks";
    return router.find("GET", asked.path).route->handler(asked).value();
  }

  void publish(const std::string& json) {
    http::Router router;
    box->add_routes(router);
    const auto call = [&](const char* method, const std::string& path, const std::string& body) {
      http::Request request;
      request.method = method;
      request.path = path;
      request.body = body;
      auto found = router.find(method, path);
      request.path_parameters = found.parameters;
      const auto answer = found.route->handler(request);
      ASSERT_TRUE(answer) << answer.error().message;
      ASSERT_LT(answer->status, 300) << answer->body;
    };
    call("POST", "/api/v1/journeys", json);
    call("POST", "/api/v1/journeys/back-in-stock/publish", "");
  }

  const Time since = clock.now();
  AllocationPolicy policy;
  Channel channel;
  std::unique_ptr<EngagementBox> box;
};

}  // namespace stockbell::engagement::allocation_tests
