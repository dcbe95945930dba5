#include "commerce/stock_api/stock_api.h"

#include <fstream>

#include "commerce/catalog/catalog_store.h"
#include "commerce/stock_api/oci_import.h"
#include "platform/text/json.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

class StockApiTest : public stockbell::testing::StoreTest {
 protected:
  explicit StockApiTest(Site site = two_lists()) : sites(Sites::one(std::move(site))) {}
  void SetUp() override {
    for (auto part : {import_store::migrations(), catalog_store::migrations(),
                      inventory_store::migrations(), OciSurface::migrations()})
      ASSERT_TRUE(db().migrate(part));
    catalog_store::CatalogChanges catalog;
    for (const auto* id : {"A", "B"}) {
      Product product;
      product.id = id;
      catalog.products.push_back(product);
    }
    ASSERT_TRUE(db().write([&](db::Session& s) { return catalog_store::apply(s, catalog); }));
    imports.handle(ImportKind::availability,
                   [this](const std::filesystem::path& file, ImportTally& tally) {
                     return import_oci(file, inventory, tally);
                   });
    add_stock_api(router, surface);
  }
  // The answer's status and body; of a refusal what the surface's renderer makes of it.
  std::pair<int, std::string> call(std::string method, std::string path, std::string body = {}) {
    http::Request request;
    const auto mark = path.find('?');
    request.method = method;
    request.path = path.substr(0, mark);
    while (mark != path.npos && request.query.empty()) {
      auto query = path.substr(mark + 1) + "&";
      for (std::size_t at = 0; at < query.size();) {
        const auto end = query.find('&', at), equals = query.find('=', at);
        request.query.emplace_back(query.substr(at, equals - at),
                                   query.substr(equals + 1, end - equals - 1));
        at = end + 1;
      }
    }
    request.body = body;
    request.body_file = directory() / "body";
    std::ofstream(request.body_file, std::ios::binary) << body;
    auto match = router.find(method, request.path);
    if (!match.route) return {404, "no route"};
    request.path_parameters = match.parameters;
    auto answer = match.route->handler(request);
    if (answer) return {answer->status, answer->body};
    const auto status = http::status_of(answer.error().code);
    if (const auto* render = router.renderer_of(request.path)) {
      auto refusal = (*render)(answer.error(), status, {});
      return {refusal.status, refusal.body};
    }
    return {status, answer.error().reason};
  }
  static std::string between(const std::string& text, const std::string& from, char to) {
    const auto at = text.find(from);
    if (at == text.npos) return {};
    return text.substr(at + from.size(), text.find(to, at + from.size()) - at - from.size());
  }
  static Site two_lists() {
    Site site;
    site.inventory_lists = {"default", "east"};
    return site;
  }

  Sites sites;
  InventoryService inventory{db(), clock, ids, sites, [] {}};
  ImportService imports{db(), clock, ids, directory() / "imports"};
  OciSurface surface{inventory, imports, ids, random, "http://shop.test"};
  http::Router router;
};

TEST_P(StockApiTest, TellsOrderableApartFromInStock) {
  auto put = call("PUT", "/api/v1/inventory/A",
                  R"({"quantity":0,"preorder_handling":"backorder","preorder_allocation":4,
                      "in_stock_date":"2026-03-01"})");
  EXPECT_EQ(put.first, 200) << put.second;
  EXPECT_EQ(call("GET", "/api/v1/availability?sku=A&site=default").second,
            R"({"items":[{"sku":"A","availability":"backorder","quantity":0,"orderable":4,)"
            R"("in_stock_date":"2026-03-01T00:00:00.000Z"}]})");
  put = call("PUT", "/api/v1/inventory/A",
             R"({"quantity":9,"reserved":2,"safety_stock":3,"list":"east"})");
  EXPECT_EQ(put.second, R"({"sku":"A","availability":"in_stock","quantity":4})");
  EXPECT_EQ(call("GET", "/api/v1/availability?sku=A&site=other").second, "site-invalid");
  EXPECT_EQ(call("PUT", "/api/v1/inventory/NONE", R"({"quantity":1})").first, 404);
  for (const auto* body :
       {"{}", R"({"quantity":-1})", R"({"quantity":1.5})", R"({"quantity":1,"reserved":"2"})",
        R"({"quantity":1,"list":""})", R"({"quantity":1,"in_stock_date":"soon"})"})
    EXPECT_EQ(call("PUT", "/api/v1/inventory/A", body).first, 422) << body;
}

TEST_P(StockApiTest, ServesOcapiInventoryRecordsWithItsFaults) {
  const std::string root = "/s/-/dw/data/v23_2/inventory_lists/";
  const std::string one = root + "default/product_inventory_records/A";
  auto [status, body] = call("GET", root + "none/product_inventory_records/A");
  EXPECT_EQ(status, 404);
  EXPECT_NE(body.find(R"("type":"InventoryListNotFoundException")"), body.npos) << body;
  EXPECT_NE(call("GET", one).second.find("ProductInventoryRecordNotFoundException"), body.npos);
  EXPECT_EQ(call("PATCH", one, R"({"perpetual_flag":true})").first, 404);
  auto made =
      call("PUT", one, R"({"allocation":{"amount":5},"pre_order_back_order_handling":"none"})");
  EXPECT_EQ(made.first, 201) << made.second;
  EXPECT_NE(made.second.find(R"("_v":"23.2","_type":"product_inventory_record")"), body.npos);
  EXPECT_NE(made.second.find(R"("stock_level":5)"), body.npos) << made.second;
  EXPECT_EQ(call("PATCH", one, R"({"pre_order_back_order_allocation":3,
                                   "pre_order_back_order_handling":"preorder"})")
                .first,
            200);
  EXPECT_NE(call("GET", one).second.find(R"("ats":8)"), body.npos) << call("GET", one).second;
  // PUT says the whole record, PATCH a part of it.
  EXPECT_EQ(call("PUT", one, R"({"allocation":{"amount":2}})").first, 200);
  EXPECT_NE(call("GET", one).second.find(R"("pre_order_back_order_handling":"none")"), body.npos);
  auto bad = call("PATCH", one, R"({"allocation":{"amount":-2}})");
  EXPECT_EQ(bad.first, 400);
  EXPECT_NE(bad.second.find("PropertyConstraintViolationException"), body.npos) << bad.second;
  EXPECT_EQ(
      call("PUT", root + "default/product_inventory_records/B", R"({"perpetual_flag":true})").first,
      201);
  auto page = call("GET", root + "default/product_inventory_records?start=1&count=1").second;
  EXPECT_NE(page.find(R"("count":1,"data":[{)"), body.npos) << page;
  EXPECT_NE(page.find(R"("start":1,"total":2)"), body.npos) << page;
  EXPECT_EQ(call("DELETE", one).first, 204);
  EXPECT_EQ(call("DELETE", one).first, 404);
}

TEST_P(StockApiTest, TakesAnAvailabilityImportByItsLinkOnce) {
  auto [status, body] = call(
      "POST", "/inventory/impex/v1/organizations/f_ecom_abcd_001/availability-records/imports");
  EXPECT_EQ(status, 201);
  const auto upload = between(body, R"("uploadLink":"http://shop.test)", '"');
  const auto state = between(body, R"("importStatusLink":"http://shop.test)", '"');
  EXPECT_NE(call("GET", state).second.find("WAITING_FOR_UPLOAD"), body.npos);
  const std::string lines =
      R"({"location":"east","mode":"UPDATE"})"
      "\n"
      R"({"recordId":"1","sku":"A","onHand":10,"safetyStockCount":2,"reserved":3,"effectiveDate":"2025-12-17T23:00:00Z"})"
      "\n"
      R"({"recordId":"2","sku":"B","onHand":0,"futures":[{"quantity":7,"expectedDate":"2026-01-05T00:00:00Z"}]})"
      "\n"
      R"({"recordId":"3","sku":"C","onHand":-1})"
      "\n";
  EXPECT_EQ(call("PUT", upload.substr(0, upload.find('?')), lines).first, 403);
  EXPECT_EQ(call("PUT", upload, lines).first, 200);
  EXPECT_EQ(call("PUT", upload, lines).first, 403);
  EXPECT_NE(call("GET", state).second.find("PENDING"), body.npos);
  ASSERT_TRUE(imports.run_next());
  const auto done = call("GET", state).second;
  EXPECT_NE(
      done.find(
          R"("status":"COMPLETED_WITH_ERRORS","recordsRead":3,"recordsChanged":2,"recordsRefused":1)"),
      body.npos)
      << done;
  const auto asked = call("POST",
                          "/inventory/availability/v1/organizations/x/availability-records/actions/"
                          "get-availability",
                          R"({"skus":["A","B"],"groups":[{"id":"default"}],"locations":["east"]})")
                         .second;
  EXPECT_NE(
      asked.find(R"({"sku":"A","onHand":10,"reserved":3,"safetyStockCount":2,"atf":5,"ato":5)"),
      body.npos)
      << asked;
  EXPECT_NE(asked.find(R"("sku":"B","onHand":0,"reserved":0,"safetyStockCount":0,"atf":0,"ato":7)"),
            body.npos)
      << asked;
  auto items = inventory.availability(sites.main(), {"B"});
  ASSERT_TRUE(items);
  EXPECT_EQ(items->front().level.availability, Availability::backorder);
}

TEST_P(StockApiTest, TellsWhatChangedSinceAToken) {
  const std::string root = "/inventory/availability/v1/organizations/x/availability-records";
  auto token = call("POST", root + "/delta-token", R"({"placeType":"group","places":["default"]})");
  EXPECT_EQ(token.first, 200) << token.second;
  ASSERT_EQ(call("PUT", "/api/v1/inventory/A", R"({"quantity":3})").first, 200);
  auto deltas = call("POST", root + "/actions/get-deltas", token.second).second;
  EXPECT_NE(deltas.find(R"("group":"default","sku":"A","onHand":3)"), deltas.npos) << deltas;
  EXPECT_NE(deltas.find(R"("done":true)"), deltas.npos) << deltas;
  auto again = call("POST", root + "/actions/get-deltas", deltas).second;
  EXPECT_NE(again.find(R"("records":[])"), again.npos) << again;
  EXPECT_EQ(
      call("POST", root + "/delta-token", R"({"placeType":"location","places":["east"]})").first,
      422);
  EXPECT_EQ(call("POST", root + "/delta-token", R"({"places":["nowhere"]})").first, 404);
}

TEST_P(StockApiTest, AnswersShoppersAndLeavesOutWhatIsUnknown) {
  ASSERT_EQ(call("PUT", "/api/v1/inventory/A", R"({"quantity":3})").first, 200);
  const std::string root =
      "/product/shopper-availability/v1/organizations/f_ecom_abcd_001/availability";
  EXPECT_EQ(
      call("GET", root + "?productIds=A,none&inventoryIds=default").second,
      R"({"limit":1,"total":1,"data":[{"id":"A","inventories":[{"id":"default","ats":3,"stockLevel":3,)"
      R"("orderable":true,"backorderable":false,"preorderable":false}]}]})");
  EXPECT_EQ(call("GET", root + "?siteId=default").first, 422);
}

STOCKBELL_STORE_TESTS(StockApiTest);

// A shop that configures no lists; its files call the one it has "shop".
class AdoptedListApiTest : public StockApiTest {
 protected:
  AdoptedListApiTest() : StockApiTest(Site{}) {}
};

TEST_P(AdoptedListApiTest, TheNameOfTheFilesIsTheListOnEverySurface) {
  ASSERT_TRUE(inventory.adopt_list("shop"));
  const std::string root = "/s/-/dw/data/v23_2/inventory_lists/";
  EXPECT_EQ(call("PUT", root + "shop/product_inventory_records/A", R"({"allocation":{"amount":5}})")
                .first,
            201);
  EXPECT_EQ(call("GET", root + "default/product_inventory_records/A").first, 200);
  EXPECT_EQ(call("GET", root + "outlet/product_inventory_records/A").first, 404);
  EXPECT_EQ(inventory.availability(sites.main(), {"A"})->front().level.ats, 5);
  EXPECT_EQ(call("PUT", "/api/v1/inventory/A", R"({"quantity":4,"list":"shop"})").first, 200);
  EXPECT_EQ(inventory.availability(sites.main(), {"A"})->front().level.ats, 4);
  const auto file = directory() / "oci.ndjson";
  std::ofstream(file) << R"({"location":"shop","mode":"UPDATE"})"
                         "\n"
                         R"({"recordId":"1","sku":"A","onHand":3})"
                         "\n"
                         R"({"location":"outlet","mode":"UPDATE"})"
                         "\n"
                         R"({"recordId":"2","sku":"A","onHand":90})"
                         "\n";
  ImportTally tally;
  ASSERT_TRUE(import_oci(file, inventory, tally));
  ASSERT_EQ(tally.refused.size(), 1u);
  EXPECT_EQ(tally.refused.front().reason, "list-unsold");
  EXPECT_NE(tally.refused.front().message.find("list outlet"), std::string::npos);
  EXPECT_EQ(inventory.availability(sites.main(), {"A"})->front().level.ats, 3);
  const auto asked = call("POST",
                          "/inventory/availability/v1/organizations/x/availability-records/actions/"
                          "get-availability",
                          R"({"skus":["A"],"locations":["shop"]})")
                         .second;
  EXPECT_NE(asked.find(R"("id":"shop","records":[{"sku":"A","onHand":3)"), asked.npos) << asked;
}

STOCKBELL_STORE_TESTS(AdoptedListApiTest);

}  // namespace
}  // namespace stockbell::commerce
