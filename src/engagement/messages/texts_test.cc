#include "engagement/messages/texts.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

std::string read(std::string_view tag) {
  std::ifstream in(fmt::format("{}/web/messages/texts.{}.json", STOCKBELL_SOURCE_DIR, tag));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::multiset<std::string> holes_of(const std::string& text) {
  static const std::regex hole("\\{\\w+\\}");
  return {std::sregex_token_iterator(text.begin(), text.end(), hole),
          std::sregex_token_iterator()};
}

TEST(Texts, EveryLanguageSaysEverythingWithTheSameHoles) {
  const auto english = text::parse_json_object(read("en"));
  ASSERT_TRUE(english);
  EXPECT_GT(english->size(), 60u);
  for (const auto tag : Texts::kLanguages) {
    const auto other = text::parse_json_object(read(tag));
    ASSERT_TRUE(other) << tag;
    EXPECT_EQ(other->size(), english->size()) << tag;
    for (const auto& [name, value] : *english) {
      ASSERT_TRUE(other->contains(name)) << tag << " has no " << name;
      if (!value.is_string()) continue;
      const std::string here(other->at(name).as_string());
      EXPECT_FALSE(here.empty()) << tag << ": " << name;
      EXPECT_EQ(holes_of(here), holes_of(std::string(value.as_string()))) << tag << ": " << name;
    }
    EXPECT_TRUE(Language::parse(std::string(tag), read(tag))) << tag;
  }
}

TEST(Texts, FillsHolesAndWritesDays) {
  const auto german = Language::parse("de", read("de"));
  ASSERT_TRUE(german);
  EXPECT_EQ(german->say("items", {{"count", "3"}}), "3 Artikel");
  EXPECT_EQ(german->say("items"), "{count} Artikel");
  EXPECT_EQ(german->say("nothing"), "");
  EXPECT_EQ(german->day(Time(std::chrono::seconds(1'795'440'000))), "23. November 2026");
  EXPECT_FALSE(german->right_to_left());
  EXPECT_FALSE(Language::parse("xx", R"({"dir":"ltr","months":["a"]})"));
}

TEST(Texts, FindsTheLanguageOfALocale) {
  static std::map<std::string, std::string> files;
  for (const auto tag : Texts::kLanguages)
    files[fmt::format("messages/texts.{}.json", tag)] = read(tag);
  const auto texts = Texts::load([](std::string_view path) {
    const auto found = files.find(std::string(path));
    return found == files.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  });
  ASSERT_TRUE(texts);
  EXPECT_EQ(texts->of("de-AT").tag(), "de");
  EXPECT_EQ(texts->of("AR").tag(), "ar");
  EXPECT_EQ(texts->of("pt-BR").tag(), "en");
  EXPECT_EQ(texts->of("").tag(), "en");
  EXPECT_FALSE(Texts::load({}));
}

}  // namespace
}  // namespace stockbell::engagement
