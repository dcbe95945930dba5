// The client against Postfix's smtp-sink and its failure options, a whole Postfix with TLS, and
// servers that misbehave.
#include "platform/smtp/connection.h"

#include <gtest/gtest.h>

#include "support/mail_server.h"

namespace stockbell::smtp {
namespace {

using testing::Postfix;
using testing::ScriptedServer;
using testing::SmtpSink;
using Scripts = std::vector<ScriptedServer::Script>;

const Envelope kEnvelope{"bounce@shop.example", "ann@example.com"};
const std::string kMessage = "Subject: x\r\n\r\n.dot\r\n..\r\nend\r\n";
const auto kWanted = [] { return true; };
const std::string kEhlo = "250-h\r\n250-PIPELINING\r\n250 8BITMIME\r\n";

Result<std::unique_ptr<Connection>> open(int port, const std::string& extra = "",
                                         const std::string& login = "") {
  auto target = parse_url("smtp://" + login + "127.0.0.1:" + std::to_string(port) + extra);
  if (!target) return std::unexpected(target.error());
  using std::chrono::milliseconds;
  auto client = Client::create(*target, "shop.example",
                               {milliseconds(5000), milliseconds(5000), milliseconds(5000)});
  if (!client) return std::unexpected(client.error());
  return client->connect();
}

Outcome send_to(SmtpSink& sink, const Envelope& envelope = kEnvelope) {
  auto connection = open(sink.port());
  if (!connection) return {Fate::lost, -1, connection.error().message};
  auto outcome = (*connection)->send(envelope, kMessage, kWanted);
  (*connection)->quit();
  return outcome;
}

TEST(SmtpConnection, DeliversManyOverOneSession) {
  for (const auto& options : {std::vector<std::string>{}, {"-p"}, {"-e"}, {"-p", "-8"}}) {
    SmtpSink sink(options);
    auto connection = open(sink.port());
    ASSERT_TRUE(connection) << connection.error().message;
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ((*connection)->send(kEnvelope, kMessage, kWanted).fate, Fate::accepted);
    EXPECT_TRUE((*connection)->is_usable());
    (*connection)->quit();
    ASSERT_TRUE(testing::eventually([&] { return sink.messages().size() == 20; }));
    auto text = sink.messages().front();
    EXPECT_NE(text.find("X-Rcpt-Args: <ann@example.com>"), text.npos) << text;
    EXPECT_NE(text.find("\n.dot\n"), text.npos) << text;
    EXPECT_NE(text.find("\n..\nend\n"), text.npos) << text;
  }
}

TEST(SmtpConnection, TellsTemporaryFromPermanent) {
  for (const char* step : {"MAIL", "RCPT", "DATA", "."}) {
    SmtpSink hard({"-f", step}), soft({"-r", step});
    EXPECT_EQ(send_to(hard).fate, Fate::permanent) << step;
    EXPECT_EQ(send_to(soft).fate, Fate::temporary) << step;
  }
}

TEST(SmtpConnection, SaysInDoubtOnlyAfterTheLastByte) {
  for (const char* step : {"MAIL", "RCPT", "DATA"}) {
    SmtpSink sink({"-q", step});
    EXPECT_EQ(send_to(sink).fate, Fate::lost) << step;
  }
  SmtpSink sink({"-q", "."});
  EXPECT_EQ(send_to(sink).fate, Fate::in_doubt);
}

TEST(SmtpConnection, GreetingAndHelloFailuresOpenNoSession) {
  for (const auto& options : std::vector<std::vector<std::string>>{
           {"-f", "CONNECT"}, {"-r", "EHLO"}, {"-q", "EHLO"}, {"-f", "EHLO,HELO"}}) {
    SmtpSink sink(options);
    auto connection = open(sink.port());
    ASSERT_FALSE(connection) << options.back();
    EXPECT_TRUE(connection.error().temporary());
  }
  auto nobody = open(testing::free_port());
  EXPECT_EQ(nobody.error().reason, "smtp-connect-failed");
}

TEST(SmtpConnection, WithdrawsBeforeTheEnvelopeOrBeforeTheContent) {
  SmtpSink sink;
  auto connection = open(sink.port());
  ASSERT_TRUE(connection);
  EXPECT_EQ((*connection)->send(kEnvelope, kMessage, [] { return false; }).fate, Fate::withdrawn);
  EXPECT_TRUE((*connection)->is_usable());
  int asked = 0;
  EXPECT_EQ((*connection)->send(kEnvelope, kMessage, [&] { return ++asked == 1; }).fate,
            Fate::withdrawn);
  EXPECT_FALSE((*connection)->is_usable());
}

TEST(SmtpConnection, GoesOnAfterARefusalWithReset) {
  ScriptedServer server(Scripts{{{"", "220 h\r\n"},
                                 {"EHLO", kEhlo},
                                 {"DATA\r\n", "250 ok\r\n550 5.1.1 nobody\r\n354 go\r\n"},
                                 {".\r\n", "554 no recipients\r\n"},
                                 {"RSET\r\n", "250 ok\r\n"},
                                 {"DATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"},
                                 {"\r\n.\r\n", "250 queued\r\n"}}});
  auto connection = open(server.port());
  ASSERT_TRUE(connection);
  auto first = (*connection)->send(kEnvelope, kMessage, kWanted);
  EXPECT_EQ(first.fate, Fate::permanent);
  EXPECT_EQ(first.code, 550);
  EXPECT_EQ((*connection)->send(kEnvelope, kMessage, kWanted).fate, Fate::accepted);
}

TEST(SmtpConnection, NeverSendsAnUnsafeAddress) {
  SmtpSink sink;
  for (auto bad : {"a@b.c>\r\nDATA", "a@b.c\nX", ""})
    EXPECT_EQ(send_to(sink, {"x@y.z", bad}).fate, Fate::permanent);
  EXPECT_EQ(send_to(sink, {"x@y.z>\r\nRSET", "a@b.c"}).fate, Fate::permanent);
  EXPECT_EQ(send_to(sink, {"", "a@b.c"}).fate, Fate::accepted);
  EXPECT_EQ(sink.messages().size(), 1u);
}

TEST(SmtpConnection, BytesBehindStartTlsAreAnAttack) {
  ScriptedServer server(Scripts{{{"", "220 h\r\n"},
                                 {"EHLO", "250-h\r\n250 STARTTLS\r\n"},
                                 {"STARTTLS", "220 go\r\n250 injected\r\n"}}});
  EXPECT_EQ(open(server.port()).error().reason, "smtp-tls-failed");
}

TEST(SmtpConnection, LogsInWithPlainOrLogin) {
  ScriptedServer plain(Scripts{{{"", "220 h\r\n"},
                                {"EHLO", "250-h\r\n250 AUTH LOGIN PLAIN\r\n"},
                                {"AUTH PLAIN AHVzZXIAc2VjcmV0\r\n", "235 ok\r\n"}}});
  EXPECT_TRUE(open(plain.port(), "", "user:secret@"));
  ScriptedServer login(Scripts{{{"", "220 h\r\n"},
                                {"EHLO", "250-h\r\n250 AUTH LOGIN\r\n"},
                                {"AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n"},
                                {"dXNlcg==\r\n", "334 UGFzc3dvcmQ6\r\n"},
                                {"c2VjcmV0\r\n", "535 no\r\n"}}});
  EXPECT_EQ(open(login.port(), "", "user:secret@").error().reason, "smtp-auth-failed");
}

TEST(SmtpConnection, ChecksTheCertificateOfARealPostfix) {
  if (!Postfix::is_possible()) GTEST_SKIP() << "needs root and Postfix";
  Postfix postfix("tls");
  ASSERT_TRUE(postfix.started());
  auto unknown = open(postfix.port());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, "smtp-tls-failed");
  auto trusted = open(postfix.port(), "?ca=" + postfix.certificate());
  ASSERT_TRUE(trusted) << trusted.error().message;
  EXPECT_TRUE((*trusted)->is_encrypted());
  auto outcome = (*trusted)->send({"bounce@shop.example",
                                   "j\xC3\xB6rg@b\xC3\xBC"
                                   "cher.example"},
                                  kMessage + std::string(200'000, 'x') + "\r\n", kWanted);
  EXPECT_EQ(outcome.fate, Fate::accepted) << outcome.text;
  (*trusted)->quit();
  ASSERT_TRUE(testing::eventually([&] { return postfix.messages().size() == 1; })) << postfix.log();
  EXPECT_NE(postfix.messages()[0].find("with UTF8SMTPS"), std::string::npos);
  auto blind = open(postfix.port(), "?verify=no&tls=required");
  EXPECT_TRUE(blind && (*blind)->is_encrypted());
  auto clear = open(postfix.port(), "?tls=never");
  EXPECT_TRUE(clear && !(*clear)->is_encrypted());
}

}  // namespace
}  // namespace stockbell::smtp
