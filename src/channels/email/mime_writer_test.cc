// What we write is read back by Python's email package, which shares no code with us.
#include "channels/email/mime_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "channels/email/encoding.h"
#include "channels/email/mime_reader.h"
#include "support/mail_server.h"

namespace stockbell::channels {
namespace {

OutgoingMessage sample() {
  OutgoingMessage message;
  message.id = MessageId{77};
  message.message_id = "m77.a@shop.example";
  message.from = "\"Shop, Inc.\" <shop@shop.example>";
  message.to_address = "ann@example.com";
  message.to_name = "Jörg \"J\" Müßig";
  message.return_path = "bounce@shop.example";
  message.subject = "Zurück: Mantel „Köln“ – Größe 38, Farbe Ährengelb, jetzt wieder im Lager 🧥🧥";
  message.html =
      "<p>Preis = 10 €</p>\n.\n" + std::string(3000, 'x') + "\n<a href=\"https://s/?a=b\">";
  message.text = "Preis = 10 €  \n.\n..\nFrom here\n" + std::string(500, '=') + "\n\ttab \n";
  message.unsubscribe_url = "https://shop.example/u/" + std::string(60, 't');
  message.list_id = "back-in-stock.shop.example";
  message.date = from_ms(1769847300000);
  return message;
}

// Runs Python over the raw message in `m` (policy default); what it prints.
std::string python(const std::string& raw, const std::string& program) {
  testing::TemporaryFolder folder;
  auto in = folder.path() / "mail", code = folder.path() / "code.py", out = folder.path() / "out";
  std::ofstream(in, std::ios::binary) << raw;
  std::ofstream(code) << "import email, sys\nfrom email import policy\n"
                         "m = email.message_from_bytes(open(sys.argv[1],'rb').read(), "
                         "policy=policy.default)\nw = sys.stdout.buffer.write\n"
                      << program;
  auto line = "/usr/bin/python3 " + code.string() + " " + in.string() + " > " + out.string();
  EXPECT_EQ(std::system(line.c_str()), 0) << program;
  return testing::content_of_file(out);
}

std::string header(const std::string& raw, const std::string& name) {
  return python(raw, "w(str(m['" + name + "']).encode())");
}

TEST(MimeWriter, IsReadBackByPython) {
  auto message = sample();
  auto raw = write_mime(message);
  ASSERT_TRUE(raw) << raw.error().message;
  EXPECT_EQ(header(*raw, "Subject"), message.subject);
  EXPECT_EQ(
      python(*raw, "a = m['To'].addresses[0]; w((a.display_name + '|' + a.addr_spec).encode())"),
      message.to_name + "|ann@example.com");
  EXPECT_EQ(
      python(*raw, "a = m['From'].addresses[0]; w((a.display_name + '|' + a.addr_spec).encode())"),
      "Shop, Inc.|shop@shop.example");
  EXPECT_EQ(
      python(*raw, "w(m.get_body(('plain',)).get_content().replace('\\r\\n', '\\n').encode())"),
      message.text);
  EXPECT_EQ(
      python(*raw, "w(m.get_body(('html',)).get_content().replace('\\r\\n', '\\n').encode())"),
      message.html + "\n");
  EXPECT_EQ(
      python(*raw,
             "w(repr((m.defects, m.get_content_type(), len(list(m.iter_parts())))).encode())"),
      "([], 'multipart/alternative', 2)");
}

TEST(MimeWriter, CarriesTheHeadersOfListMail) {
  auto raw = write_mime(sample());
  ASSERT_TRUE(raw);
  EXPECT_EQ(header(*raw, "List-Unsubscribe"), "<" + sample().unsubscribe_url + ">");
  EXPECT_EQ(header(*raw, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
  EXPECT_EQ(header(*raw, "List-Id"), "<back-in-stock.shop.example>");
  EXPECT_EQ(header(*raw, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(header(*raw, "Message-ID"), "<m77.a@shop.example>");
  EXPECT_EQ(header(*raw, "Feedback-ID"), "restock:email:stockbell:shopexample");
  EXPECT_EQ(header(*raw, "Date"), "Sat, 31 Jan 2026 08:15:00 +0000");
  EXPECT_EQ(*raw, *write_mime(sample())) << "a second attempt must be the same message";
}

TEST(MimeWriter, WritesShortSevenBitLines) {
  auto raw = write_mime(sample());
  ASSERT_TRUE(raw && is_ascii(*raw));
  for (std::size_t from = 0; from < raw->size();) {
    auto end = raw->find("\r\n", from);
    ASSERT_NE(end, raw->npos);
    auto line = raw->substr(from, end - from);
    EXPECT_EQ(line.find_first_of("\r\n"), line.npos);
    if (!line.starts_with("List-Unsubscribe:")) {
      EXPECT_LE(line.size(), 78u) << line;
    }
    from = end + 2;
  }
}

TEST(MimeWriter, LetsNoHeaderIn) {
  auto attempt = [](auto change) {
    auto message = sample();
    change(message);
    auto raw = write_mime(message);
    return raw ? "written" : raw.error().field;
  };
  const std::string evil = "x@y.z\r\nBcc: all@y.z";
  EXPECT_EQ(attempt([&](auto& m) { m.to_address = evil; }), "To");
  EXPECT_EQ(attempt([&](auto& m) { m.to_address = "a@b.c, d@e.f"; }), "To");
  EXPECT_EQ(attempt([&](auto& m) { m.from = evil; }), "From");
  EXPECT_EQ(attempt([&](auto& m) { m.message_id = evil; }), "Message-ID");
  EXPECT_EQ(attempt([&](auto& m) { m.message_id = std::string("a\0b@c", 5); }), "Message-ID");
  EXPECT_EQ(attempt([&](auto& m) { m.list_id = evil; }), "List-Id");
  EXPECT_EQ(attempt([&](auto& m) { m.unsubscribe_url = "https://h/\nX: y"; }), "List-Unsubscribe");
  EXPECT_EQ(attempt([&](auto& m) { m.unsubscribe_url = "javascript:x"; }), "List-Unsubscribe");
  auto message = sample();
  message.subject = "Coat\r\nBcc: all@y.z";
  message.to_name = "Ann\nBcc: all@y.z";
  auto raw = write_mime(message);
  ASSERT_TRUE(raw);
  EXPECT_EQ(header(*raw, "Bcc"), "None");
  EXPECT_EQ(header(*raw, "Subject"), "Coat Bcc: all@y.z");
}

TEST(MimeWriter, FoldsLongSubjectsAndHidesFalseEncodedWords) {
  auto message = sample();
  for (std::string subject :
       {std::string("=?UTF-8?Q?evil?="), std::string(300, 'w'), std::string("short"),
        "many words " + std::string(40, 'a') + " " + std::string(50, 'b') + " end"}) {
    message.subject = subject;
    auto raw = write_mime(message);
    ASSERT_TRUE(raw);
    EXPECT_EQ(header(*raw, "Subject"), subject);
  }
}

TEST(MimeReader, ReadsWhatTheWriterWrote) {
  auto message = sample();
  auto read = read_mime(*write_mime(message));
  EXPECT_EQ(read.text, message.text);
  EXPECT_EQ(read.html, message.html + "\n");
  for (const auto& [name, value] : read.headers)
    if (name == "Subject") {
      EXPECT_EQ(value, message.subject);
    }
  message.text.clear();
  auto html_only = read_mime(*write_mime(message));
  EXPECT_EQ(html_only.html, message.html + "\n");
  EXPECT_EQ(html_only.text, "");
}

}  // namespace
}  // namespace stockbell::channels
