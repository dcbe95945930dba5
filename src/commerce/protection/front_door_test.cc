#include "commerce/protection/front_door.h"

#include <gtest/gtest.h>

#include <list>

#include "commerce/protection/solve.h"
#include "support/scripted_server.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;
using Answer = Reception::Answer;

struct FrontDoorTest : ::testing::Test {
  ManualClock clock;
  SeededRandom random{1};
  Sites sites = Sites::one({});
  FrontDoorOptions options{.key32 = std::string(32, 'k')};
  std::unique_ptr<FrontDoor> door_;
  Knock knock;
  Reception held;  // what `knock` has views of

  FrontDoorTest() {
    knock.client_address = "192.0.2.1";
    knock.site = "default";
    knock.sku = "S1";
    knock.mailbox = "ann@example.com";
  }
  FrontDoor& door() {
    if (!door_) door_ = std::make_unique<FrontDoor>(options, sites, clock, random);
    return *door_;
  }
  Answer answer() { return (held = door().receive(knock)).answer; }
  std::string page_token(std::vector<std::string> skus = {"S1"}) {
    const auto token = door().page_tokens().issue("default", skus, clock.now());
    clock.advance(3s);
    return token;
  }
  // Every post for another mailbox, so that only the network's limits are felt.
  Answer next() {
    mailboxes_.push_back("p" + std::to_string(mailboxes_.size()) + "@example.com");
    knock.mailbox = mailboxes_.back();
    return answer();
  }
  std::uint64_t counted(std::string_view name) {
    for (auto [key, number] : door().counts())
      if (key == name) return number;
    return 999;
  }
  std::list<std::string> mailboxes_;
};

TEST_F(FrontDoorTest, TakesTheFirstPostsOfANetworkWithoutAToken) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(next(), Answer::let_in) << i;
  EXPECT_EQ(next(), Answer::ask);
  ASSERT_TRUE(held.challenge);
  knock.client_address = "192.0.2.2";
  EXPECT_EQ(next(), Answer::let_in);
  knock.client_address = "192.0.2.1";
  clock.advance(2min);
  EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::ask);
}

TEST_F(FrontDoorTest, TakesSolvedWorkOnce) {
  options.without_token.requests = 1;
  EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::ask);
  const auto challenge = *held.challenge;
  const auto solution = solve(challenge);
  knock.challenge = challenge.value;
  knock.solution = solution;
  EXPECT_EQ(answer(), Answer::let_in);
  EXPECT_EQ(counted("with_work"), 1u);
  EXPECT_EQ(next(), Answer::ask);  // replayed
  EXPECT_NE(held.challenge->value, challenge.value);
}

TEST_F(FrontDoorTest, AsksMoreOfANetworkThatMisbehaves) {
  options.without_token.requests = 1;
  EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_EQ(held.challenge->bits, 12);
  for (int i = 0; i < 60; ++i) next();
  EXPECT_EQ(held.challenge->bits, 17);
  clock.advance(24h);
  EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_EQ(held.challenge->bits, 12);
}

TEST_F(FrontDoorTest, APageTokenGivesTheLargerAllowance) {
  const auto token = page_token({"S1", "S2"});
  knock.page_token = token;
  knock.sku = "S2";
  for (int i = 0; i < 30; ++i) EXPECT_EQ(next(), Answer::let_in) << i;
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_EQ(counted("with_token"), 30u);
}

TEST_F(FrontDoorTest, ACachedPageCountsAsOneWithoutAToken) {
  const auto token = page_token();
  clock.advance(3h);
  knock.page_token = token;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(next(), Answer::let_in) << i;
  EXPECT_EQ(next(), Answer::ask);
  const auto fresh = held.page_token;
  clock.advance(3s);
  knock.page_token = fresh;
  EXPECT_EQ(next(), Answer::let_in);
}

TEST_F(FrontDoorTest, ATokenThatIsNotOfThisPageIsAskedForMore) {
  const auto token = page_token({"S9"});
  knock.page_token = token;
  EXPECT_EQ(next(), Answer::ask);
  knock.page_token = "forged";
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_GT(held.challenge->bits, 12);
  const auto early = door().page_tokens().issue("default", std::array<std::string, 1>{"S1"}, clock.now());
  knock.page_token = early;
  EXPECT_EQ(next(), Answer::ask);
}

TEST_F(FrontDoorTest, DropsWhoFillsTheHiddenField) {
  knock.hidden = "https://spam.example";
  EXPECT_EQ(next(), Answer::drop);
  EXPECT_EQ(counted("hidden_field"), 1u);
}

TEST_F(FrontDoorTest, AFormIsGivenATicketForOneMoreClick) {
  options.without_token.requests = 1;
  knock.entrance = Entrance::form;
  EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_FALSE(held.challenge);
  const auto ticket = held.ticket;
  const auto fresh = held.page_token;
  knock.ticket = ticket;
  knock.page_token = fresh;  // too young by itself: who clicks at once is not asked again
  EXPECT_EQ(answer(), Answer::let_in);
  knock.page_token = {};
  EXPECT_EQ(counted("with_click"), 1u);
  EXPECT_EQ(answer(), Answer::ask);  // once
  EXPECT_EQ(next(), Answer::ask);    // for its mailbox only
}

TEST_F(FrontDoorTest, ClicksAreLimitedToo) {
  options.without_token.requests = 1;
  options.clicks.requests = 2;
  knock.entrance = Entrance::form;
  EXPECT_EQ(next(), Answer::let_in);
  for (int i = 0; i < 2; ++i) {
    knock.ticket = {};
    EXPECT_EQ(next(), Answer::ask);
    const auto ticket = held.ticket;
    clock.advance(3s);
    knock.ticket = ticket;
    EXPECT_EQ(answer(), Answer::let_in) << i;
  }
  knock.ticket = {};
  EXPECT_EQ(next(), Answer::slow_down);
  EXPECT_GT(held.wait, 0s);
}

TEST_F(FrontDoorTest, AMailboxIsNotFloodedFromManyNetworks) {
  int let_in = 0, dropped = 0;
  for (int i = 0; i < 1000; ++i) {
    knock.client_address = "198.51." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    const auto got = answer();
    let_in += got == Answer::let_in;
    dropped += got == Answer::drop;
  }
  EXPECT_EQ(let_in, 10);
  EXPECT_EQ(dropped, 990);
  EXPECT_EQ(counted("mailbox_limit"), 990u);
  for (int hour = 0; hour < 24; ++hour) {  // and in a day thirty, and what a day pays back
    clock.advance(1h);
    for (int i = 0; i < 20; ++i) {
      knock.client_address = "203.0." + std::to_string(hour) + "." + std::to_string(i);
      let_in += answer() == Answer::let_in;
    }
  }
  EXPECT_LE(let_in, 60);
}

TEST_F(FrontDoorTest, ASiteHasItsOwnLimit) {
  Site busy;
  busy.requests_per_minute = 3;
  sites = Sites::one(busy);
  const auto token = page_token();
  knock.page_token = token;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::busy);
  EXPECT_EQ(held.wait, 20s);
}

TEST_F(FrontDoorTest, AShopsServerMeetsOnlyTheLimitsOfMailboxAndSite) {
  knock.with_key = true;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(next(), Answer::let_in);
  for (int i = 0; i < 20; ++i) answer();
  EXPECT_EQ(held.answer, Answer::drop);
  EXPECT_EQ(counted("with_key"), 109u);  // nine more for the last mailbox
}

TEST_F(FrontDoorTest, OneNetworkIsTurnedAwayInTheEnd) {
  for (int i = 0; i < 300; ++i) EXPECT_EQ(door().overrun("2001:db8:1:2::7"), 0ms);
  EXPECT_GT(door().overrun("2001:db8:1:2:ffff::9"), 0ms);  // the same /64
  EXPECT_EQ(door().overrun("2001:db8:1:3::7"), 0ms);
  EXPECT_EQ(door().overrun("192.0.2.9"), 0ms);
}

TEST_F(FrontDoorTest, DoesWithThrowAwayMailboxesWhatTheConfigurationSays) {
  knock.mailbox = "a@box.mailinator.com";
  EXPECT_EQ(answer(), Answer::ask);
  door_.reset();
  options.on_disposable = DisposableAction::refuse;
  EXPECT_EQ(answer(), Answer::refuse);
  EXPECT_EQ(held.error.field, "email");
  door_.reset();
  options.on_disposable = DisposableAction::allow;
  EXPECT_EQ(answer(), Answer::let_in);
}

TEST_F(FrontDoorTest, AnotherMakersSnippetIsLimitedButNotAsked) {
  knock.entrance = Entrance::klaviyo;
  for (int i = 0; i < 30; ++i) EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(next(), Answer::slow_down);
}

TEST_F(FrontDoorTest, ACaptchaTakesThePlaceOfWorkWhileItsProviderAnswers) {
  auto verdict = http::Response::json(200, R"({"success":true})");
  testing::ScriptedServer provider([&](const http::Request&) { return verdict; });
  options.captcha = {.verify_url = provider.url() + "/v", .secret = "s", .always = true};
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_FALSE(held.challenge);  // the captcha is asked for
  knock.captcha = "answer";
  EXPECT_EQ(next(), Answer::let_in);
  EXPECT_EQ(counted("with_captcha"), 1u);
  verdict = http::Response::json(200, R"({"success":false})");
  EXPECT_EQ(next(), Answer::ask);
  EXPECT_FALSE(held.challenge);
  provider.stop();
  EXPECT_EQ(next(), Answer::ask);
  ASSERT_TRUE(held.challenge);  // it is away: work does
  const auto challenge = *held.challenge;
  const auto solution = solve(challenge);
  knock.challenge = challenge.value;
  knock.solution = solution;
  EXPECT_EQ(next(), Answer::let_in);
}

}  // namespace
}  // namespace stockbell::commerce
