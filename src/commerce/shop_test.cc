// The shop's pages and the import routes over the real templates, on both stores.
#include <fstream>
#include <sstream>

#include "commerce/commerce_box.h"
#include "commerce/storefront/page_texts.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

std::optional<std::string_view> web_file(std::string_view path) {
  static std::map<std::string, std::string, std::less<>> files;
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  auto [entry, fresh] = files.try_emplace(std::string(path));
  if (fresh) {
    std::ifstream in(std::filesystem::path(STOCKBELL_SOURCE_DIR) / "web" / path, std::ios::binary);
    if (!in) {
      files.erase(entry);
      return {};
    }
    entry->second.assign(std::istreambuf_iterator<char>(in), {});
  }
  return entry->second;
}

class ShopTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(CommerceBox::migrations()));
    CommerceBox::Options options;
    options.public_url = "http://shop.test";
    options.data_dir = directory();
    options.assets = web_file;
    options.feed_interval = 0ms;
    options.front_door.without_token.requests = 2;
    options.front_door.with_token.requests = 1;  // ten posts a minute of any kind
    box.emplace(db(), clock, random, options, CommerceBox::Ports{});
    box->add_routes(router);
    std::ofstream(directory() / "c.csv")
        << "sku,master_id,name,category,color,size,price,currency,image\n"
           "J-R-S,J,Rain <Jacket>,Coats,Red,S,120,EUR,j.svg\nJ-R-M,J,Rain "
           "<Jacket>,Coats,Red,M,120,EUR,j.svg\n"
           "J-B-S,J,Rain <Jacket>,Coats,Blue,S,99.50,EUR,j.svg\nMUG,,Mug,Kitchen,,,8,EUR,\n";
    std::ofstream(directory() / "s.ndjson")
        << "{\"sku\":\"J-R-S\",\"quantity\":3}\n{\"sku\":\"MUG\",\"quantity\":0}\n";
    ASSERT_EQ(box->import_catalog(directory() / "c.csv")->error, "");
    ASSERT_EQ(box->import_inventory(directory() / "s.ndjson")->rows_changed, 2);
  }
  http::Response send(http::Request request) {
    auto match = router.find(request.method, request.path);
    if (!match.route) return http::Response::text(404, "no route");
    request.path_parameters = match.parameters;
    request.client_address = "192.0.2.1";
    auto answer = match.route->handler(request);
    return answer ? *answer : http::problem(answer.error());
  }
  http::Response get(std::string path,
                     std::vector<std::pair<std::string, std::string>> query = {}) {
    http::Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    return send(std::move(request));
  }
  http::Response post_form(std::string path, std::string body) {
    http::Request request;
    request.method = "POST";
    request.path = std::move(path);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    return send(std::move(request));
  }
  std::optional<CommerceBox> box;
  http::Router router;
};

std::string hidden_field(const http::Response& page, const std::string& name) {
  const auto start = "name=\"" + name + "\" value=\"";
  const auto at = page.body.find(start);
  if (at == std::string::npos) return {};
  const auto from = at + start.size();
  return page.body.substr(from, page.body.find('"', from) - from);
}

bool has(const http::Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

TEST_P(ShopTest, ListsProductsOnceAndFiltersThem) {
  auto all = get("/");
  EXPECT_EQ(all.status, 200);
  EXPECT_TRUE(has(all, "2 products")) << all.body;
  EXPECT_TRUE(has(all, "Rain &lt;Jacket&gt;"));
  EXPECT_TRUE(has(all, "from € 99.50"));
  EXPECT_TRUE(has(get("/", {{"q", "mUg"}}), "1 product"));
  EXPECT_TRUE(
      has(get("/", {{"q", "%"}}), "2 products"));  // no pattern: nothing is left to look for
  EXPECT_FALSE(has(get("/", {{"category", "Kitchen"}}), "Jacket"));
  EXPECT_TRUE(has(get("/", {{"stock", "out"}, {"page", "7"}}), "2 products"));
}

TEST_P(ShopTest, ShowsTheFormForASoldOutVariantOnly) {
  auto in = get("/products/J", {{"color", "Red"}, {"size", "S"}});
  EXPECT_TRUE(has(in, "Only 3 left"));
  auto out = get("/products/J", {{"color", "Blue"}, {"size", "S"}});
  EXPECT_TRUE(has(out, "Sold out"));
  EXPECT_TRUE(has(out, "value=\"J-B-S\""));
  EXPECT_TRUE(has(out, "€ 99.50"));
  EXPECT_TRUE(
      has(get("/products/J", {{"color", "Blue"}, {"size", "M"}}), "Not made in this combination"));
  EXPECT_TRUE(has(get("/products/J"), "Only 3 left"));  // the first in stock
  EXPECT_EQ(get("/products/none").status, 404);
  bool policy = false;
  for (const auto& [name, value] : in.headers)
    policy = policy || (name == "Content-Security-Policy" && value.find("default-src 'none'") == 0);
  EXPECT_TRUE(policy);
}

TEST_P(ShopTest, AnswersAFormByAPageAndLimitsTheClient) {
  auto ok = post_form("/api/v1/notification-requests",
                      "sku=MUG&email=a%40example.com&return_url=/products/MUG");
  EXPECT_EQ(ok.status, 202);
  EXPECT_TRUE(has(ok, "Mug")) << ok.body;
  auto bad = post_form("/api/v1/notification-requests", "sku=MUG&email=a%40&first_name=Ann");
  EXPECT_EQ(bad.status, 422);
  EXPECT_TRUE(has(bad, "value=\"a@\"")) << bad.body;
  EXPECT_EQ(post_form("/api/v1/notification-requests", "sku=NONE&email=a%40example.com").status,
            422);
  auto asked = post_form("/api/v1/notification-requests", "sku=MUG&email=a%40example.com");
  EXPECT_EQ(asked.status, 428);
  EXPECT_TRUE(has(asked, "Send again")) << asked.body;
  EXPECT_TRUE(has(asked, "value=\"a@example.com\""));
  http::Response limited;
  for (int i = 0; i < 20 && limited.status != 429; ++i)
    limited = post_form("/api/v1/notification-requests", "sku=MUG&email=a%40example.com");
  EXPECT_EQ(limited.status, 429);
  EXPECT_TRUE(std::any_of(limited.headers.begin(), limited.headers.end(), [](const auto& h) {
    return h.first == "Retry-After" && h.second == "6";
  }));
}

TEST_P(ShopTest, AnswersAFormInItsLanguage) {
  const std::string form = "sku=MUG&email=a%40example.com&locale=";
  const auto german = post_form("/api/v1/notification-requests", form + "de-AT");
  EXPECT_EQ(german.status, 202);
  EXPECT_TRUE(has(german, "<html lang=\"de\" dir=\"ltr\">")) << german.body;
  EXPECT_TRUE(has(german, "Sobald <strong dir=\"auto\">Mug</strong> wieder da ist"));
  const auto arabic = post_form("/api/v1/notification-requests", form + "ar");
  EXPECT_TRUE(has(arabic, "<html lang=\"ar\" dir=\"rtl\">")) << arabic.body;
  const auto again = post_form("/api/v1/notification-requests", form + "ar&first_name=%22%3Cb%3E");
  EXPECT_EQ(again.status, 428);
  EXPECT_TRUE(has(again, "<html lang=\"ar\" dir=\"rtl\">")) << again.body;
  EXPECT_TRUE(has(again, "إرسال مرة أخرى"));
  EXPECT_TRUE(has(again, "name=\"locale\" value=\"ar\""));
  EXPECT_FALSE(has(again, "<b>"));
  const auto ticket = hidden_field(again, "again"), token = hidden_field(again, "page_token");
  const auto at_once = post_form("/api/v1/notification-requests",
                                 form + "ar&first_name=%22%3Cb%3E&again=" + ticket + "&page_token=" + token);
  EXPECT_EQ(at_once.status, 202) << at_once.body;
}

TEST(PageTextsTest, EveryLanguageHasTheSameTexts) {
  const auto texts = PageTexts::load(web_file);
  ASSERT_TRUE(texts) << texts.error().message;
  const auto& english = texts->of({"en"});
  EXPECT_GT(english.texts.size(), 10u);
  for (const char* tag : {"de", "fr", "es", "ja", "ar"}) {
    const auto& language = texts->of({std::string(tag) + "-XX"});
    EXPECT_EQ(language.tag, tag);
    EXPECT_EQ(language.texts.size(), english.texts.size()) << tag;
    for (const auto& [name, text] : english.texts) {
      EXPECT_NE(language.text(name), "") << tag << ": " << name;
      EXPECT_EQ(text.contains("{item}"), language.text(name).contains("{item}")) << tag << name;
    }
  }
  EXPECT_EQ(texts->of({"", "fr-CA"}).tag, "fr");
  EXPECT_EQ(texts->of({"xx", "nl"}).tag, "en");
}

TEST_P(ShopTest, ListsItemsForTheConsole) {
  auto all = get("/api/v1/products", {{"limit", "2"}});
  EXPECT_TRUE(has(all, R"("next_cursor":"J-R-M")")) << all.body;
  auto rest = get("/api/v1/products", {{"cursor", "J-R-M"}, {"availability", "out_of_stock"}});
  EXPECT_TRUE(has(rest, "MUG"));
  EXPECT_FALSE(has(rest, "J-R-S"));
  EXPECT_EQ(get("/api/v1/products", {{"availability", "x"}}).status, 422);
}

TEST_P(ShopTest, KeepsAcceptedImportsUntilTheyAreDone) {
  http::Request request;
  request.method = "POST";
  request.path = "/api/v1/imports/inventory";
  request.body_file = directory() / "upload.xml";
  std::ofstream(request.body_file)
      << "<inventory><record product-id='MUG'><allocation>4</allocation></record>";
  request.query = {{"file_name", "stock of today.xml"}};
  EXPECT_EQ(send(request).status, 202);  // not running yet
  std::filesystem::remove(request.body_file);
  box->start();
  http::Response list;
  for (auto until = std::chrono::steady_clock::now() + 30s;
       std::chrono::steady_clock::now() < until;) {
    list = get("/api/v1/imports", {{"limit", "1"}});
    if (!has(list, "waiting") && !has(list, "running")) break;
    std::this_thread::yield();
  }
  EXPECT_TRUE(has(list, R"("file_name":"stock of today.xml","state":"failed","rows_read":1)"))
      << list.body;
  EXPECT_TRUE(has(list, "line "));  // the file is cut short, and the report says where
  EXPECT_EQ(get("/api/v1/imports/1").status, 404);
}

TEST_P(ShopTest, SendsPicturesFromTheirFolderOnly) {
  std::filesystem::create_directories(directory() / "pictures");
  std::ofstream(directory() / "pictures" / "j.svg") << "<svg/>";
  EXPECT_EQ(get("/pictures/j.svg").file, directory() / "pictures" / "j.svg");
  for (auto path :
       {"/pictures/../c.csv", "/pictures/.hidden", "/pictures//etc/passwd", "/pictures/none.svg"})
    EXPECT_EQ(get(path).status, 404) << path;
}

STOCKBELL_STORE_TESTS(ShopTest);

}  // namespace
}  // namespace stockbell::commerce
