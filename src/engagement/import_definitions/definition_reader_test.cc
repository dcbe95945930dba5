#include "engagement/import_definitions/definition_reader.h"

#include <gmock/gmock.h>

#include "engagement/import_definitions/name_pattern.h"

namespace stockbell::engagement {
namespace {

using ::testing::HasSubstr;

std::string matched(std::string_view pattern, std::string_view name) {
  const auto parsed = NamePattern::parse(pattern);
  if (!parsed) return "!" + parsed.error().message;
  const auto parts = parsed->match(name);
  if (!parts) return "no";
  return (parts->time ? to_rfc3339(*parts->time) : "") + "/" +
         (parts->sequence ? std::to_string(*parts->sequence) : "");
}

TEST(NamePattern, ReadsDatesAndSequencesOutOfNames) {
  EXPECT_EQ(matched("prices.csv", "Prices.CSV"), "/");
  EXPECT_EQ(matched("prices.csv", "prices.csv.gz"), "no");
  EXPECT_EQ(matched("p_%%Year%%%%Month%%%%Day%%*.csv", "p_20260131_late.csv"),
            "2026-01-31T00:00:00.000Z/");
  EXPECT_EQ(matched("p_%%Year%%%%Month%%%%Day%%.csv", "p_20260231.csv"), "no");
  EXPECT_EQ(
      matched("p_%%year%%-%%MONTH%%-%%Day%%T%%Hour%%%%Minute%%%%Second%%", "p_2026-01-31T081500"),
      "2026-01-31T08:15:00.000Z/");
  EXPECT_EQ(matched("a*_%%Sequence%%.csv", "a1_2_17.csv"), "/17");
  EXPECT_EQ(matched("a*%%Sequence%%.csv", "a1b22.csv"), "/22");
  EXPECT_EQ(matched("a%%Sequence%%.csv", "a1234567890123456789.csv"), "no");
  EXPECT_EQ(matched("?x*", "yx"), "/");
  EXPECT_EQ(matched("*a*b*c", "aabbcc"), "/");
  EXPECT_EQ(matched("*a*b*c", "aabbcd"), "no");
  EXPECT_EQ(matched("%%FILENAME_FROM_TRIGGER%%", "any"), "no");
  EXPECT_THAT(matched("p_%%Weekday%%", "x"), HasSubstr("Year, Month, Day"));
  EXPECT_THAT(matched("p_%%Month%%", "x"), HasSubstr("%%Year%% before"));
  EXPECT_THAT(matched("p_%%Year%%%%Year%%", "x"), HasSubstr("once"));
  EXPECT_THAT(matched("*", "x"), HasSubstr("at least one character"));
}

TEST(NamePattern, TakesItsTimeFromNobody) {
  std::string pattern, name(255, 'a');
  for (int i = 0; i < 90; ++i) pattern += "*a";
  EXPECT_EQ(matched(pattern + "b", name), "no");  // would not end, if each * were tried with each
}

TEST(ImportDefinitions, AreReadAndWrittenTheSame) {
  const auto read = read_import_definition(
      R"({"name":"Prices","key":"prices","file_name":"p_%%Year%%.csv","destination":"Prices","action":"overwrite",
          "format":{"delimiter":"TAB","quote":"none","encoding":"windows-1252","compression":"gzip","header":false},
          "mapping":[{"position":2,"to":"Sku"},{"position":1,"to":"Price"}],"duplicate_keys":"first",
          "rules":{"blank":"apply","too_old":"error"},"max_age_hours":24,"refused_limit":0,"on_arrival":false})");
  ASSERT_TRUE(read) << read.error().message;
  const auto text = [](const ImportDefinition& one) {
    text::JsonWriter json;
    json.begin_object();
    write_import_definition(json, one);
    json.end_object();
    return std::move(json).str();
  };
  const auto again = read_import_definition(text(*read));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(text(*again), text(*read));
  EXPECT_EQ(again->fields[0].position, 2);
  EXPECT_EQ(again->format.delimiter, '\t');
}

TEST(ImportDefinitions, SayWhatIsWrongAndWhere) {
  const auto refused = [](const std::string& members) {
    const auto read = read_import_definition(
        R"({"name":"N","file_name":"n.csv","destination":"D")" + members + "}");
    return read ? "taken" : read.error().field + ": " + read.error().message;
  };
  EXPECT_EQ(refused(""), "taken");
  EXPECT_THAT(refused(R"(,"colour":1)"), HasSubstr("colour is not known here"));
  EXPECT_THAT(refused(R"(,"action":"replace")"), HasSubstr("action must be one of add, update"));
  EXPECT_THAT(refused(R"(,"format":{"delimiter":"x"})"), HasSubstr("format.delimiter must be one"));
  EXPECT_THAT(refused(R"(,"format":{"quote":","})"), HasSubstr("must not be the delimiter"));
  EXPECT_THAT(refused(R"(,"format":{"header":false},"mapping":"by_name")"),
              HasSubstr("have no header"));
  EXPECT_THAT(refused(R"(,"mapping":[{"to":"A"}])"), HasSubstr("mapping[0].from must be"));
  EXPECT_THAT(refused(R"(,"rules":{"missing":"hold"})"), HasSubstr("must be error or ignore"));
  for (const auto* taken : {"*_catalogFeed.psv", "d*", "*.psv"}) {
    const auto read = read_import_definition(
        fmt::format(R"({{"name":"N","file_name":"{}","destination":"D"}})", taken));
    ASSERT_FALSE(read) << taken;
    EXPECT_THAT(read.error().message, HasSubstr("the files of the catalog feed"));
  }
}

}  // namespace
}  // namespace stockbell::engagement
