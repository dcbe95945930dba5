#include "commerce/protection/captcha.h"

#include <gtest/gtest.h>

#include <future>

#include "support/scripted_server.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

const Time kNow = from_ms(1'800'000'000'000);

struct CaptchaTest : ::testing::Test {
  http::Response reply = http::Response::json(200, R"({"success":true})");
  testing::ScriptedServer provider{[this](const http::Request&) { return reply; }};
  Captcha captcha{{provider.url() + "/siteverify", "s&cret", "cf-turnstile-response", false, 10s}};
};

TEST_F(CaptchaTest, AsksAsTheProvidersSay) {
  EXPECT_EQ(captcha.verify("answer+1", "2001:db8::1", kNow), CaptchaState::passed);
  const auto request = provider.seen().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/siteverify");
  EXPECT_EQ(request.header("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.body, "secret=s%26cret&response=answer%2B1&remoteip=2001%3Adb8%3A%3A1");
  reply = http::Response::json(200, R"({"success":false,"error-codes":["timeout-or-duplicate"]})");
  EXPECT_EQ(captcha.verify("answer", "192.0.2.1", kNow), CaptchaState::failed);
  EXPECT_EQ(captcha.verify("", "192.0.2.1", kNow), CaptchaState::missing);
  EXPECT_EQ(captcha.verify(std::string(9000, 'x'), "192.0.2.1", kNow), CaptchaState::failed);
  EXPECT_EQ(provider.seen().size(), 2u);
}

TEST_F(CaptchaTest, AProviderThatIsAwayIsLeftAloneForAWhile) {
  provider.stop();
  EXPECT_EQ(captcha.verify("answer", "192.0.2.1", kNow), CaptchaState::away);
  provider.start();
  EXPECT_TRUE(captcha.away(kNow + 29s));
  EXPECT_EQ(captcha.verify("answer", "192.0.2.1", kNow + 29s), CaptchaState::away);
  EXPECT_EQ(captcha.verify("answer", "192.0.2.1", kNow + 30s), CaptchaState::passed);
}

TEST_F(CaptchaTest, WhatIsNoVerdictCountsAsAway) {
  for (auto bad : {http::Response::json(500, R"({"success":true})"),
                   http::Response::text(200, "fine"), http::Response::json(200, "{}"),
                   http::Response::json(200, R"({"success":"yes"})"),
                   http::Response::json(200, R"({"success":false,"error-codes":["invalid-input-secret"]})")}) {
    reply = bad;
    Captcha fresh{{provider.url() + "/v", "s", "f", false, 10s}};
    EXPECT_EQ(fresh.verify("answer", "192.0.2.1", kNow), CaptchaState::away) << bad.body;
  }
}

TEST_F(CaptchaTest, DoesNotWaitLongerThanItsTimeOut) {
  std::promise<void> release;
  auto held = release.get_future().share();
  testing::ScriptedServer slow([&](const http::Request&) {
    held.wait();
    return reply;
  });
  Captcha impatient{{slow.url() + "/v", "s", "f", false, 200ms}};
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(impatient.verify("answer", "192.0.2.1", kNow), CaptchaState::away);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  release.set_value();
}

TEST_F(CaptchaTest, WithoutAnAddressThereIsNone) {
  Captcha none{{}};
  EXPECT_FALSE(none.configured());
  EXPECT_EQ(none.verify("answer", "192.0.2.1", kNow), CaptchaState::missing);
}

}  // namespace
}  // namespace stockbell::commerce
