#include "commerce/commerce_box.h"

#include <fstream>

#include "commerce/catalog/online_store.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

// Neighbours that remember what reached them and can be away.
struct Neighbours : NotificationIntake, StockEvents, FeedUpload {
  std::mutex mutex;
  std::condition_variable changed;
  bool away = false;
  std::string refuse_sku;
  std::vector<NotificationRequest> requests;
  std::vector<StockObservation> observations;
  std::string feed;

  Result<IntakeReceipt> submit(const NotificationRequest& request) override {
    std::lock_guard lock(mutex);
    if (away) return fail(ErrorCode::unavailable, "crm-away", "away");
    if (request.sku == refuse_sku) return fail(ErrorCode::invalid, "sku-odd", "odd");
    requests.push_back(request);
    changed.notify_all();
    return IntakeReceipt{};
  }
  Result<> observe(const std::vector<StockObservation>& batch) override {
    std::lock_guard lock(mutex);
    if (away) return fail(ErrorCode::unavailable, "engagement-away", "away");
    observations.insert(observations.end(), batch.begin(), batch.end());
    changed.notify_all();
    return {};
  }
  Result<> upload(const std::filesystem::path& file, const std::string&) override {
    std::ifstream in(file, std::ios::binary);
    std::lock_guard lock(mutex);
    if (away) return fail(ErrorCode::unavailable, "sftp-away", "the SFTP server does not answer");
    feed.assign(std::istreambuf_iterator<char>(in), {});
    return {};
  }
  bool wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 30s, until);
  }
};

constexpr std::string_view kCatalog = R"(<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="http://www.demandware.com/xml/impex/catalog/2006-10-31" catalog-id="demo">
  <category category-id="knit"><display-name xml:lang="x-default">Knitwear</display-name></category>
  <product product-id="P1"><display-name xml:lang="x-default">Crew | "Soft"</display-name>
    <long-description>Warm
and soft</long-description><brand>Pine</brand><unknown-thing>x</unknown-thing>
    <variations><variants><variant product-id="P1-S"/><variant product-id="P1-M"/></variants></variations>
    <classification-category>knit</classification-category></product>
  <product product-id="P1-S"><images><image-group view-type="large"><image path="p1 s.svg"/></image-group></images>
    <custom-attributes><custom-attribute attribute-id="color">Navy</custom-attribute>
      <custom-attribute attribute-id="size">S</custom-attribute><custom-attribute attribute-id="price">59</custom-attribute>
      <custom-attribute attribute-id="currency">EUR</custom-attribute></custom-attributes></product>
  <product product-id="P1-M"><custom-attributes><custom-attribute attribute-id="color">Navy</custom-attribute>
      <custom-attribute attribute-id="size">M</custom-attribute></custom-attributes></product>
</catalog>)";

// No header, turn-over for turnover, blanks, an unknown element, a duplicate, CRLF, a record that
// is refused.
constexpr std::string_view kInventory =
    "\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<inventory "
    "xmlns=\"http://www.demandware.com/xml/impex/inventory/2007-05-31\">\r\n"
    "<inventory-list><records>\r\n<record product-id=\"P1-S\"><allocation> 3 "
    "</allocation></record>\r\n"
    "<record "
    "product-id=\"P1-M\"><allocation>5.0</allocation><turn-over>5</turn-over><ats>5</"
    "ats><colour>x</colour></record>\r\n"
    "<record product-id=\"P1-X\"><allocation>many</allocation></record>\r\n"
    "<record "
    "product-id=\"P1-S\"><allocation>7</allocation></record>\r\n</records></inventory-list></"
    "inventory>";

class CommerceBoxTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    auto migrated = db().migrate(CommerceBox::migrations());
    ASSERT_TRUE(migrated) << migrated.error().message;
    open();
  }
  void open(const std::string& site = "default") {
    box.reset();
    CommerceBox::Options options;
    Site only;
    only.key = site;
    options.sites = Sites::one(std::move(only));
    options.public_url = "http://shop.test";
    options.data_dir = directory();
    options.assets = [](std::string_view) { return std::optional<std::string_view>(); };
    options.feed_interval = 0ms;
    options.front_door.with_token = options.front_door.without_token = {};
    options.front_door.mailbox_hour = options.front_door.mailbox_day = {};
    options.intake_backoff = options.stock_backoff = {1ms, 5ms};
    box.emplace(db(), clock, random, options,
                CommerceBox::Ports{&neighbours, &neighbours, &neighbours});
    router.emplace();
    box->add_routes(*router);
  }
  std::filesystem::path file(const std::string& name, std::string_view content) {
    auto path = directory() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  Result<http::Response> call(std::string method, std::string path, std::string body = {}) {
    http::Request request;
    auto mark = path.find('?');
    request.method = method;
    request.path = path.substr(0, mark);
    if (mark != path.npos) {
      auto equals = path.find('=', mark);
      request.query.emplace_back(path.substr(mark + 1, equals - mark - 1), path.substr(equals + 1));
    }
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
    request.client_address = "192.0.2.1";
    auto match = router->find(method, request.path);
    if (!match.route) return fail(ErrorCode::not_found, "no-route", path);
    request.path_parameters = match.parameters;
    return match.route->handler(request);
  }
  void import_all() {
    auto catalog = box->import_catalog(file("catalog.xml", kCatalog));
    ASSERT_TRUE(catalog) << catalog.error().message;
    ASSERT_EQ(catalog->error, "");
    ASSERT_EQ(catalog->rows_read, 3);
    ASSERT_EQ(catalog->rows_changed, 3);
  }

  Neighbours neighbours;
  std::optional<CommerceBox> box;
  std::optional<http::Router> router;
};

TEST_P(CommerceBoxTest, ImportsFlawedInventoryAndTellsEachChangeOnce) {
  import_all();
  auto report = box->import_inventory(file("stock.xml", kInventory));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(to_text(report->state), "done") << report->error;
  EXPECT_EQ(report->rows_read, 4);
  EXPECT_EQ(report->rows_changed, 2);
  ASSERT_EQ(report->refused.size(), 1u);
  EXPECT_EQ(report->refused[0].reason, "allocation-invalid");
  EXPECT_EQ(report->refused[0].line, 6);
  auto again = box->import_inventory(file("stock.xml", kInventory));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rows_changed, 0);

  box->start();
  ASSERT_TRUE(neighbours.wait([&] { return neighbours.observations.size() >= 2; }));
  ASSERT_TRUE(call("PUT", "/api/v1/inventory/P1-M", R"({"quantity":2})"));
  ASSERT_TRUE(neighbours.wait([&] { return neighbours.observations.size() >= 3; }));
  box->stop();
  EXPECT_EQ(neighbours.observations.size(), 3u);
  EXPECT_EQ(neighbours.observations[0].sku, "P1-M");
  EXPECT_FALSE(neighbours.observations[0].in_stock);
  EXPECT_EQ(neighbours.observations[1].ats, 7);  // the last of the duplicates
  EXPECT_EQ(neighbours.observations[1].site, "default");
  EXPECT_EQ(neighbours.observations[2].sku, "P1-M");
  EXPECT_GT(neighbours.observations[2].observed_at, neighbours.observations[1].observed_at);
  auto asked = call("GET", "/api/v1/availability?sku=P1-M");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->body, R"({"items":[{"sku":"P1-M","availability":"in_stock","quantity":2}]})");
}

// With the configuration as it comes: a site that sells from `default` alone.
TEST_P(CommerceBoxTest, SellsByAGoogleFeedOfAShopThatConfiguresNoList) {
  auto report = box->import_catalog(
      file("google.tsv",
           "id\ttitle\tlink\tavailability\tprice\nTEE\tTee\thttps://shop.test/tee\tin_stock"
           "\t15.00 USD\n"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->error, "");
  auto asked = call("GET", "/api/v1/availability?sku=TEE");
  ASSERT_TRUE(asked);
  EXPECT_NE(asked->body.find("\"in_stock\""), std::string::npos) << asked->body;
}

// From the shop's call to what Engagement has heard: events that wake, no schedule.
TEST_P(CommerceBoxTest, TellsALiveChangeWithinTheSecond) {
  import_all();
  box->start();
  std::vector<double> milliseconds;
  for (int units = 1; units <= 21; ++units) {
    const auto from = std::chrono::steady_clock::now();
    ASSERT_TRUE(call("PUT", "/api/v1/inventory/P1-M",
                     R"({"quantity":)" + std::to_string(units % 2 * units) + "}"));
    ASSERT_TRUE(neighbours.wait([&] {
      return !neighbours.observations.empty() &&
             neighbours.observations.back().ats == units % 2 * units;
    }));
    milliseconds.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count());
  }
  box->stop();
  std::ranges::sort(milliseconds);
  RecordProperty("median_ms", std::to_string(milliseconds[10]));
  EXPECT_LT(milliseconds[10], 1000);
  EXPECT_LT(milliseconds[20], 10000);
}

TEST_P(CommerceBoxTest, RefusesUnknownSkusAndOddQuantities) {
  import_all();
  EXPECT_EQ(call("PUT", "/api/v1/inventory/NONE", R"({"quantity":2})").error().code,
            ErrorCode::not_found);
  EXPECT_EQ(call("PUT", "/api/v1/inventory/P1-S", R"({"quantity":"2"})").error().field, "quantity");
  EXPECT_EQ(call("PUT", "/api/v1/inventory/P1-S", R"({"quantity":-1})").error().field, "quantity");
  EXPECT_EQ(call("PUT", "/api/v1/inventory/P1-S", "{").error().code, ErrorCode::invalid);
  EXPECT_EQ(call("PUT", "/api/v1/inventory/P1", R"({"quantity":1})").error().code,
            ErrorCode::not_found);  // a master
}

TEST_P(CommerceBoxTest, HandsOverWhatIsDueWithoutThreadsOfItsOwn) {
  import_all();
  ASSERT_TRUE(box->open());
  box->start_intake();
  ASSERT_TRUE(call("PUT", "/api/v1/inventory/P1-M", R"({"quantity":2})"));
  const auto answer =
      call("POST", "/api/v1/notification-requests", R"({"sku":"P1-S","email":"ann@example.com"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 202);
  neighbours.away = true;
  const auto away = box->run_due();
  ASSERT_FALSE(away);
  EXPECT_TRUE(away.error().temporary());
  neighbours.away = false;
  clock.advance(Duration(1000));
  ASSERT_TRUE(box->run_due());
  ASSERT_EQ(neighbours.requests.size(), 1u);
  ASSERT_EQ(neighbours.observations.size(), 1u);
  ASSERT_TRUE(box->run_due());
  EXPECT_EQ(neighbours.requests.size() + neighbours.observations.size(), 2u);
}

TEST_P(CommerceBoxTest, HundredSimultaneousPostsAreOneOutboxRow) {
  import_all();
  std::vector<std::thread> clients;
  std::mutex mutex;
  std::set<std::string> answers;
  for (int i = 0; i < 100; ++i)
    clients.emplace_back([&, i] {
      auto answer = call("POST", "/api/v1/notification-requests",
                         i % 2 ? R"({"sku":"P1-M","email":"ann@example.com"})"
                               : R"({"sku":"P1-M","email":"ann@EXAMPLE.com"})");
      std::lock_guard lock(mutex);
      answers.insert(answer ? std::to_string(answer->status) + answer->body
                            : answer.error().message);
    });
  for (auto& client : clients) client.join();
  EXPECT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers.begin()->starts_with("202"));
  box->start();
  ASSERT_TRUE(neighbours.wait([&] { return !neighbours.requests.empty(); }));
  box->stop();
  EXPECT_EQ(neighbours.requests.size(), 1u);
}

TEST_P(CommerceBoxTest, RequestsOutliveACrashAndAnAbsentCrm) {
  import_all();
  neighbours.away = true;
  neighbours.refuse_sku = "P1-S";
  box->start();
  for (auto body :
       {R"({"sku":"P1-M","email":"a@example.com","first_name":"Ann"})",
        R"({"sku":"P1-S","email":"a@example.com"})", R"({"sku":"P1-M","email":"b@example.com"})"}) {
    auto answer = call("POST", "/api/v1/notification-requests", body);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 202);
  }
  box.reset();
  close_stores();
  open();
  neighbours.away = false;
  box->start();
  ASSERT_TRUE(neighbours.wait([&] { return neighbours.requests.size() == 2; }));
  box->stop();
  EXPECT_EQ(neighbours.requests[0].email, "a@example.com");
  EXPECT_EQ(neighbours.requests[0].first_name, "Ann");
  EXPECT_EQ(neighbours.requests[1].email, "b@example.com");
  auto parked = call("GET", "/api/v1/intake-outbox");
  ASSERT_TRUE(parked);
  EXPECT_NE(parked->body.find(R"("state":"parked","attempts":1,"reason":"sku-odd")"),
            std::string::npos)
      << parked->body;
}

TEST_P(CommerceBoxTest, WritesTheFullFeedAndSaysWhyAnUploadFailed) {
  import_all();
  ASSERT_TRUE(box->import_inventory(file("stock.xml", kInventory)));
  auto run = box->run_feed();
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->rows, 2);
  EXPECT_TRUE(neighbours.feed.starts_with(R"("SiteID"|"ProductID"|)"));
  EXPECT_NE(
      neighbours.feed.find(
          R"("default"|"P1-S"|"P1-S"|"P1"|"N"|"Y"|"Crew | ""Soft"""|"Knitwear"|"http://shop.test/products/P1?color=Navy&size=S"|"Y"|"P1-S"|"http://shop.test/pictures/p1%20s.svg"|"http://shop.test/pictures/p1%20s.svg"|"59.00"|""|"Warm and soft"|"Y"|"7"|)"),
      std::string::npos)
      << neighbours.feed;
  neighbours.away = true;
  auto failed = box->run_feed();
  ASSERT_TRUE(failed);
  EXPECT_EQ(to_text(failed->state), "failed");
  EXPECT_NE(failed->error.find("SFTP"), std::string::npos);
}

TEST_P(CommerceBoxTest, ARenamedSiteSellsNothingThatIsOfflineNotForAMoment) {
  auto catalog =
      box->import_catalog(file("catalog.csv", "sku,name,online\nOFF,Scarf,false\nON,Hat,true\n"));
  ASSERT_TRUE(catalog);
  ASSERT_EQ(catalog->rows_changed, 2);
  ASSERT_TRUE(box->import_inventory(file("stock.csv", "sku,quantity\nOFF,5\nON,5\n")));
  open("eu");
  box->start();
  EXPECT_TRUE(*db().read([](db::Session& s) { return online_store::is_offline(s, "eu", "OFF"); }))
      << "derived before anybody asks";
  ASSERT_TRUE(neighbours.wait([&] {
    return std::ranges::any_of(neighbours.observations,
                               [](const auto& o) { return o.sku == "ON" && o.in_stock; });
  }));
  box->stop();
  for (const auto& seen : neighbours.observations) EXPECT_FALSE(seen.sku == "OFF" && seen.in_stock);
}

STOCKBELL_STORE_TESTS(CommerceBoxTest);

}  // namespace
}  // namespace stockbell::commerce
