#include <gmock/gmock.h>

#include "engagement/journey_definitions/definition_reader.h"
#include "engagement/journey_definitions/definition_rules.h"

namespace stockbell::engagement {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

JourneyDefinition parsed(const std::string& json) {
  auto journey = parse_journey(json);
  EXPECT_TRUE(journey) << journey.error().message;
  return journey ? std::move(*journey) : JourneyDefinition{};
}

// A journey of these steps, from the first.
std::string with_steps(const std::string& steps, const std::string& more = "") {
  const auto start = steps.substr(1, steps.find('"', 1) - 1);
  return R"({"key":"j","start":")" + start + R"(","steps":{)" + steps + "}" + more + "}";
}

std::vector<std::string> problems(const std::string& steps) {
  std::vector<std::string> all;
  for (const auto& finding : find_problems(parsed(with_steps(steps)), [](std::string_view name) {
         return name == "back_in_stock";
       }))
    all.push_back(finding.path + ": " + finding.problem);
  return all;
}

constexpr const char* kReminder = R"("recheck":{"type":"recheck_stock","next":"email"},
  "email":{"type":"email","next":"sent"}, "sent":{"type":"update_object","next":"wait"},
  "wait":{"type":"wait","duration":2,"unit":"days","until":"09:30","next":"split"},
  "split":{"type":"engagement_split","email":"email","event":"clicked","yes":"end","next":"again"},
  "again":{"type":"recheck_stock","next":"reminder"},
  "reminder":{"type":"email","next":"told"},"told":{"type":"update_object","next":"end"},"end":{"type":"exit"})";

TEST(JourneyReader, ReadsTheDefaultAsRecheckEmailUpdate) {
  const auto journey = parsed(std::string(default_journey_json()));
  ASSERT_EQ(journey.steps.size(), 3u);
  EXPECT_EQ(type_of(journey.steps[0]), "recheck_stock");
  EXPECT_EQ(type_of(journey.steps[1]), "email");
  EXPECT_EQ(type_of(journey.steps[2]), "update_object");
  EXPECT_EQ(journey.steps[2].next.at, kNoStep);
  EXPECT_THAT(find_problems(journey), IsEmpty());
}

TEST(JourneyReader, ReadsWaitsAndSplits) {
  const auto journey = parsed(with_steps(kReminder, R"(,"quiet_hours":{"from":"21:00","to":"08:00"},
    "zone":"Europe/Berlin","frequency_cap":{"messages":3,"days":7},"hold_out_percent":5,
    "goals":[{"name":"bought","when":[{"field":"request.status","value":"Purchased"}]}],
    "test_mode":{"seeds":["ada@example.com"]})"));
  const auto& wait = std::get<WaitStep>(journey.steps[3].what);
  EXPECT_EQ(wait.wait, std::chrono::hours(48));
  EXPECT_EQ(wait.until_minute, 570);
  EXPECT_EQ(std::get<EngagementSplitStep>(journey.steps[4].what).email.at, 1u);
  EXPECT_EQ(journey.quiet_hours->from_minute, 1260);
  EXPECT_EQ(journey.goals[0].when[0].value, "Purchased");
  EXPECT_EQ(journey.seeds->size(), 1u);
  EXPECT_THAT(find_problems(journey), IsEmpty());
}

TEST(JourneyReader, SaysWhereWhatIsWrongAndWhatWouldBeRight) {
  const std::tuple<std::string, std::string, std::string> cases[] = {
      {R"({"key":"j","start":"a","steps":{"a":{"type":"exit"}},"colour":1})", "colour",
       "known are"},
      {R"({"key":"j j","start":"a","steps":{"a":{"type":"exit"}}})", "key", "letters, digits"},
      {R"({"start":"a","steps":{"a":{"type":"exit"}}})", "key", "is missing"},
      {R"({"key":"j","start":"b","steps":{"a":{"type":"exit"}}})", "start", "there is no b"},
      {R"({"key":"j","start":"a","steps":{}})", "steps", "1 to 100"},
      {with_steps(R"("a":{"type":"email","next":7})"), "steps.a.next", "must be a string"},
      {with_steps(R"("a":{"type":"email","next":"zz"})"), "steps.a.next", "there is no zz"},
      {with_steps(R"("a":{"type":"mail"})"), "steps.a.type", "recheck_stock, email"},
      {with_steps(R"("a":{"type":"exit","next":"a"})"), "steps.a.next", "is not known here"},
      {with_steps(R"("a":{"type":"wait"})"), "steps.a", "until"},
      {with_steps(R"("a":{"type":"wait","until":"25:00"})"), "steps.a.until", "00:00 to 23:59"},
      {with_steps(R"("a":{"type":"wait","duration":1,"unit":"moons"})"), "steps.a.unit", "weeks"},
      {with_steps(R"("a":{"type":"random_split","branches":[{"percent":30},{"percent":60}]})"),
       "steps.a.branches", "they make 90"},
      {with_steps(
           R"("a":{"type":"decision_split","branches":[{"when":[{"field":"contact.size","value":"x"}]}]})"),
       "steps.a.branches[0].when[0].field", "contact.first_name"},
      {with_steps(
           R"("a":{"type":"decision_split","branches":[{"when":[{"field":"stock.units","value":"x"}]}]})"),
       "steps.a.branches[0].when[0].value", "whole number"},
      {with_steps(R"("a":{"type":"engagement_split","email":"a","event":"opened"})"),
       "steps.a.email", "an email step"},
      {with_steps(R"("a":{"type":"webhook","url":"ftp://x"})"), "steps.a.url", "https://"},
      {with_steps(R"("a":{"type":"update_object","status":"Opened"})"), "steps.a.status", "Sent"},
      {with_steps(R"("a":{"type":"exit"})", R"(,"zone":"Mars/Base")"), "zone", "IANA"},
      {with_steps(R"("a":{"type":"exit"})", R"(,"quiet_hours":{"from":"09:00","to":"09:00"})"),
       "quiet_hours.to", "differ"},
      {with_steps(R"("a":{"type":"exit"})", R"(,"test_mode":{"seeds":["ada"]})"),
       "test_mode.seeds[0]", "e-mail address"},
  };
  for (const auto& [json, path, right] : cases) {
    const auto journey = parse_journey(json);
    ASSERT_FALSE(journey) << json;
    EXPECT_EQ(journey.error().field, path) << journey.error().message;
    EXPECT_THAT(journey.error().message, HasSubstr(right)) << json;
  }
}

TEST(JourneyRules, RefusesAStepThatNoWayLeadsTo) {
  EXPECT_THAT(problems(R"("a":{"type":"exit"},"lost":{"type":"exit"})"),
              ::testing::ElementsAre(HasSubstr("steps.lost: no way")));
}

TEST(JourneyRules, RefusesALoopWithoutAWait) {
  EXPECT_THAT(problems(R"("a":{"type":"recheck_stock","next":"b"},"b":{"type":"decision_split",
    "branches":[{"when":[{"field":"stock.units","is":"less","value":3}],"next":"a"}]})"),
              ::testing::ElementsAre(HasSubstr("loop without a wait")));
  EXPECT_THAT(
      problems(
          R"("a":{"type":"recheck_stock","next":"b"},"w":{"type":"wait","duration":1,"unit":"days","next":"a"},
    "b":{"type":"decision_split","branches":[{"when":[{"field":"stock.units","is":"less","value":3}],"next":"w"}]})"),
      IsEmpty());
}

TEST(JourneyRules, RefusesAnEmailWhoseStockWasNotLookedAt) {
  EXPECT_THAT(problems(R"("a":{"type":"email","next":"b"},"b":{"type":"update_object"})"),
              ::testing::ElementsAre(HasSubstr("steps.a: needs a recheck_stock")));
  EXPECT_THAT(
      problems(
          R"("a":{"type":"recheck_stock","next":"w"},"w":{"type":"wait","duration":1,"unit":"days","next":"e"},
    "e":{"type":"email","next":"b"},"b":{"type":"update_object"})"),
      ::testing::ElementsAre(HasSubstr("steps.e: needs a recheck_stock")));
}

TEST(JourneyRules, RefusesALookBackWithoutAWaitOrBeforeTheEmail) {
  EXPECT_THAT(problems(R"("a":{"type":"recheck_stock","next":"e"},"e":{"type":"email","next":"u"},
    "u":{"type":"update_object","next":"s"},"s":{"type":"engagement_split","email":"e","event":"opened"})"),
              ::testing::ElementsAre(HasSubstr("steps.s: needs a wait")));
  EXPECT_THAT(
      problems(R"("s":{"type":"engagement_split","email":"e","event":"opened","next":"a"},
    "a":{"type":"recheck_stock","next":"e"},"e":{"type":"email","next":"u"},"u":{"type":"update_object"})"),
      ::testing::ElementsAre(HasSubstr("steps.s.email: must name an e-mail that is sent before")));
}

TEST(JourneyRules, RefusesAnEmailThatTheCrmNeverHearsOf) {
  EXPECT_THAT(problems(R"("a":{"type":"recheck_stock","next":"e"},"e":{"type":"email"})"),
              ::testing::ElementsAre(HasSubstr("put update_object Sent after it")));
  EXPECT_THAT(problems(R"("u":{"type":"update_object"})"),
              ::testing::ElementsAre(HasSubstr("must not be Sent")));
  EXPECT_THAT(
      problems(
          R"("a":{"type":"recheck_stock","next":"e"},"e":{"type":"email","template":"none","next":"u"},
    "u":{"type":"update_object"})"),
      ::testing::ElementsAre(HasSubstr("no such template")));
}

}  // namespace
}  // namespace stockbell::engagement
