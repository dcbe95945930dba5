// Both channels: SMTP into Postfix's smtp-sink and a whole Postfix, the local mailbox on both
// stores.
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "channels/email/mailbox_privacy.h"
#include "channels/email/outbox_channel.h"
#include "channels/email/smtp_channel.h"
#include "support/mail_server.h"
#include "support/store.h"

namespace stockbell::channels {
namespace {

using testing::SmtpSink;

std::vector<OutgoingMessage> messages(int count) {
  std::vector<OutgoingMessage> list;
  for (int i = 1; i <= count; ++i) {
    OutgoingMessage message;
    message.id = MessageId{i};
    message.message_id = "m" + std::to_string(i) + "@shop.example";
    message.from = "Shop <shop@shop.example>";
    message.to_address = "c" + std::to_string(i) + "@example.com";
    message.return_path = "bounce@shop.example";
    message.subject = "Wieder da: Größe 38";
    message.text = "text\n";
    message.html = "<p>html</p>\n";
    list.push_back(message);
  }
  return list;
}

struct Reports {
  std::mutex mutex;
  std::map<std::int64_t, std::vector<DeliveryOutcome>> of;
  std::function<void(DeliveryOutcome)> take() {
    return [this](DeliveryOutcome outcome) {
      std::lock_guard lock(mutex);
      of[outcome.id.value].push_back(outcome);
    };
  }
  int count(DeliveryState state) const {
    int found = 0;
    for (const auto& [id, outcomes] : of) {
      EXPECT_EQ(outcomes.size(), 1u) << "message " << id << " was reported more than once";
      found += outcomes[0].state == state;
    }
    return found;
  }
};

std::unique_ptr<SmtpChannel> channel(int port, int connections = 4, int per_connection = 1000) {
  SmtpChannelOptions options;
  options.target = *smtp::parse_url("smtp://127.0.0.1:" + std::to_string(port));
  options.connections = connections;
  options.messages_per_connection = per_connection;
  options.timeouts = {std::chrono::seconds(5), std::chrono::seconds(5), std::chrono::seconds(5)};
  return *SmtpChannel::create(options);
}

const auto kWanted = [](MessageId) { return true; };

TEST(SmtpChannel, DeliversEachMessageOnce) {
  SmtpSink sink;
  auto sender = channel(sink.port(), 4, 7);
  Reports reports;
  sender->deliver(messages(100), kWanted, reports.take());
  sender->deliver({}, kWanted, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::delivered), 100);
  ASSERT_TRUE(testing::eventually([&] { return sink.messages().size() == 100; }));
}

TEST(SmtpChannel, WithdrawsWhatIsNoLongerWanted) {
  SmtpSink sink;
  auto sender = channel(sink.port());
  Reports reports;
  sender->deliver(messages(20), [](MessageId id) { return id.value % 2 == 0; }, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::withdrawn), 10);
  EXPECT_EQ(reports.count(DeliveryState::delivered), 10);
}

TEST(SmtpChannel, MapsTheServersWord) {
  struct Case {
    std::vector<std::string> options;
    DeliveryState state;
  };
  for (const auto& [options, state] :
       std::vector<Case>{{{"-f", "RCPT"}, DeliveryState::refused},
                         {{"-r", "RCPT"}, DeliveryState::retry},
                         {{"-r", "."}, DeliveryState::retry},
                         {{"-f", "."}, DeliveryState::refused},
                         {{"-Q", "DATA"}, DeliveryState::retry},
                         {{"-q", "."}, DeliveryState::retry},
                         {{"-f", "CONNECT"}, DeliveryState::retry}}) {
    SmtpSink sink(options);
    Reports reports;
    channel(sink.port())->deliver(messages(12), kWanted, reports.take());
    EXPECT_EQ(reports.count(state), 12) << options[0] << options[1];
    bool doubt = options[0] == "-q";
    for (const auto& [id, outcome] : reports.of)
      EXPECT_EQ(outcome[0].detail.starts_with("in doubt"), doubt) << outcome[0].detail;
  }
}

TEST(SmtpChannel, ReportsAllAtOnceWhenNobodyListens) {
  Reports reports;
  channel(testing::free_port())->deliver(messages(500), kWanted, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::retry), 500);
  EXPECT_NE(reports.of[1][0].detail, "");
}

TEST(SmtpChannel, CarriesOnWhereARelayEndsSessionsEarly) {
  using Server = testing::ScriptedServer;
  Server::Script two{{"", "220 h\r\n"}, {"EHLO", "250-h\r\n250 PIPELINING\r\n"}};
  for (int i = 0; i < 2; ++i) {
    two.push_back({"DATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"});
    two.push_back({"\r\n.\r\n", "250 queued\r\n"});
  }
  auto busy = two;
  busy.push_back({"DATA\r\n", "421 enough\r\n"});
  Server server(std::vector<Server::Script>{busy, two});
  Reports reports;
  channel(server.port(), 1)->deliver(messages(4), kWanted, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::delivered), 4);
}

TEST(SmtpChannel, RefusesWhatCannotBeWritten) {
  SmtpSink sink;
  auto list = messages(3);
  list[1].to_address = "a@b.c\r\nRCPT TO:<x@y.z>";
  Reports reports;
  channel(sink.port())->deliver(list, kWanted, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::refused), 1);
  EXPECT_EQ(reports.count(DeliveryState::delivered), 2);
}

TEST(SmtpChannel, DetailShowsNoAddress) {
  EXPECT_EQ(safe_detail("550 5.1.1 <ann@example.com>: no\r\nsuch user"),
            "550 5.1.1 <address> no??such user");
  EXPECT_EQ(safe_detail(std::string(1000, 'x')).size(), 200u);
}

TEST(SmtpChannel, ReachesAMaildirThroughPostfix) {
  if (!testing::Postfix::is_possible()) GTEST_SKIP() << "needs root and Postfix";
  testing::Postfix postfix, other;
  ASSERT_TRUE(postfix.started() && other.started());
  auto list = messages(30);
  list[0].to_address =
      "j\xC3\xB6rg@b\xC3\xBC"
      "cher.example";
  list[1].to_address =
      "joe@b\xC3\xBC"
      "cher.example";
  Reports reports;
  channel(postfix.port())->deliver(list, kWanted, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::delivered), 30) << postfix.log();
  ASSERT_TRUE(testing::eventually([&] { return postfix.messages().size() == 30; }))
      << postfix.log();
  EXPECT_TRUE(other.messages().empty());
  int with_alabel = 0;
  for (const auto& mail : postfix.messages()) {
    EXPECT_NE(mail.find("Return-Path: <bounce@shop.example>"), mail.npos) << mail;
    with_alabel += mail.find("X-Original-To: joe@xn--bcher-kva.example") != mail.npos ||
                   mail.find("Delivered-To: joe@xn--bcher-kva.example") != mail.npos;
  }
  EXPECT_EQ(with_alabel, 1);
}

class OutboxTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(OutboxChannel::migrations())); }
};

TEST_P(OutboxTest, KeepsEachMessageOnce) {
  OutboxChannel outbox(db(), clock, random);
  Reports first, again;
  outbox.deliver(messages(150), kWanted, first.take());
  outbox.deliver(messages(150), kWanted, again.take());
  EXPECT_EQ(first.count(DeliveryState::delivered), 150);
  EXPECT_EQ(again.count(DeliveryState::delivered), 150);
  auto all = outbox.list(1000);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->size(), 150u);
  EXPECT_EQ(all->front().message_id, "m150@shop.example");
  auto raw = outbox.get(all->front().id);
  ASSERT_TRUE(raw);
  EXPECT_NE(raw->raw.find("Message-ID: <m150@shop.example>"), std::string::npos);
  EXPECT_EQ(outbox.list(10, 0, "c3@example.com")->size(), 1u);
  EXPECT_EQ(outbox.get(1).error().code, ErrorCode::not_found);
}

TEST_P(OutboxTest, WithdrawsAndRefuses) {
  OutboxChannel outbox(db(), clock, random);
  auto list = messages(3);
  list[0].from = "nobody";
  Reports reports;
  outbox.deliver(list, [](MessageId id) { return id.value != 2; }, reports.take());
  EXPECT_EQ(reports.of[1][0].state, DeliveryState::refused);
  EXPECT_EQ(reports.of[2][0].state, DeliveryState::withdrawn);
  EXPECT_EQ(reports.of[3][0].state, DeliveryState::delivered);
  EXPECT_EQ(outbox.list(10)->size(), 1u);
}

TEST_P(OutboxTest, SaysRetryWhenTheStoreFails) {
  OutboxChannel outbox(db("empty"), clock, random);  // its table is missing
  Reports reports;
  outbox.deliver(messages(2), kWanted, reports.take());
  EXPECT_EQ(reports.count(DeliveryState::retry), 2);
}

TEST_P(OutboxTest, AnswersTheConsole) {
  OutboxChannel outbox(db(), clock, random);
  http::Router router;
  outbox.add_routes(router);
  Reports reports;
  outbox.deliver(messages(3), kWanted, reports.take());
  http::Request request;
  request.query = {{"limit", "2"}};
  auto list = router.find("GET", "/api/v1/mailbox").route->handler(request);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->body.find("c1@example.com"), std::string::npos);
  EXPECT_NE(list->body.find("\"recipient\":\"c2@example.com\""), std::string::npos) << list->body;
  EXPECT_NE(list->body.find("\"next_cursor\":\""), std::string::npos) << list->body;
  auto id = std::to_string(outbox.list(1)->front().id);
  auto match = router.find("GET", "/api/v1/mailbox/" + id);
  EXPECT_EQ(match.route->least, http::Role::readonly);
  request.path_parameters = match.parameters;
  auto one = match.route->handler(request);
  ASSERT_TRUE(one);
  EXPECT_NE(one->body.find("\"text\":\"text\\n\""), std::string::npos) << one->body;
  EXPECT_NE(one->body.find("Wieder da: Größe 38"), std::string::npos) << one->body;
  request.path_parameters["id"] = "x";
  EXPECT_EQ(match.route->handler(request).error().code, ErrorCode::not_found);
}

TEST_P(OutboxTest, ExportsAndErasesTheMessagesToAnAddress) {
  OutboxChannel outbox(db(), clock, random);
  MailboxPersonalData personal(outbox);
  auto list = messages(4);
  list[0].to_address = "Ada@example.com";
  list[1].to_address = "ada@example.com";
  Reports reports;
  outbox.deliver(list, kWanted, reports.take());
  auto all = personal.export_of("ada@example.com").value();
  EXPECT_NE(all.find("\"recipient\":\"Ada@example.com\""), all.npos);
  EXPECT_NE(all.find("Wieder da"), all.npos) << "the whole message";
  EXPECT_EQ(all.find("c3@example.com"), all.npos);
  EXPECT_EQ((*personal.erase({"ada@example.com"}, {"er-1"}))["messages"], 2);
  EXPECT_EQ((*personal.erase({"ada@example.com"}, {"er-2"}))["messages"], 0);
  EXPECT_EQ(personal.export_of("ada@example.com").value(), R"({"messages":[]})");
  EXPECT_EQ(personal.find_unerased({"er-1", "er-3"}).value(), std::vector<std::string>{"er-3"});
  std::set<std::string> left;
  ASSERT_TRUE(personal.for_each_address([&](std::string_view one) { left.emplace(one); }));
  EXPECT_EQ(left, (std::set<std::string>{"c3@example.com", "c4@example.com"}));
}

TEST_P(OutboxTest, ErasesAMessageThatWasStillWantedAMomentAgo) {
  OutboxChannel outbox(db(), clock, random);
  MailboxPersonalData personal(outbox);
  std::thread erasing;
  Reports reports;
  outbox.deliver(
      messages(1),
      [&](MessageId) {
        erasing = std::thread(
            [&] { EXPECT_EQ((*personal.erase({"c1@example.com"}, {"er-1"}))["messages"], 1); });
        return true;
      },
      reports.take());
  erasing.join();
  EXPECT_TRUE(outbox.list(10)->empty());
}

STOCKBELL_STORE_TESTS(OutboxTest);

}  // namespace
}  // namespace stockbell::channels
