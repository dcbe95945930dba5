#include "commerce/storefront/widget_texts.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "commerce/storefront/widget_script.h"

namespace stockbell::commerce {
namespace {

std::optional<std::string_view> web_file(std::string_view path) {
  static std::map<std::string, std::string, std::less<>> files{
      {"widget/widget.js", "(()=>{let s=STOCKBELL_SETTINGS;})();"}};
  if (auto found = files.find(path); found != files.end()) return found->second;
  std::ifstream in(std::filesystem::path(STOCKBELL_SOURCE_DIR) / "web" / path, std::ios::binary);
  if (!in) return {};
  std::stringstream text;
  text << in.rdbuf();
  return files.emplace(path, text.str()).first->second;
}

Site site_with(const std::string& texts, std::vector<std::string> locales = {"en-GB"}) {
  Site site;
  site.locales = std::move(locales);
  if (texts.empty()) return site;
  auto* name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  site.texts = std::filesystem::path(::testing::TempDir()) / (std::string(name) + ".json");
  std::ofstream(site.texts) << texts;
  return site;
}

std::string refusal(const std::string& texts) {
  auto loaded = WidgetTexts::load(web_file, Sites::one(site_with(texts)));
  return loaded ? "accepted" : loaded.error().message;
}

TEST(WidgetTexts, BringsSixLanguagesWithTheSameKeys) {
  auto site = site_with("");
  auto texts = WidgetTexts::load(web_file, Sites::one(site)).value();
  ASSERT_EQ(texts.languages(site).size(), 6u);
  const auto& english = texts.choose(site, "en");
  for (const auto& [tag, language] : texts.languages(site)) {
    EXPECT_EQ(language.right_to_left, tag == "ar") << tag;
    ASSERT_EQ(language.texts.size(), english.texts.size()) << tag;
    for (const auto& [key, text] : english.texts) {
      EXPECT_FALSE(language.text(key).empty()) << tag << " " << key;
      if (tag == "en" || key == "consent_version" || key == "optional") continue;
      EXPECT_NE(language.text(key), text) << tag << " " << key;
    }
    for (const char* key : {"done", "confirm"})
      for (const char* part : {"{item}", "{email}"})
        EXPECT_NE(language.text(key).find(part), std::string_view::npos) << tag << " " << key;
  }
}

TEST(WidgetTexts, ChoosesTagThenLanguageThenTheSitesThenEnglish) {
  auto site = site_with(R"({"de-CH": {"submit": "Mitteilen"}})", {"fr-FR", "de-CH"});
  auto texts = WidgetTexts::load(web_file, Sites::one(site)).value();
  EXPECT_EQ(texts.choose(site, "de-ch").text("submit"), "Mitteilen");
  EXPECT_EQ(texts.choose(site, "de_CH").text("submit"), "Mitteilen");
  EXPECT_EQ(texts.choose(site, "de-AT").tag, "de");
  EXPECT_EQ(texts.choose(site, "pl-PL").tag, "fr");
  EXPECT_EQ(texts.choose(site, "").tag, "fr");
  site.locales = {"pl-PL"};
  EXPECT_EQ(texts.choose(site, "pl").tag, "en");
}

TEST(WidgetTexts, ARegionStartsFromTheSitesOwnLanguage) {
  auto site = site_with(R"({"de-AT": {"title": "Servus"}, "de": {"submit": "Los"}})");
  auto texts = WidgetTexts::load(web_file, Sites::one(site)).value();
  EXPECT_EQ(texts.choose(site, "de-AT").text("submit"), "Los");
  EXPECT_EQ(texts.choose(site, "de-AT").text("title"), "Servus");
  EXPECT_NE(texts.choose(site, "de").text("title"), "Servus");
}

TEST(WidgetTexts, RefusesWhatWouldBeShownWrong) {
  EXPECT_EQ(refusal(R"({"de": {"title": "Hallo"}})"), "accepted");
  EXPECT_EQ(refusal(R"({"de": {"done": "{item}: {email}"}})"), "accepted");
  for (auto [texts, word] : std::map<std::string, std::string>{
           {R"({"de": {"titel": "Hallo"}})", "there is no text \"titel\""},
           {R"({"de": {"title": ""}})", "title: 1 to"},
           {R"({"de": {"title": 5}})", "title: a text is needed"},
           {R"({"de": {"title": "a\u0007b"}})", "no control characters"},
           {R"({"de": {"done": "Danke {name}"}})", "placeholder"},
           {R"({"de": {"title": "Hallo {email}"}})", "placeholder"},
           {R"({"de": {"consent": "Anders."}})", "consent_version"},
           {R"({"pl": {"title": "Powiadom mnie"}})", "pl: \"available\" is missing"},
           {R"({"d": {"title": "Hallo"}})", "a language tag"},
           {R"({"de": "Hallo"})", "an object of texts"},
           {R"({"de": )", "de"},
           {"[]", ""}}) {
    auto message = refusal(texts);
    EXPECT_NE(message, "accepted") << texts;
    EXPECT_NE(message.find(word), std::string::npos) << texts << ": " << message;
    EXPECT_NE(message.find("commerce.sites: default: texts: "), std::string::npos) << message;
  }
  auto missing = site_with("");
  missing.texts = "/nonexistent/texts.json";
  EXPECT_NE(WidgetTexts::load(web_file, Sites::one(missing))
                .error()
                .message.find("/nonexistent/texts.json: the file cannot be read"),
            std::string::npos);
}

class Widget : public ::testing::Test {
 protected:
  http::Response get(std::string path, std::vector<std::pair<std::string, std::string>> query,
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto match = router.find("GET", path);
    http::Request request;
    request.query = std::move(query);
    request.headers = std::move(headers);
    auto answer = match.route->handler(request);
    return answer ? *answer : http::problem(answer.error());
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }
  static Sites sites() {
    Site one, two;
    two.key = "eu";
    two.locales = {"de-DE", "ar"};
    two.double_opt_in = two.ring_on_preorder = true;
    return Sites::create({one, two}).value();
  }
  Widget() { add_widget_routes(router, scripts); }
  WidgetScripts scripts = WidgetScripts::of(web_file, sites());
  http::Router router;
};

TEST_F(Widget, CarriesTheSettingsOfItsSiteAndLanguage) {
  auto script = get("/api/v1/widget.js", {{"site", "eu"}, {"locale", "de"}});
  EXPECT_EQ(script.status, 200);
  EXPECT_TRUE(script.body.starts_with(
      R"((()=>{let s={"site":"eu","locale":"de-DE","dir":"ltr","confirm":true,"rings":["in_stock","preorder"],"texts":{)"))
      << script.body;
  EXPECT_TRUE(script.body.ends_with("}};})();"));
  auto arabic = get("/api/v1/widget-settings", {{"site", "eu"}, {"locale", "ar-EG"}});
  EXPECT_TRUE(arabic.body.starts_with(R"({"site":"eu","locale":"ar","dir":"rtl")")) << arabic.body;
  EXPECT_EQ(get("/api/v1/widget.js", {{"site", "nowhere"}}).status, 404);
}

TEST_F(Widget, IsCompressedAndCachedWhereTheClientCan) {
  auto plain = get("/api/v1/widget.js", {});
  auto zipped = get("/api/v1/widget.js", {}, {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  EXPECT_LT(zipped.body.size(), plain.body.size());
  EXPECT_EQ(
      header(get("/api/v1/widget.js", {}, {{"Accept-Encoding", "gzip;q=0"}}), "Content-Encoding"),
      "");
  EXPECT_EQ(header(plain, "Cross-Origin-Resource-Policy"), "cross-origin");
  auto again = get("/api/v1/widget.js", {}, {{"If-None-Match", header(plain, "ETag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

}  // namespace
}  // namespace stockbell::commerce
