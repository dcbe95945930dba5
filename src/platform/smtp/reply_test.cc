#include "platform/smtp/reply.h"

#include <gtest/gtest.h>

#include "platform/smtp/target.h"

namespace stockbell::smtp {
namespace {

TEST(SmtpReply, JoinsLinesAndWaitsForTheRest) {
  ReplyReader reader;
  reader.feed("250-one\r\n250");
  EXPECT_FALSE(reader.next()->has_value());
  reader.feed(" two\r\n354\r\n");
  auto reply = reader.next();
  EXPECT_EQ((*reply)->text(), "250 one two");
  EXPECT_EQ((*reader.next())->code, 354);
  EXPECT_TRUE(reader.is_empty());
}

TEST(SmtpReply, RefusesWhatIsNoReply) {
  for (std::string_view text :
       {"HTTP/1.1 400\r\n", "25\r\n", "250_x\r\n", "999 x\r\n", "250-a\r\n550 b\r\n", "\r\n"}) {
    ReplyReader reader;
    reader.feed(text);
    EXPECT_FALSE(reader.next().has_value()) << text;
  }
}

TEST(SmtpReply, IsBounded) {
  ReplyReader line;
  line.feed("250 " + std::string(3000, 'x'));
  EXPECT_EQ(line.next().error().reason, "smtp-protocol");
  ReplyReader lines;
  for (int i = 0; i < 200; ++i) lines.feed("250-x\r\n");
  EXPECT_EQ(lines.next().error().reason, "smtp-protocol");
}

TEST(SmtpData, StuffsDotsAndMendsLineEnds) {
  EXPECT_EQ(data_of("a\r\n.b\r\n..\r\n"), "a\r\n..b\r\n...\r\n.\r\n");
  EXPECT_EQ(data_of("."), "..\r\n.\r\n");
  EXPECT_EQ(data_of(""), ".\r\n");
  // Bare line ends cannot smuggle an end of data (CVE-2023-51764).
  EXPECT_EQ(data_of("a\n.\nMAIL\r.\r\nx"), "a\r\n..\r\nMAIL\r\n..\r\nx\r\n.\r\n");
}

TEST(SmtpPath, RefusesInjection) {
  EXPECT_TRUE(is_safe_path("a.b+c@example.com"));
  EXPECT_TRUE(is_safe_path("\"a b\"@example.com"));
  EXPECT_TRUE(is_safe_path("jörg@example.com"));
  for (std::string_view bad :
       {"a@b.c>\r\nRCPT TO:<x@y.z", "a@b.c> SIZE=1", "a b@c.d", "a\n@b.c", "\"open@b.c", "a<b@c.d"})
    EXPECT_FALSE(is_safe_path(bad)) << bad;
  EXPECT_FALSE(is_safe_path(std::string_view("a\0@b.c", 6)));
}

TEST(SmtpUrl, TakesWhatItPromises) {
  auto full = parse_url("smtp://us%40er:p%3Ass@mail.example.com:2525?tls=required&verify=no");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->user, "us@er");
  EXPECT_EQ(full->password, "p:ss");
  EXPECT_EQ(full->port, 2525);
  EXPECT_EQ(full->tls, Tls::required);
  EXPECT_FALSE(full->verify);
  EXPECT_EQ(parse_url("smtp://h")->port, 25);
  EXPECT_EQ(parse_url("smtp://u:p@h")->port, 587);
  EXPECT_EQ(parse_url("smtps://u:p@h/")->port, 465);
  EXPECT_EQ(parse_url("smtp://[::1]:26")->host, "::1");
}

TEST(SmtpUrl, RefusesTheRestWithoutSayingThePassword) {
  for (auto bad : {"http://h", "smtp://", "smtp://h:0", "smtp://h:99999", "smtp://h:x",
                   "smtp://h:", "smtp://user@h", "smtp://u:p%0d%0aX@h", "smtp://u:%zz@h",
                   "smtp://h?tls=maybe", "smtps://h?tls=never", "smtp://[::1", "smtp://a b"})
    EXPECT_FALSE(parse_url(bad)) << bad;
  EXPECT_EQ(parse_url("smtp://u:hunter2@h:x").error().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace stockbell::smtp
