#include "commerce/capture/capture_rules.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

CaptureFields form() { return {{"sku", "A-1"}, {"email", " Ann@Example.COM "}}; }

std::string field_at_fault(const CaptureFields& fields) {
  auto parsed = parse_capture(fields, {});
  return parsed ? "none" : parsed.error().field;
}

TEST(ParseCapture, FillsInWhatIsOptional) {
  auto now = from_ms(5000);
  auto request = parse_capture(form(), {.referer = "http://shop.test/p", .now = now});
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->email, "Ann@example.com");
  EXPECT_EQ(request->email_normalized, "ann@example.com");
  EXPECT_EQ(request->site, "default");
  EXPECT_EQ(request->locale, "en-GB");
  EXPECT_EQ(request->quantity, 1);
  EXPECT_EQ(request->consent.page_url, "http://shop.test/p");
  EXPECT_EQ(request->consent.given_at, now);
}

TEST(ParseCapture, TakesTheKeyOfEverySiteAndItsFirstLanguage) {
  auto sites = Sites::parse(R"([{"key":"eu"},{"key":"fr","locales":["fr-FR","en-GB"]}])", {});
  ASSERT_TRUE(sites);
  CaptureContext context;
  context.sites = &*sites;
  auto fields = form();
  EXPECT_EQ(parse_capture(fields, context)->site, "eu");
  fields["site"] = "fr";
  EXPECT_EQ(parse_capture(fields, context)->site, "fr");
  EXPECT_EQ(parse_capture(fields, context)->locale, "fr-FR");
  fields["site"] = "default";
  EXPECT_EQ(parse_capture(fields, context).error().field, "site");
}

TEST(ParseCapture, NamesTheFieldAtFault) {
  auto with = [](const std::string& name, const std::string& value) {
    auto fields = form();
    fields[name] = value;
    return field_at_fault(fields);
  };
  EXPECT_EQ(with("sku", " "), "sku");
  EXPECT_EQ(with("email", "ann@"), "email");
  EXPECT_EQ(with("email", "ann@example.com\r\nBcc: b@example.com"), "email");
  EXPECT_EQ(with("first_name", "A\x01"), "first_name");
  EXPECT_EQ(with("last_name", std::string(81, 'x')), "last_name");
  EXPECT_EQ(with("first_name", "See https://evil.example"), "first_name");
  EXPECT_EQ(with("last_name", "WWW.evil.example"), "last_name");
  EXPECT_EQ(with("last_name", "St. John"), "none");
  EXPECT_EQ(with("phone", "\xff\xfe"), "phone");
  EXPECT_EQ(with("locale", "en_GB"), "locale");
  EXPECT_EQ(with("site", "elsewhere"), "site");
  EXPECT_EQ(with("quantity", "0"), "quantity");
  EXPECT_EQ(with("quantity", "1e9"), "quantity");
  EXPECT_EQ(with("page_url", "javascript:alert(1)"), "page_url");
  EXPECT_EQ(with("quantity", "999"), "none");
}

}  // namespace
}  // namespace stockbell::commerce
