// The webhook deliveries of tests/data/formats/webhooks, signed and posted to the routes over both
// stores: what is answered, what is then for sale, which SKUs rang and what was bought.
#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "commerce/catalog/online_store.h"
#include "commerce/inventory/stock_event_outbox.h"
#include "commerce/webhooks/webhook_routes.h"
#include "platform/crypto/crypto.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using boost::json::value;
constexpr std::string_view kSecret = "hush-hush-hush";

std::string str(const value& v) { return std::string(v.as_string()); }

// Rings as Engagement does: known to be out, now in. The first thing heard of a SKU is no return.
class Bell final : public StockEvents {
 public:
  Result<> observe(const std::vector<StockObservation>& observations) override {
    for (const auto& seen : observations) {
      auto [entry, fresh] = in_stock_.try_emplace(seen.sku, seen.in_stock);
      if (!fresh && !entry->second && seen.in_stock) rings.insert(seen.sku);
      entry->second = seen.in_stock;
    }
    return {};
  }
  std::multiset<std::string> rings;

 private:
  std::map<std::string, bool> in_stock_;
};

class Till final : public Purchases {
 public:
  Result<> record(const Purchase& p) override {
    if (away) return fail(ErrorCode::unavailable, "away", "the CRM is away");
    EXPECT_EQ(p.email_normalized, "jon@example.com");
    bought.push_back(p.order_id + " " + p.sku + " " + std::to_string(p.quantity));
    return {};
  }
  bool away = false;
  std::vector<std::string> bought;
};

class WebhookTest : public stockbell::testing::StoreTest {
 protected:
  void open_store() {
    std::vector<db::Migration> all;
    for (auto part : {catalog_store::migrations(), inventory_store::migrations(),
                      webhook_store::migrations()})
      all.insert(all.end(), part.begin(), part.end());
    auto migrated = store().migrate(all);
    ASSERT_TRUE(migrated) << migrated.error().message;
    clock.advance(*parse_rfc3339("2026-11-22T00:00:00Z") - clock.now());
  }
  db::Database& store() { return db("webhooks_" + name_); }

  std::string name_;  // of the scenario: each has a store of its own
  void run(const boost::json::object& scenario);
};

void WebhookTest::run(const boost::json::object& scenario) {
  Site site;
  site.key = "main";
  site.inventory_lists = {"default", "24826418", "24826419"};
  if (const auto* lists = scenario.if_contains("lists")) {
    site.inventory_lists.clear();
    for (const auto& list : lists->as_array()) site.inventory_lists.push_back(str(list));
  }
  const auto sites = Sites::one(site);
  Bell bell;
  Till till;
  till.away = scenario.contains("crm");
  InventoryService inventory(store(), clock, ids, sites, [] {});
  CatalogService catalog(store(), clock, random, inventory, {"main"});
  WebhookService service(store(), clock, sites, catalog, inventory, &till);
  StockEventOutbox outbox(store(), clock, sites, &bell);
  auto secrets = WebhookSecrets::parse("main=hush-hush-hush main=another-one", "key", "main");
  ASSERT_TRUE(secrets);
  WebhookDoor door{service, sites, *secrets, *secrets};
  http::Router router;
  add_webhook_routes(router, door);

  const auto shop = str(scenario.at("shop"));
  const auto rung = [&](const value& expected) {
    std::multiset<std::string> words;
    for (const auto& word : expected.as_array()) words.insert(str(word));
    EXPECT_EQ(bell.rings, words);
  };
  for (const auto& step : scenario.at("steps").as_array()) {
    const auto& s = step.as_object();
    http::Request request;
    request.method = "POST";
    request.path = "/hooks/" + shop + "/main";
    request.body = s.contains("raw") ? str(s.at("raw")) : boost::json::serialize(s.at("body"));
    auto signature = crypto::base64(crypto::hmac_sha256(kSecret, request.body));
    if (s.contains("signature")) signature = str(s.at("signature"));
    if (shop == "shopify") {
      request.headers = {{"X-Shopify-Topic", str(s.at("topic"))},
                         {"X-Shopify-Hmac-Sha256", signature}};
      if (s.contains("id")) request.headers.emplace_back("X-Shopify-Webhook-Id", str(s.at("id")));
      if (s.contains("triggered"))
        request.headers.emplace_back("X-Shopify-Triggered-At", str(s.at("triggered")));
    } else {
      request.headers = {{"X-WC-Webhook-Topic", str(s.at("topic"))},
                         {"X-WC-Webhook-Signature", signature}};
    }
    auto match = router.find("POST", request.path);
    ASSERT_TRUE(match.route);
    request.path_parameters = match.parameters;
    const auto answered = match.route->handler(request);
    const auto response = answered ? *answered : http::problem(answered.error());
    EXPECT_EQ(response.status, s.contains("status") ? s.at("status").as_int64() : 200)
        << str(s.at("topic")) << response.body;
    if (s.contains("outcome")) {
      EXPECT_EQ(response.body, R"({"outcome":")" + str(s.at("outcome")) + "\"}");
    }
    for (;;) {
      auto told = outbox.step();
      ASSERT_TRUE(told) << told.error().message;
      if (!told->more) break;
    }
    if (s.contains("rings")) rung(s.at("rings"));
    clock.advance(std::chrono::seconds(1));
  }
  rung(scenario.at("rings"));
  for (const auto& [sku, expected] : scenario.at("items").as_object()) {
    const std::string name(sku);
    auto known = catalog.item_exists(name);
    ASSERT_TRUE(known);
    EXPECT_EQ(*known, !expected.is_null()) << name;
    if (expected.is_null()) continue;
    auto items = inventory.availability(sites.main(), {name});
    ASSERT_TRUE(items);
    EXPECT_EQ(to_text(items->front().level.availability), str(expected.at("availability"))) << name;
    EXPECT_EQ(items->front().level.ats, expected.at("units").as_int64()) << name;
    auto offline =
        store().read([&](db::Session& s) { return online_store::is_offline(s, "main", name); });
    EXPECT_EQ(!*offline, expected.at("online").as_bool()) << name;
  }
  std::vector<std::string> bought;
  if (const auto* expected = scenario.if_contains("purchases"))
    for (const auto& purchase : expected->as_array()) bought.push_back(str(purchase));
  EXPECT_EQ(till.bought, bought);
}

TEST_P(WebhookTest, KeepsWhatShopsSay) {
  std::size_t scenarios = 0;
  const auto folder = std::filesystem::path(STOCKBELL_SOURCE_DIR) / "tests/data/formats/webhooks";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    SCOPED_TRACE(entry.path().filename().string());
    ++scenarios;
    name_ = entry.path().stem().string();
    open_store();
    ASSERT_NO_FATAL_FAILURE(run(boost::json::parse(text.str()).as_object()));
    close_stores();
  }
  EXPECT_GE(scenarios, 18u);
}

STOCKBELL_STORE_TESTS(WebhookTest);

TEST(WebhookSecrets, NamesSitesAndTellsNothing) {
  auto secrets = WebhookSecrets::parse("bWFpbi1zZWNyZXQ=  shop-de=other-secret", "key", "main");
  ASSERT_TRUE(secrets);
  EXPECT_TRUE(secrets->verify(
      "main", "body", crypto::base64(crypto::hmac_sha256("bWFpbi1zZWNyZXQ=", "body"))));
  EXPECT_TRUE(secrets->verify("shop-de", "body",
                              crypto::base64(crypto::hmac_sha256("other-secret", "body"))));
  EXPECT_FALSE(secrets->verify("main", "body",
                               crypto::base64(crypto::hmac_sha256("other-secret", "body"))));
  EXPECT_FALSE(secrets->verify("none", "", crypto::base64(crypto::hmac_sha256("", ""))));
  auto wrong = WebhookSecrets::parse("short", "commerce.shopify_secret", "main");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message.find("short"), std::string::npos);
}

}  // namespace
}  // namespace stockbell::commerce
