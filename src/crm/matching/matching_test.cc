#include "crm/matching/matching.h"

#include <gmock/gmock.h>

namespace stockbell::crm::matching {
namespace {

using testing::ElementsAre;

ContactFields contact(std::int64_t id, std::string first, std::string last,
                      std::string email = {}) {
  ContactFields fields;
  fields.id = ContactId{id};
  fields.first_name = std::move(first);
  fields.last_name = std::move(last);
  fields.email = std::move(email);
  fields.site_group = "main";
  return fields;
}

class Standard : public testing::Test {
 protected:
  bool matched(const ContactFields& a, const ContactFields& b) {
    const bool there = compare(rule_, a, b).matched;
    EXPECT_EQ(compare(rule_, b, a).matched, there) << "the other way round";
    return there;
  }
  bool share_a_key(const ContactFields& stored, const ContactFields& incoming) {
    const auto keys = keys_of(rule_, stored);
    return std::ranges::any_of(probes_of(rule_, incoming), [&](const MatchKey& key) {
      return std::ranges::binary_search(keys, key);
    });
  }
  MatchRule rule_ = *shipped_rule("standard_contact");
};

TEST_F(Standard, TakesJonForJonathanButNotRajForRajesh) {
  auto same = [&](std::string a, std::string b) {
    return matched(contact(1, std::move(a), "Miller", "m@example.com"),
                   contact(2, std::move(b), "Miller", "m@example.com"));
  };
  EXPECT_TRUE(same("Jon", "Jonathan"));
  EXPECT_TRUE(same("Sam", "Samuel"));
  EXPECT_TRUE(same("Dan", "Daniel"));
  EXPECT_FALSE(same("Raj", "Rajesh"));
  EXPECT_FALSE(same("Jay", "Jayson"));
  EXPECT_FALSE(same("Sal", "Salima"));
}

TEST_F(Standard, SatisfiesEachLineOfTheEquation) {
  auto a = contact(1, "Jane", "Doe"), b = contact(2, "Jane", "Doe");
  EXPECT_FALSE(matched(a, b)) << "names alone say nothing";
  auto with = [&](std::initializer_list<std::pair<std::string ContactFields::*, const char*>> set) {
    auto x = a, y = b;
    for (auto [member, text] : set) x.*member = y.*member = text;
    return matched(x, y);
  };
  using C = ContactFields;
  EXPECT_TRUE(with({{&C::title, "CEO"}, {&C::company, "Acme"}}));
  EXPECT_FALSE(with({{&C::title, "CEO"}}));
  EXPECT_FALSE(with({{&C::company, "Acme"}}));
  EXPECT_TRUE(with({{&C::email, "jane@example.com"}}));
  EXPECT_TRUE(with({{&C::phone, "+1 415 555 1234"}}));
  EXPECT_FALSE(with({{&C::street, "12 Main St"}}));
  EXPECT_TRUE(with({{&C::street, "12 Main St"}, {&C::city, "Springfield"}}));
  EXPECT_TRUE(with({{&C::street, "12 Main St"}, {&C::postal_code, "94105"}}));
  EXPECT_TRUE(with({{&C::street, "12 Main St"}, {&C::title, "CEO"}}));
  EXPECT_FALSE(with({{&C::city, "Springfield"}, {&C::postal_code, "94105"}}));
}

TEST_F(Standard, TriesTransposedNames) {
  auto a = contact(1, "Jane", "Doe", "jd@example.com"),
       b = contact(2, "Doe", "Jane", "jd@example.com");
  EXPECT_TRUE(matched(a, b));
  EXPECT_TRUE(compare(rule_, a, b).transposed);
  EXPECT_FALSE(compare(rule_, a, a).transposed);
  a.email = b.email = "";
  a.phone = b.phone = "415 555 1234";
  EXPECT_TRUE(matched(a, b));
  EXPECT_TRUE(share_a_key(a, b)) << "only a probe turns the names round";
  EXPECT_TRUE(share_a_key(b, a));
}

TEST_F(Standard, PassesBlankNamesOverWhenTheAddressIsTheSame) {
  EXPECT_TRUE(
      matched(contact(1, "", "", "j@example.com"), contact(2, "Jane", "Doe", "j@example.com")));
  EXPECT_TRUE(
      matched(contact(1, "Jane", "", "j@example.com"), contact(2, "Jane", "Doe", "j@example.com")));
  EXPECT_TRUE(matched(contact(1, "Jane", "Unknown", "j@example.com"),
                      contact(2, "Jane", "Doe", "j@example.com")))
      << "the default last name is a blank";
  EXPECT_FALSE(
      matched(contact(1, "", "", "j@example.com"), contact(2, "Jane", "Doe", "x@example.com")));
  auto a = contact(1, "", "Doe"), b = contact(2, "Jane", "Doe");
  a.phone = b.phone = "415 555 1234";
  EXPECT_FALSE(matched(a, b)) << "no e-mail in that line";
  EXPECT_FALSE(matched(contact(1, "", ""), contact(2, "", ""))) << "blanks are not equal addresses";
}

TEST_F(Standard, KeepsFatherAndSonApart) {
  EXPECT_FALSE(matched(contact(1, "John", "Smith Jr", "smith@example.com"),
                       contact(2, "John", "Smith Sr", "smith@example.com")));
  EXPECT_TRUE(matched(contact(1, "John", "Smith Jr", "smith@example.com"),
                      contact(2, "John", "Smith", "smith@example.com")));
}

TEST_F(Standard, ComparesAddressesByTheirProvidersRules) {
  EXPECT_TRUE(matched(contact(1, "Jane", "Doe", "J.Doe+shop@googlemail.com"),
                      contact(2, "Jane", "Doe", "jdoe@gmail.com")));
}

TEST_F(Standard, KnowsNoOtherSiteGroup) {
  auto a = contact(1, "Jane", "Doe", "j@example.com"),
       b = contact(2, "Jane", "Doe", "j@example.com");
  b.site_group = "other";
  EXPECT_FALSE(matched(a, b));
  EXPECT_FALSE(share_a_key(a, b));
  EXPECT_TRUE(resolve(rule_, a, {{b}}).matches.empty());
}

TEST_F(Standard, SharesAKeyWhereverItsKeysReach) {
  auto a = contact(1, "Marc", "Benioff", "marc@salesforce.com"), b = a;
  b.id = ContactId{2};
  EXPECT_EQ(keys_of(rule_, a).size(), 1U) << "an address alone is one row";
  b.email = "m_a_r_c@us.salesforce.com";
  EXPECT_TRUE(share_a_key(a, b)) << "local part without underscores, host's last two labels";
  b.email = "mb@salesforce.com";
  EXPECT_FALSE(share_a_key(a, b)) << "no line of the equation could be satisfied";
  a.street = "1 Market St", b.street = "1 Market Street";
  EXPECT_TRUE(share_a_key(a, b));
  b.street = "2 Oak St";
  EXPECT_FALSE(share_a_key(a, b));
  a.phone = "+1 415 555 1234", b.phone = "415-555-9999", b.email = "elsewhere@example.com";
  EXPECT_TRUE(share_a_key(a, b)) << "pnf415555";
  b.last_name = "Benyoff";
  EXPECT_TRUE(share_a_key(a, b)) << "sounds the same";
  b.first_name = "Karl";
  EXPECT_TRUE(share_a_key(a, b)) << "whoever is called for short is found by phone and last name";
  b.last_name = "Doe";
  EXPECT_FALSE(share_a_key(a, b));
  a.phone = b.phone = "", a.street = "123 Maple St", b.street = "123 Maple Street";
  b.last_name = "Benioff";
  EXPECT_TRUE(share_a_key(a, b)) << "123maple";
}

TEST_F(Standard, ExplainsEveryField) {
  auto a = contact(1, "Jon", "Smith", "a@example.com"),
       b = contact(2, "Jonathan", "Smyth", "a@example.com");
  const auto comparison = compare(rule_, a, b);
  ASSERT_EQ(comparison.fields.size(), 9U);
  EXPECT_EQ(comparison.fields[0].score, 95);
  EXPECT_EQ(comparison.fields[1].score, 95);
  EXPECT_EQ(comparison.fields[4].score, 100);
  EXPECT_EQ(comparison.fields[5].score, -1);
  EXPECT_TRUE(comparison.fields[0].passed);
  EXPECT_FALSE(comparison.fields[5].passed);
  EXPECT_EQ(comparison.score, 96);
}

TEST_F(Standard, PutsTheBestThenTheNewestFirst) {
  std::vector<ContactFields> candidates{contact(5, "Jon", "Smith", "a@example.com"),
                                        contact(3, "Jonathan", "Smith", "a@example.com"),
                                        contact(4, "Jonathan", "Smith", "a@example.com"),
                                        contact(9, "Bob", "Smith", "a@example.com")};
  candidates[2].last_modified = from_ms(5);
  const auto found = resolve(rule_, contact(0, "Jonathan", "Smith", "a@example.com"), candidates);
  ASSERT_EQ(found.matches.size(), 3U);
  EXPECT_EQ(found.matches[0].candidate, 2U);
  EXPECT_EQ(found.matches[1].candidate, 1U);
  EXPECT_EQ(found.matches[2].candidate, 0U);
  EXPECT_EQ(found.winner(), 2U);
}

TEST_F(Standard, LeavesTheContactItselfOut) {
  auto a = contact(7, "Jane", "Doe", "j@example.com");
  EXPECT_TRUE(resolve(rule_, a, {{a}}).matches.empty());
}

TEST(EmailFirst, AsksForTheAddressAlone) {
  const auto rule = *shipped_rule("email_first");
  EXPECT_TRUE(compare(rule, contact(1, "Jane", "Doe", "J@Example.com"),
                      contact(2, "Bob", "Roe", "j@example.com"))
                  .matched);
  EXPECT_FALSE(compare(rule, contact(1, "Jane", "Doe"), contact(2, "Jane", "Doe")).matched);
  EXPECT_EQ(keys_of(rule, contact(1, "", "", "J.D@gmail.com")),
            probes_of(rule, contact(2, "x", "y", "jd+shop@googlemail.com")));
  EXPECT_TRUE(keys_of(rule, contact(1, "Jane", "Doe")).empty());
}

TEST(Keys, AreTheSameInEveryVersion) {
  // Stored keys depend on these; a change needs a new kKeyFormat, which rewrites them.
  const auto rule = *shipped_rule("email_first");
  EXPECT_THAT(keys_of(rule, contact(1, "", "", "jane@example.com")),
              ElementsAre(MatchKey{-13600353881931754}));
  EXPECT_NE(keys_version(rule), keys_version(*shipped_rule("standard_contact")));
}

class Cascade : public testing::Test {
 protected:
  static ContactFields shopper(std::int64_t id, std::string last, std::string email,
                               std::string list = "US", std::string no = {},
                               std::string customer = {}) {
    auto fields = contact(id, "Jane", std::move(last), std::move(email));
    fields.b2c_list_id = std::move(list);
    fields.b2c_customer_no = std::move(no);
    fields.b2c_customer_id = std::move(customer);
    return fields;
  }
  std::string stage(const ContactFields& incoming, std::vector<ContactFields> candidates) {
    found_ = resolve(rule_, incoming, candidates);
    return found_.matches.empty() ? "none" : found_.matches[0].stage;
  }
  MatchRule rule_ = *shipped_rule("contact_resolution");
  Resolution found_;
};

TEST_F(Cascade, TakesTheFirstStageThatSomebodySatisfies) {
  const auto incoming = shopper(0, "Doe", "j@example.com", "US", "0001", "abc");
  const auto by_id = shopper(1, "Roe", "x@example.com", "US", "0001", "ABC");
  const auto by_no = shopper(2, "Roe", "x@example.com", "US", "0001");
  const auto by_name = shopper(3, "Doe", "j@example.com");
  const auto by_default = shopper(4, "Unknown", "j@example.com");
  const auto by_email = shopper(5, "Roe", "j@example.com");
  const auto no_list = shopper(6, "Doe", "j@example.com", "");
  EXPECT_EQ(stage(incoming, {by_email, by_no, by_id}), "customer_id");
  EXPECT_EQ(stage(incoming, {by_email, by_name, by_no}), "list_customer_no");
  EXPECT_EQ(stage(incoming, {by_email, by_default, by_name}), "list_last_name_email");
  EXPECT_EQ(stage(incoming, {by_email, by_default}), "list_default_last_name_email");
  EXPECT_EQ(stage(incoming, {by_email, no_list}), "list_email");
  EXPECT_EQ(stage(incoming, {no_list}), "last_name_email");
  EXPECT_EQ(stage(incoming, {shopper(7, "Roe", "x@example.com")}), "none");
}

TEST_F(Cascade, RefusesWhoeverAnotherIdentifierContradicts) {
  const auto incoming = shopper(0, "Doe", "j@example.com", "US", "0001", "abc");
  EXPECT_EQ(stage(incoming, {shopper(1, "Doe", "j@example.com", "US", "0002", "abc")}), "none");
  EXPECT_TRUE(found_.contradicted);
  EXPECT_EQ(stage(incoming, {shopper(1, "Doe", "j@example.com", "US", "0001", "xyz")}), "none");
  EXPECT_EQ(stage(incoming, {shopper(1, "Doe", "j@example.com", "US", "0002")}), "none");
  EXPECT_EQ(stage(incoming, {shopper(1, "Doe", "j@example.com", "US", "0002"),
                             shopper(2, "Doe", "j@example.com", "US")}),
            "list_last_name_email");
  EXPECT_EQ(found_.winner(), 1U);
}

TEST_F(Cascade, AcceptsAContactWithoutListOnlyWhenThereIsOne) {
  const auto incoming = shopper(0, "Doe", "j@example.com");
  const auto one = shopper(1, "Doe", "j@example.com", ""),
             two = shopper(2, "Doe", "j@example.com", "");
  EXPECT_EQ(stage(incoming, {one}), "last_name_email");
  EXPECT_TRUE(found_.winner());
  stage(incoming, {one, two});
  EXPECT_TRUE(found_.ambiguous);
  EXPECT_FALSE(found_.winner());
}

// What was reported of the reference implementation (reference 4.3).
TEST_F(Cascade, MakesNoSecondContactWhenOnlyTheNameDiffers) {
  EXPECT_EQ(stage(shopper(0, "Roe", "j@example.com"), {shopper(1, "Doe", "j@example.com")}),
            "list_email");
  EXPECT_EQ(stage(shopper(0, "Roe", "j@example.com"), {shopper(1, "Doe", "j@example.com", "")}),
            "email");
  EXPECT_EQ(stage(shopper(0, "Roe", "j@example.com", ""), {shopper(1, "Doe", "j@example.com", "")}),
            "email");
}

TEST_F(Cascade, MakesNoSecondContactForAnAddressWithoutName) {
  for (const char* last : {"", "Unknown", "unknown "})
    EXPECT_EQ(stage(shopper(0, last, "j@example.com"), {shopper(1, "Doe", "j@example.com")}),
              "list_default_last_name_email");
}

TEST_F(Cascade, TakesAnOldContactWithoutCustomerList) {
  EXPECT_EQ(stage(shopper(0, "Doe", "j@example.com"), {shopper(1, "Doe", "j@example.com", "")}),
            "last_name_email");
  EXPECT_EQ(stage(shopper(0, "", "j@example.com"), {shopper(1, "", "j@example.com", "")}), "email");
}

TEST_F(Cascade, CountsACandidateGivenTwiceOnce) {
  const auto old = shopper(1, "Doe", "j@example.com", "");
  EXPECT_EQ(stage(shopper(0, "Doe", "j@example.com"), {old, old, old}), "last_name_email");
  EXPECT_EQ(found_.matches.size(), 1U);
  EXPECT_FALSE(found_.ambiguous);
}

TEST(Resolve, IsBounded) {
  const auto rule = *shipped_rule("standard_contact");
  auto huge =
      contact(1, std::string(100'000, 'a'), std::string(100'000, 'b'), std::string(100'000, 'c'));
  huge.street = huge.phone = huge.company = huge.title = huge.city = huge.postal_code =
      std::string(100'000, '7');
  auto other = huge;
  other.id = ContactId{2};
  EXPECT_LE(probes_of(rule, huge).size(), kMaxKeys);
  EXPECT_NO_FATAL_FAILURE(static_cast<void>(compare(rule, huge, other)));
  std::vector<ContactFields> many(2 * kMaxCandidates, contact(0, "Jane", "Doe", "j@example.com"));
  EXPECT_EQ(resolve(rule, contact(0, "Jane", "Doe", "j@example.com"), many).matches.size(),
            kMaxCandidates);
}

}  // namespace
}  // namespace stockbell::crm::matching
