#include "crm/matching/match_rule.h"

#include <gmock/gmock.h>

#include "crm/matching/duplicate_rule.h"

namespace stockbell::crm::matching {
namespace {

std::string rule_with(std::string_view keys, std::string_view fields, std::string_view rest) {
  return R"({"name":"r","keys":)" + std::string(keys) + R"(,"fields":)" + std::string(fields) +
         "," + std::string(rest) + "}";
}
const std::string kKeys = R"([{"name":"k","parts":[{"field":"email"}]}])";
const std::string kFields = R"([{"field":"email"}])";

TEST(MatchRule, IsReadFromJson) {
  auto rule = parse_match_rule(rule_with(
      R"([{"name":"k","parts":[{"field":"last_name","part":"metaphone"},{"field":"phone","part":"without_last_four"}]}])",
      R"([{"field":"last_name","methods":[{"method":"exact","weight":3},"metaphone"],"combine":"weighted_mean","threshold":70,"blank":"match"},{"field":"phone","methods":["phone"],"threshold":80}])",
      R"("filter":"1 AND 2","transposed_names":true)"));
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->label, "r");
  EXPECT_TRUE(rule->within_site_group && rule->transposed_names);
  ASSERT_EQ(rule->fields.size(), 2U);
  EXPECT_EQ(rule->fields[0].methods[0].weight, 3);
  EXPECT_EQ(rule->fields[0].combine, Combine::weighted_mean);
  EXPECT_EQ(rule->fields[0].blank, Blank::match);
  EXPECT_EQ(rule->stages[0].filter.to_text(), "1 AND 2");
}

struct Refused {
  std::string json, field, said;
};

TEST(MatchRule, SaysWhatIsWrongWhereAndWhatWouldBeRight) {
  const std::string filter = R"("filter":"1")";
  for (
      const auto& [json, field, said] : std::initializer_list<Refused>{
          {"[]", "", "JSON object"},
          {"{", "", "JSON"},
          {R"({"name":"r"})", "keys", "at least one"},
          {R"({"name":"a b"})", "name", "letters, digits and _"},
          {R"({"nmae":"r"})", "nmae", "known are name, label"},
          {rule_with("[]", kFields, filter), "keys", "at least one"},
          {rule_with("[1]", kFields, filter), "keys[0]", "must be an object"},
          {rule_with(R"([{"name":"k","parts":[]}])", kFields, filter), "keys[0].parts", "one part"},
          {rule_with(R"([{"name":"k","parts":[{"field":"email","part":"street_name"}]}])", kFields,
                     filter),
           "keys[0].parts[0].part", "does not go with the field email"},
          {rule_with(R"([{"name":"k","parts":[{"field":"shoe"}]}])", kFields, filter),
           "keys[0].parts[0].field", "must be one of first_name"},
          {rule_with(
               R"([{"name":"k","parts":[{"field":"email"}]},{"name":"k","parts":[{"field":"phone"}]}])",
               kFields, filter),
           "keys[1].name", "another key"},
          {rule_with(kKeys, R"([{"field":"email","threshold":101}])", filter),
           "fields[0].threshold", "from 1 to 100"},
          {rule_with(kKeys, R"([{"field":"email","threshold":1.5}])", filter),
           "fields[0].threshold", "whole number"},
          {rule_with(kKeys, R"([{"field":"email","methods":["phone"]}])", filter),
           "fields[0].methods", "phone, which does not go"},
          {rule_with(kKeys, R"([{"field":"email","methods":["soundex"]}])", filter),
           "fields[0].methods[0].method", "must be one of exact"},
          {rule_with(kKeys, R"([{"field":"email","methods":[7]}])", filter),
           "fields[0].methods[0].method", "must be one of"},
          {rule_with(kKeys, R"([{"field":"email","methods":"exact"}])", filter),
           "fields[0].methods", "must be a list"},
          {rule_with(kKeys, kFields, R"("filter":"1 AND 2")"), "filter", "numbers 1 to 1"},
          {rule_with(kKeys, kFields, R"("filter":["1"])"), "filter", "must be a string"},
          {rule_with(kKeys, kFields, R"("label":"x")"), "filter", "is missing"},
          {rule_with(kKeys, kFields, R"("filter":"1","stages":[{"name":"s","filter":"1"}])"),
           "filter", "beside stages"},
          {rule_with(kKeys, kFields, R"("stages":[{"name":"s","filter":"2"}])"), "stages[0].filter",
           "numbers 1 to 1"},
          {rule_with(kKeys, kFields,
                     R"("stages":[{"name":"s","filter":"1","unless_contradicted":["x"]}])"),
           "stages[0].unless_contradicted.field", "must be one of"},
          {rule_with(kKeys, kFields, R"("filter":"1","within_site_group":"yes")"),
           "within_site_group", "true or false"},
          {R"({"name":"r","label":"a\u0000b"})", "label", "control"},
      }) {
    auto rule = parse_match_rule(json);
    ASSERT_FALSE(rule) << json;
    EXPECT_EQ(rule.error().code, ErrorCode::invalid);
    EXPECT_EQ(rule.error().reason, "match-rule-invalid");
    EXPECT_EQ(rule.error().field, field) << json;
    EXPECT_THAT(rule.error().message, testing::HasSubstr(said)) << json;
  }
}

TEST(MatchRule, IsBounded) {
  std::string many = "[";
  for (int i = 0; i < 17; ++i) many += std::string(i ? "," : "") + R"({"field":"email"})";
  EXPECT_FALSE(parse_match_rule(rule_with(kKeys, many + "]", R"("filter":"1")")));
  EXPECT_FALSE(parse_match_rule(std::string(kMaxRuleOctets + 1, ' ')));
  EXPECT_FALSE(parse_match_rule(std::string(10'000, '[')));
}

TEST(ShippedRule, IsKnownByItsName) {
  for (auto name : shipped_rule_names()) {
    auto rule = shipped_rule(name);
    ASSERT_TRUE(rule) << rule.error().message;
    EXPECT_EQ(rule->name, name);
    EXPECT_TRUE(rule->within_site_group);
    EXPECT_FALSE(shipped_rule_text(name).empty());
  }
  EXPECT_EQ(shipped_rule("none").error().code, ErrorCode::not_found);
}

// The equation as it is documented, line for line, and our filter agree whatever the fields say.
TEST(ShippedRule, HasTheStandardEquation) {
  auto rule = shipped_rule("standard_contact");
  ASSERT_TRUE(rule);
  auto documented = Filter::parse(
      "(1 AND 2 AND 3 AND 4) OR (1 AND 2 AND 5) OR (1 AND 2 AND 6 AND 4) OR (1 AND 2 AND 7 AND (8 "
      "OR 9 OR 6)) OR (1 AND 2 AND 7 AND 3) OR (1 AND 2 AND 3 AND 5) OR (1 AND 2 AND 6)",
      9);
  ASSERT_TRUE(documented);
  for (unsigned truth = 0; truth < 512; ++truth) {
    auto satisfied = [&](std::size_t n) { return (truth >> n & 1) != 0; };
    ASSERT_EQ(rule->stages[0].filter.holds(satisfied), documented->holds(satisfied)) << truth;
  }
}

std::vector<std::string> stored(const MatchRule& rule) {
  std::vector<std::string> out;
  for (const auto& key : rule.stored_keys) {
    out.push_back(rule.keys[key.key].name);
    if (key.lane >= 0)
      out.back() +=
          "+" + std::string(to_text(rule.lanes[static_cast<std::size_t>(key.lane)].field));
  }
  return out;
}

TEST(MatchKeys, HoldWhatTheFilterNeedsBesidesThem) {
  EXPECT_THAT(stored(*shipped_rule("email_first")), testing::ElementsAre("email"));
  EXPECT_THAT(stored(*shipped_rule("contact_resolution")),
              testing::ElementsAre("customer_id", "list_customer_no", "email"));
  // The e-mail key answers for equal e-mails, the phone key for equal area codes.
  EXPECT_THAT(
      stored(*shipped_rule("standard_contact")),
      testing::ElementsAre("email", "initial_surname_host+title", "initial_surname_host+street",
                           "initial_surname_company+title", "initial_surname_company+street",
                           "surname_phone", "surname_street"));
}

TEST(MatchKeys, StandAloneWhereTheFilterNeedsNothingElse) {
  auto rule = parse_match_rule(rule_with(
      R"([{"name":"k","parts":[{"field":"last_name","part":"metaphone"}]}])",
      R"([{"field":"last_name","methods":["metaphone"],"threshold":90},{"field":"email"}])",
      R"("filter":"1 OR 2")"));
  ASSERT_TRUE(rule);
  EXPECT_TRUE(rule->lanes.empty());
  EXPECT_THAT(stored(*rule), testing::ElementsAre("k"));
}

TEST(DuplicateRule, IsReadFromJson) {
  auto rule = parse_duplicate_rule(R"({"name":"d","matching_rule":"email_first","on_create":"block",
    "alert":false,"when":[{"field":"country","value":"DE"},{"field":"phone","is":"not_blank"}]})");
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->on_create, DuplicateAction::block);
  EXPECT_EQ(rule->on_edit, DuplicateAction::allow);
  EXPECT_FALSE(rule->alert);
  EXPECT_TRUE(rule->report);
  ContactFields contact;
  contact.country = "de";
  EXPECT_FALSE(rule->applies_to(contact));
  contact.phone = "030 1234567";
  EXPECT_TRUE(rule->applies_to(contact));
  contact.country = "FR";
  EXPECT_FALSE(rule->applies_to(contact));
}

TEST(DuplicateRule, SaysWhatIsWrong) {
  for (
      const auto& [json, field, said] : std::initializer_list<Refused>{
          {"7", "", "JSON object"},
          {R"({"name":"d"})", "matching_rule", "is missing"},
          {R"({"name":"d","matching_rule":"m","on_edit":"warn"})", "on_edit", "allow, block"},
          {R"({"name":"d","matching_rule":"m","when":[{"field":"city"}]})", "when[0].value",
           "is missing"},
          {R"({"name":"d","matching_rule":"m","when":[{"field":"city","is":"blank","value":"x"}]})",
           "when[0].value", "no meaning"}}) {
    auto rule = parse_duplicate_rule(json);
    ASSERT_FALSE(rule) << json;
    EXPECT_EQ(rule.error().reason, "duplicate-rule-invalid");
    EXPECT_EQ(rule.error().field, field);
    EXPECT_THAT(rule.error().message, testing::HasSubstr(said));
  }
  EXPECT_TRUE(shipped_duplicate_rule().report);
  EXPECT_TRUE(shipped_rule(shipped_duplicate_rule().matching_rule));
}

}  // namespace
}  // namespace stockbell::crm::matching
