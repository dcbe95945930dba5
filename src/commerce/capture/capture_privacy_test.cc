// What commerce holds of a person, exported and erased, on both stores.
#include "commerce/capture/capture_privacy.h"

#include <gmock/gmock.h>

#include <future>

#include "platform/erasures/erasure_log.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Intake final : NotificationIntake {
  Result<IntakeReceipt> submit(const NotificationRequest& request) override {
    if (before) before();
    if (away) return fail(ErrorCode::unavailable, "crm-away", "away");
    submitted.push_back(request.email_normalized);
    return IntakeReceipt{};
  }
  std::function<void()> before;
  bool away = true;
  std::vector<std::string> submitted;
};

class CapturePrivacyTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(capture_store::migrations()));
    ASSERT_TRUE(db().migrate(erasures::migrations()));
  }
  void ask(const std::string& email, const std::string& sku) {
    auto request = parse_capture({{"email", email},
                                  {"sku", sku},
                                  {"first_name", "Ada"},
                                  {"phone", "+4930123"},
                                  {"consent_version", "v7"},
                                  {"page_url", "https://shop.example/p?who=" + email}},
                                 {.referer = "", .now = clock.now()});
    ASSERT_TRUE(request) << request.error().message;
    ASSERT_TRUE(capture.accept(*request));
  }

  // All requests of jdoe@gmail.com, as a version without the providers' rules stored them.
  void store_as(const std::string& normalized) {
    for (const auto* table : {"captured_request", "intake_outbox"}) {
      const auto text = std::string("UPDATE ") + table + " SET email_normalized = '" + normalized +
                        "' WHERE email_normalized = 'jdoe@gmail.com'";
      const db::Statement statement{"", text, text};
      ASSERT_TRUE(db().write([&](db::Session& session) { return session.execute(statement); }));
    }
  }

  Intake intake;
  CaptureService capture{
      db(), clock, random, ids, [](const std::string&) { return Result<bool>(true); }, &intake};
  CapturePersonalData personal{db(), clock, capture};
};

constexpr const char* kNothing = R"({"captured_requests":[],"waiting_for_crm":[]})";

TEST_P(CapturePrivacyTest, ExportsAndErasesWhatAnAddressHas) {
  ask("Ada@example.com", "S1");
  ask("ada@example.com", "S2");
  ask("bob@example.com", "S1");
  const auto all = personal.export_of("ada@example.com").value();
  for (const auto* part : {"Ada@example.com", "+4930123", "\"text_version\":\"v7\"",
                           "https://shop.example/p?who=", "\"state\":\"pending\"", "S1", "S2"})
    EXPECT_THAT(all, HasSubstr(part));
  EXPECT_THAT(all, Not(HasSubstr("bob@")));

  auto erased = personal.erase({"ada@example.com"}, {"er-1"});
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ((*erased)["captured_requests"], 2);
  EXPECT_EQ((*erased)["waiting_for_crm"], 2);
  EXPECT_EQ(personal.export_of("ada@example.com").value(), kNothing);
  EXPECT_EQ((*personal.erase({"ada@example.com"}, {"er-2"}))["captured_requests"], 0);
  EXPECT_THAT(personal.find_unerased({"er-1", "er-2", "er-3"}).value(), ElementsAre("er-3"));
  std::vector<std::string> left;
  ASSERT_TRUE(personal.for_each_address([&](std::string_view one) { left.emplace_back(one); }));
  EXPECT_THAT(left, ElementsAre("bob@example.com"));

  intake.away = false;
  ASSERT_TRUE(capture.hand_over());
  EXPECT_THAT(intake.submitted, ElementsAre("bob@example.com")) << "what waited does not leave";
}

TEST_P(CapturePrivacyTest, FindsRequestsFromBeforeTheProvidersRules) {
  ask("jdoe@gmail.com", "S1");
  ask("j.doe@gmail.com", "S2");
  store_as("j.doe@gmail.com");  // both, as an older version stored them
  ask("jdoe@gmail.com", "S1");  // taken, as it had another form: waits twice for one item
  ask("bob@example.com", "S1");
  EXPECT_EQ(capture.list_outbox(10)->size(), 4u);
  const auto all = personal.export_of("jdoe@gmail.com").value();
  EXPECT_THAT(all, HasSubstr("S2"));
  const auto waiting = capture.list_outbox(10).value();
  EXPECT_EQ(waiting.size(), 3u) << "of the two for S1 the older stays";
  auto erased = personal.erase({"jdoe@gmail.com"}, {"er-1"});
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ((*erased)["captured_requests"], 3);
  EXPECT_EQ((*erased)["waiting_for_crm"], 2);
  intake.away = false;
  ASSERT_TRUE(capture.hand_over());
  EXPECT_THAT(intake.submitted, ElementsAre("bob@example.com"));
}

TEST_P(CapturePrivacyTest, HandsOldRequestsOverUnderTodaysAddress) {
  ask("j.doe@gmail.com", "S1");
  store_as("j.doe@gmail.com");
  intake.away = false;
  ASSERT_TRUE(capture.hand_over());
  EXPECT_THAT(intake.submitted, ElementsAre("jdoe@gmail.com"));
}

TEST_P(CapturePrivacyTest, WaitsForTheRequestThatIsBeingHandedOver) {
  ask("ada@example.com", "S1");
  std::future<Result<ErasedRows>> erasing;
  intake.away = false;
  intake.before = [&] {
    erasing = std::async(std::launch::async,
                         [&] { return personal.erase({"ada@example.com"}, {"er-1"}); });
    EXPECT_EQ(erasing.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout)
        << "else the CRM would get it after its own erasure";
  };
  ASSERT_TRUE(capture.hand_over());
  ASSERT_TRUE(erasing.get());
  EXPECT_EQ(personal.export_of("ada@example.com").value(), kNothing);
}

STOCKBELL_STORE_TESTS(CapturePrivacyTest);

}  // namespace
}  // namespace stockbell::commerce
