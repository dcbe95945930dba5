// What Engagement holds of a person, exported and erased, on both stores, with a channel that
// remembers what left.
#include "engagement/engagement_privacy.h"

#include <gmock/gmock.h>

#include "engagement/engagement_box.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/messages/suppression_list.h"
#include "platform/crypto/crypto.h"
#include "engagement/test_options.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Channel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      if (before) before();
      if (!still_wanted(message.id)) {
        report({message.id, DeliveryState::withdrawn, 0, ""});
        continue;
      }
      if (answer == DeliveryState::delivered) recipients.push_back(message.to_address);
      report({message.id, answer, 250, "reply"});
    }
  }
  std::function<void()> before;
  DeliveryState answer = DeliveryState::delivered;
  std::vector<std::string> recipients;
};

class EngagementPrivacyTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    open_box();
  }
  void open_box() {
    box.reset();
    auto options = test_options(directory());
    options.assets = find_short_asset;
    auto made = EngagementBox::create(db(), clock, random, options, channel);
    ASSERT_TRUE(made) << made.error().message;
    box = std::move(*made);
  }
  // Contact 1 with requests of `skus`, ids from 10 on; contact 2 is somebody else, request 20.
  void apply(const std::string& email, const std::vector<std::string>& skus,
             std::int64_t contact = 1, bool deleted = false) {
    ChangeBatch batch;
    batch.contacts.push_back({ContactId{contact}, email, "Ada", "Byron", "+4930123", deleted});
    auto id = contact * 10;
    for (const auto& sku : skus)
      batch.requests.push_back({RequestId{id++}, ContactId{contact}, sku, "default", "en-GB", 1,
                                RequestStatus::requested, clock.now(), deleted});
    ASSERT_TRUE(box->apply(batch));
  }
  void stock(const std::string& sku, std::int64_t ats) {
    clock.advance(Duration(1000));
    ASSERT_TRUE(box->observe({{sku, ats > 0, ats, clock.now()}}));
  }
  void run() { ASSERT_TRUE(box->run_due()); }
  std::string exported(const std::string& address) {
    auto document = box->personal_data().export_of(address);
    return document ? *document : document.error().message;
  }
  ErasedRows erase(const std::string& address, const std::string& receipt = "er-1") {
    auto erased = box->personal_data().erase({address}, {receipt});
    EXPECT_TRUE(erased) << erased.error().message;
    return erased ? *erased : ErasedRows{};
  }
  std::int64_t rows(const std::string& table) {
    const auto sql = "SELECT COUNT(*) FROM " + table;
    const db::Statement count{"", sql, sql};
    return db()
        .read([&](db::Session& session) { return session.query_one(count); })
        .value()
        ->i64(0);
  }

  Channel channel;
  std::unique_ptr<EngagementBox> box;
};

constexpr const char* kNothing =
    R"({"contacts":[],"requests":[],"messages":[],"journey_entries":[],"notices":[],"data_extensions":[],"suppression":null})";

TEST_P(EngagementPrivacyTest, ExportsAndErasesWhatAnAddressHas) {
  stock("A", 0);
  stock("B", 0);
  apply("Ada.Byron@example.com", {"A", "B"});
  apply("bob@example.com", {"A"}, 2);
  stock("A", 5);
  run();
  ASSERT_EQ(channel.recipients.size(), 2u);
  const auto all = exported("ada.byron@example.com");
  for (const auto* part :
       {"Ada.Byron@example.com", "\"Byron\"", "+4930123", "\"stage\":\"waiting\"",
        "\"state\":\"sent\"", "\"journey\":\"back-in-stock\""})
    EXPECT_THAT(all, HasSubstr(part));
  EXPECT_THAT(all, Not(HasSubstr("bob@")));
  EXPECT_EQ(exported("nobody@example.com"), kNothing);

  auto erased = erase("ada.byron@example.com");
  EXPECT_EQ(erased["contacts"], 1);
  EXPECT_EQ(erased["requests"], 2);
  EXPECT_EQ(erased["messages"], 1);
  EXPECT_EQ(erased["journey_entries"], 1);
  EXPECT_EQ(erased["status_updates"], 2);
  EXPECT_EQ(exported("ada.byron@example.com"), kNothing);
  EXPECT_EQ(rows("message"), 1) << "the other person's";
  EXPECT_EQ(rows("ext_request"), 1);
  EXPECT_EQ(rows("journey_entry"), 1);
  EXPECT_EQ(rows("status_update"), 2);

  erased = erase("ada.byron@example.com", "er-2");
  EXPECT_EQ(erased["contacts"], 0) << "twice is fine";
  EXPECT_THAT(box->personal_data().find_unerased({"er-1", "er-2", "er-3"}).value(),
              ElementsAre("er-3"));
  std::vector<std::string> left;
  ASSERT_TRUE(box->personal_data().for_each_address(
      [&](std::string_view address) { left.emplace_back(address); }));
  EXPECT_THAT(left, ElementsAre("bob@example.com"));
}

TEST_P(EngagementPrivacyTest, DoesNotMessageWhoWasErasedWhileQueued) {
  stock("A", 0);
  apply("ada@example.com", {"A"});
  stock("A", 5);
  channel.answer = DeliveryState::retry;
  run();
  erase("ada@example.com");
  channel.answer = DeliveryState::delivered;
  clock.advance(std::chrono::hours(2));
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
}

TEST_P(EngagementPrivacyTest, DoesNotMessageWhoWasErasedWhileTheMessageWasLeased) {
  stock("A", 0);
  apply("ada@example.com", {"A"});
  stock("A", 5);
  channel.before = [&] { erase("ada@example.com"); };
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
  EXPECT_EQ(rows("message"), 0) << "the outcome does not bring the message back";
}

TEST_P(EngagementPrivacyTest, RemembersWhoUnsubscribedByADigestAlone) {
  SuppressionList list;
  ASSERT_TRUE(db().write([&](db::Session& session) {
    return list.add(session, address_key("ada@example.com"), "unsubscribed", clock.now());
  }));
  open_box();
  EXPECT_THAT(exported("ada@example.com"), HasSubstr("\"reason\":\"unsubscribed\""));
  apply("ada@example.com", {"A"});
  erase("ada@example.com");
  apply("ada@example.com", {"A"}, 3);  // asked again, by whomever
  stock("A", 5);
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
}

TEST_P(EngagementPrivacyTest, DropsTheCopiesOfWhatTheCrmHasDeleted) {
  stock("A", 0);
  apply("ada@example.com", {"A", "B"});
  stock("A", 5);
  channel.answer = DeliveryState::retry;
  run();  // one request is queued, one waits
  apply("", {"A", "B"}, 1, true);
  EXPECT_EQ(rows("ext_contact"), 0);
  EXPECT_EQ(rows("ext_request"), 0);
  EXPECT_EQ(exported("ada@example.com"), kNothing);
  channel.answer = DeliveryState::delivered;
  clock.advance(std::chrono::hours(2));
  stock("B", 5);
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
}

TEST_P(EngagementPrivacyTest, AContactThatIsMergedAwayLeavesItsPlaceInLineToTheOther) {
  stock("A", 0);
  apply("ada@example.com", {"A"});
  ChangeBatch merged;
  merged.contacts = {{ContactId{1}, "", "", "", "", true},
                     {ContactId{5}, "ada@example.org", "Ada", "Byron", "", false}};
  merged.requests = {{RequestId{10}, ContactId{5}, "A", "default", "en", 1,
                      RequestStatus::requested, clock.now(), false}};
  ASSERT_TRUE(box->apply(merged));
  stock("A", 5);
  run();
  EXPECT_THAT(channel.recipients, ::testing::ElementsAre("ada@example.org"));
}

TEST_P(EngagementPrivacyTest, KeepsThePlaceWhenTheMergeArrivesInTwoBatchesDeletionFirst) {
  stock("A", 0);
  apply("ada@example.com", {"A", "B"});
  stock("A", 5);
  channel.answer = DeliveryState::retry;
  run();  // one request is queued, one waits
  ChangeBatch deletion;
  deletion.contacts = {{ContactId{1}, "", "", "", "", true}};
  ASSERT_TRUE(box->apply(deletion));
  channel.answer = DeliveryState::delivered;
  clock.advance(std::chrono::hours(2));
  stock("B", 5);
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
  EXPECT_EQ(box->updates_after(0, 10)->back().status, RequestStatus::requested);
  ChangeBatch moved;
  for (const auto id : {10, 11})
    moved.requests.push_back({RequestId{id}, ContactId{5}, id == 10 ? "A" : "B", "default", "en", 1,
                              RequestStatus::requested, clock.now(), false});
  ASSERT_TRUE(box->apply(moved));
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
  ChangeBatch survivor;
  survivor.contacts = {{ContactId{5}, "ada@example.org", "Ada", "Byron", "", false}};
  ASSERT_TRUE(box->apply(survivor));
  run();
  EXPECT_THAT(channel.recipients, ElementsAre("ada@example.org", "ada@example.org"));
}

TEST_P(EngagementPrivacyTest, SendsAQueuedMessageToTheContactItsRequestMovedTo) {
  stock("A", 0);
  apply("ada@example.com", {"A"});
  stock("A", 5);
  channel.answer = DeliveryState::retry;
  run();
  ChangeBatch merged;
  merged.contacts = {{ContactId{1}, "", "", "", "", true},
                     {ContactId{5}, "ada@example.org", "Ada", "Byron", "", false}};
  merged.requests = {{RequestId{10}, ContactId{5}, "A", "default", "en", 1, RequestStatus::queued,
                      clock.now(), false}};
  ASSERT_TRUE(box->apply(merged));
  channel.answer = DeliveryState::delivered;
  clock.advance(std::chrono::hours(2));
  run();
  EXPECT_THAT(channel.recipients, ElementsAre("ada@example.org"));
}

TEST_P(EngagementPrivacyTest, HoldsAMessageBackWhoseContactGoesWhileItIsLeased) {
  stock("A", 0);
  apply("ada@example.com", {"A"});
  stock("A", 5);
  channel.before = [&] {
    ChangeBatch deletion;
    deletion.contacts = {{ContactId{1}, "", "", "", "", true}};
    ASSERT_TRUE(box->apply(deletion));
  };
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
  channel.before = {};
  apply("ada@example.com", {});  // undeleted
  run();
  EXPECT_THAT(channel.recipients, ElementsAre("ada@example.com"));
}

TEST_P(EngagementPrivacyTest, WhoUnsubscribedBeforeTheProvidersRulesWereKnownStaysUnsubscribed) {
  const auto old_key = crypto::sha256_hex("j.doe@gmail.com");
  apply("j.doe@gmail.com", {"A"});
  ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
    static const std::string forget = "DELETE FROM ext_step",
                             before = "UPDATE ext_contact SET address_key = $1 WHERE id = 1";
    SB_CHECK(session.execute({"", forget, forget}));
    SB_CHECK(session.execute({"", before, before}, db::Params{old_key}));
    SuppressionList list;
    return list.add(session, old_key, "unsubscribed", clock.now());
  }));
  open_box();
  apply("J.Doe@gmail.com", {"A"}, 1);
  stock("A", 5);
  run();
  EXPECT_THAT(channel.recipients, IsEmpty());
}

TEST_P(EngagementPrivacyTest, ARequestThatWasMessagedAndComesBackIsNotMessagedAgain) {
  stock("A", 5);
  apply("ada@example.com", {"A"});
  run();
  ASSERT_EQ(channel.recipients.size(), 1u);
  apply("ada@example.com", {"A"}, 1, true);
  apply("ada@example.com", {"A"});
  stock("A", 0);
  stock("A", 5);
  run();
  EXPECT_EQ(channel.recipients.size(), 1u);
}

STOCKBELL_STORE_TESTS(EngagementPrivacyTest);

}  // namespace
}  // namespace stockbell::engagement
