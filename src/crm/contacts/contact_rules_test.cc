#include "crm/contacts/contact_rules.h"

#include <gtest/gtest.h>

namespace stockbell::crm::contacts {
namespace {

TEST(ContactRules, TakeTheContactFromTheRequest) {
  NotificationRequest request;
  request.email = "Ada@example.com";
  request.email_normalized = "ada@example.com";
  request.last_name = "Lovelace";
  const Contact contact = contact_from(request, "default");
  EXPECT_EQ(contact.last_name, "Lovelace");
  EXPECT_EQ(contact.email, "Ada@example.com");
  EXPECT_EQ(contact.email_normalized, "ada@example.com");
}

TEST(ContactRules, TakeNoNameFromARequestNobodyHasConfirmed) {
  NotificationRequest request;
  request.email = request.email_normalized = "ada@example.com";
  request.first_name = "You won", request.last_name = "a prize";
  request.needs_confirmation = true;
  const Contact news = contact_from(request, "default");
  EXPECT_EQ(full_name(news), "");
  Contact known;
  known.email = known.email_normalized = "ada@example.com";
  EXPECT_FALSE(fill_missing(known, news));
  EXPECT_EQ(full_name(known), "");
}

TEST(ContactRules, FillWhatIsMissingAndOverwriteNothing) {
  Contact known, news;
  known.last_name = "Unknown";
  known.phone = "+1 415 555 0100";
  news.first_name = "Ada", news.last_name = "Lovelace", news.phone = "+1 415 555 9999";
  news.title = "Countess";
  EXPECT_TRUE(fill_missing(known, news));
  EXPECT_EQ(full_name(known), "Ada Lovelace");
  EXPECT_EQ(known.phone, "+1 415 555 0100");
  EXPECT_EQ(known.title, "Countess");
  EXPECT_FALSE(fill_missing(known, news));
}

TEST(ContactRules, NeverMixTheNamesOfTwoPeople) {
  Contact known, news;
  known.last_name = "Lovelace";
  news.first_name = "Grace", news.last_name = "Hopper";
  EXPECT_FALSE(fill_missing(known, news));
  EXPECT_EQ(full_name(known), "Lovelace");
}

TEST(ContactRules, NeverMixTwoAddresses) {
  Contact known, news;
  known.city = "London";
  news.street = "12 Main St", news.city = "Dublin";
  EXPECT_FALSE(fill_missing(known, news));
  EXPECT_EQ(known.street, "");
}

TEST(ContactRules, AreReadFromAFile) {
  const auto rules = parse_rules(R"({"resolution": "contact_resolution", "duplicate_rules": [
      {"name": "people", "matching_rule": "standard_contact", "on_create": "block"}]})");
  ASSERT_TRUE(rules) << rules.error().message << " " << rules.error().field;
  EXPECT_EQ(rules->resolution, "contact_resolution");
  EXPECT_NE(rules->find("contact_resolution"), nullptr);
  EXPECT_NE(rules->find("standard_contact"), nullptr);
  EXPECT_EQ(rules->find("email_first"), nullptr);  // not in use
  ASSERT_EQ(rules->duplicate_rules.size(), 1u);
}

TEST(ContactRules, SayWhereTheFileIsWrong) {
  const auto place = [](std::string_view json) {
    const auto rules = parse_rules(json);
    return rules ? std::string("accepted") : rules.error().field;
  };
  EXPECT_EQ(place(R"({"resolution": "nobody_knows"})"), "resolution");
  EXPECT_EQ(place(R"({"rules": []})"), "rules");
  EXPECT_EQ(place(R"({"duplicate_rules": [{"name": "a", "matching_rule": "nobody"}]})"),
            "duplicate_rules[0].matching_rule");
  EXPECT_EQ(place(R"({"matching_rules": [{"name": "a"}]})").substr(0, 17), "matching_rules[0]");
  EXPECT_EQ(place("[]"), "");
}

TEST(ContactRules, GroupSites) {
  const ContactOptions options{{{"shop-de", "europe"}}, {}};
  EXPECT_EQ(options.site_group_of("shop-de"), "europe");
  EXPECT_EQ(options.site_group_of("shop-us"), "default");
}

}  // namespace
}  // namespace stockbell::crm::contacts
