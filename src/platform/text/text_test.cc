#include "platform/text/text.h"

#include <gtest/gtest.h>

namespace stockbell::text {
namespace {

TEST(Utf8, IsTakenApartFromOtherBytes) {
  EXPECT_TRUE(valid_utf8(""));
  EXPECT_TRUE(valid_utf8("Grüße 🔔"));
  EXPECT_FALSE(valid_utf8("\xff"));
  EXPECT_FALSE(valid_utf8("\xc3"));              // cut off
  EXPECT_FALSE(valid_utf8("\xc0\xaf"));          // overlong '/'
  EXPECT_FALSE(valid_utf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(valid_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
}

TEST(Control, IsFoundInAllItsForms) {
  EXPECT_FALSE(has_control("Größe 42"));
  for (std::string_view bad : {"a\nb", "a\tb", "\x7f", "\xc2\x85", "\xe2\x80\xa8"})
    EXPECT_TRUE(has_control(bad));
  EXPECT_TRUE(has_control(std::string_view("a\0b", 3)));
}

TEST(Trim, TakesWhiteSpaceOffBothEnds) {
  EXPECT_EQ(trim(" \r\n a b\t"), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(EscapeHtml, LeavesNothingThatOpensATagOrAnAttribute) {
  EXPECT_EQ(escape_html("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
}

TEST(JsonQuote, EscapesWhatJsonAndScriptElementsNeed) {
  EXPECT_EQ(json_quote("a\"b\\c\n\x01ü"), "\"a\\\"b\\\\c\\n\\u0001ü\"");
  EXPECT_EQ(json_quote("</script>"), "\"\\u003c/script>\"");
  EXPECT_EQ(json_quote("\xff"), "\"\\ufffd\"");
}

TEST(UrlEncode, IsUndoneByDecode) {
  EXPECT_EQ(url_encode("a b/ü&~"), "a%20b%2F%C3%BC%26~");
  EXPECT_EQ(url_decode("a%20b%2f%C3%BC+"), "a b/ü+");
  EXPECT_FALSE(url_decode("%2"));
  EXPECT_FALSE(url_decode("%zz"));
}

TEST(Email, IsNormalizedForComparison) {
  auto plain = parse_email("  Jane.Doe+shop@Example.COM ");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->address, "Jane.Doe+shop@example.com");
  EXPECT_EQ(plain->normalized, "jane.doe+shop@example.com");
}

TEST(Email, NormalizesByTheRulesOfItsProvider) {
  struct Case {
    std::string_view typed, normalized;
  };
  for (auto [typed, normalized] : std::initializer_list<Case>{
           {"J.Doe+Shop@Gmail.com", "jdoe@gmail.com"},
           {"j.d.o.e@googlemail.com", "jdoe@gmail.com"},
           {"j.doe+a+b@outlook.com", "j.doe@outlook.com"},
           {"jane+x@hotmail.co.uk", "jane@hotmail.co.uk"},
           {"jane+x@live.nl", "jane@live.nl"},
           {"jane_d+x@msn.com", "jane_d@msn.com"},
           {"j.doe+x@icloud.com", "j.doe@icloud.com"},
           {"j.doe+x@me.com", "j.doe@me.com"},
           {"j.doe+x@mac.com", "j.doe@mac.com"},
           {"j.doe+x@fastmail.com", "j.doe@fastmail.com"},
           {"J.Doe_1-a+x@proton.me", "jdoe1a@proton.me"},
           {"j.doe@pm.me", "jdoe@pm.me"},
           {"base-shop@yahoo.com", "base@yahoo.com"},
           {"base.one-shop@yahoo.co.uk", "base.one@yahoo.co.uk"},
           // A tag is none where the provider has none; others are nobody's business.
           {"base+shop@yahoo.com", "base+shop@yahoo.com"},
           {"j-doe@outlook.com", "j-doe@outlook.com"},
           {"j.doe+shop@gmail.com.example", "j.doe+shop@gmail.com.example"},
           {"j.doe+shop@mail.gmail.com", "j.doe+shop@mail.gmail.com"},
           // What would leave nothing, or nothing valid, stays.
           {"+shop@gmail.com", "+shop@gmail.com"},
           {"-@yahoo.com", "-@yahoo.com"},
           {"-_-@proton.me", "-_-@proton.me"},
           {"a.+x@outlook.com", "a.+x@outlook.com"},
           {"a.-\xcc\x87@proton.me", "a.-\xcc\x87@proton.me"},  // a combining dot
           {"\"a b+c\"@gmail.com", "\"a b+c\"@gmail.com"},
       }) {
    auto read = parse_email(typed);
    ASSERT_TRUE(read) << typed;
    EXPECT_EQ(read->normalized, normalized);
    auto again = parse_email(read->normalized);
    ASSERT_TRUE(again) << normalized;
    EXPECT_EQ(again->normalized, normalized);
    EXPECT_EQ(read->address.substr(0, 1), typed.substr(0, 1)) << "what is sent to is as typed";
  }
}

TEST(Email, TakesInternationalDomainsAsALabels) {
  EXPECT_EQ(parse_email("anna@bücher.example")->address, "anna@xn--bcher-kva.example");
  EXPECT_EQ(parse_email("anna@BÜCHER.example")->address, "anna@xn--bcher-kva.example");
  EXPECT_EQ(parse_email("anna@faß.example")->address, "anna@xn--fa-hia.example");
  EXPECT_EQ(parse_email("anna@xn--bcher-kva.example")->address, "anna@xn--bcher-kva.example");
}

TEST(Email, ComposesLocalPartsBeforeComparing) {
  auto composed = parse_email("J\xc3\x96RG@example.com");
  auto decomposed = parse_email("jo\xcc\x88rg@example.com");
  ASSERT_TRUE(composed && decomposed);
  EXPECT_EQ(composed->normalized, decomposed->normalized);
  EXPECT_EQ(parse_email(composed->normalized)->normalized, composed->normalized);
}

TEST(Email, ChecksWhatComposingMadeOfIt) {
  EXPECT_FALSE(
      parse_email("a\xCD\xBE"
                  "b@example.com"));  // U+037E becomes a semicolon
}

TEST(Email, TakesQuotedLocalParts) {
  EXPECT_EQ(parse_email("\"a b\"@example.com")->address, "\"a b\"@example.com");
  EXPECT_EQ(parse_email("\"jane\"@example.com")->address, "jane@example.com");
  EXPECT_EQ(parse_email("\"a\\\"@b\"@example.com")->normalized, "\"a\\\"@b\"@example.com");
}

TEST(Email, RefusesWhatIsNoAddress) {
  for (std::string_view bad : {"",
                               " ",
                               "jane",
                               "@example.com",
                               "jane@",
                               "jane@localhost",
                               ".a@example.com",
                               "a.@example.com",
                               "a..b@example.com",
                               "a b@example.com",
                               "a@b@example.com",
                               "a@example..com",
                               "a@-example.com",
                               "a@exa_mple.com",
                               "a@[192.0.2.1]",
                               "a@192.0.2.1",
                               "<a@example.com>",
                               "\"a@example.com",
                               "\"a\"b@example.com",
                               "a,b@example.com",
                               "a@example.com,b@example.com",
                               "a@example.com.",
                               "a@exam ple.com",
                               "a@\xff.com",
                               "\xff@example.com",
                               "a@xn--a.example"})
    EXPECT_FALSE(parse_email(bad)) << bad;
}

TEST(Email, RefusesHeaderInjection) {
  for (std::string_view bad :
       {"a@example.com\r\nBcc: b@example.com", "a@example.com\n", "\r\na@example.com",
        "a\xc2\x85@example.com", "\"a\rb\"@example.com"}) {
    auto read = parse_email(bad);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason, "email-invalid");
    EXPECT_EQ(read.error().message.find("example"), std::string::npos);  // never the address
  }
  EXPECT_FALSE(parse_email(std::string_view("a\0@example.com", 14)));
}

TEST(Email, KeepsTheLengthsOfRfc5321) {
  EXPECT_TRUE(parse_email(std::string(64, 'a') + "@example.com"));
  EXPECT_FALSE(parse_email(std::string(65, 'a') + "@example.com"));
  EXPECT_FALSE(parse_email("a@" + std::string(64, 'a') + ".com"));
  std::string label = std::string(60, 'a') + ".";
  EXPECT_TRUE(parse_email(std::string(60, 'b') + "@" + label + label + label + "example"));
  EXPECT_FALSE(parse_email(std::string(64, 'b') + "@" + label + label + label + "example"));
  EXPECT_FALSE(parse_email(std::string(100'000, 'a') + "@example.com"));
}

}  // namespace
}  // namespace stockbell::text
