// Bulk jobs over the box's own records and queries.
#include <boost/json/parse.hpp>
#include <fstream>

#include "crm/crm_box.h"
#include "support/store.h"

namespace stockbell::crm {
namespace {

class CrmBulkTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(CrmBox::migrations()));
    CrmOptions options;
    options.bulk.directory = directory() / "bulk";
    box = std::make_unique<CrmBox>(db(), clock, random, options);
    box->add_routes(router);
    ASSERT_TRUE(box->start());
  }
  void TearDown() override { box->stop(); }

  std::string call(std::string method, const std::string& path, const std::string& body = "",
                   const std::string& type = "application/json") {
    http::Request request;
    request.method = method;
    request.path = "/services/data/v59.0/jobs/" + path;
    request.headers.emplace_back("Content-Type", type);
    request.principal = {http::Role::admin, "boss"};
    auto found = router.find(method, request.path);
    if (!found.route) return "no route";
    request.path_parameters = found.parameters;
    request.body = body;
    request.body_file = directory() / "body";
    std::ofstream(request.body_file, std::ios::binary) << body;
    auto response = found.route->handler(request);
    if (!response) return response.error().reason + ": " + response.error().message;
    if (response->file.empty()) return response->body;
    std::ifstream in(response->file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::string member(const std::string& json, std::string_view name) {
    const auto value = boost::json::parse(json).at(name);
    return value.is_string() ? std::string(value.as_string())
                             : std::to_string(value.to_number<std::int64_t>());
  }
  // The job when it has ended.
  std::string await(const std::string& path) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
    for (;;) {
      const auto job = call("GET", path);
      const auto state = member(job, "state");
      if (state == "JobComplete" || state == "Failed" || state == "Aborted") return job;
      if (std::chrono::steady_clock::now() > deadline) return job;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  std::string load(const std::string& job, const std::string& csv) {
    const auto id = member(call("POST", "ingest", job), "id");
    EXPECT_EQ(call("PUT", "ingest/" + id + "/batches", csv, "text/csv"), "");
    call("PATCH", "ingest/" + id, R"({"state":"UploadComplete"})");
    return await("ingest/" + id);
  }
  static long resident_kib() {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
  }

  http::Router router;
  std::unique_ptr<CrmBox> box;
};

TEST_P(CrmBulkTest, LoadsRequestsOfParentsAndUnloadsThem) {
  const auto contacts = load(R"({"object":"Contact","operation":"insert"})",
                             "LastName,Email,B2C_Customer_ID__c\nAnn,ann@example.com,c1\n,x,c2\n");
  EXPECT_EQ(member(contacts, "numberRecordsProcessed"), "2");
  EXPECT_EQ(member(contacts, "numberRecordsFailed"), "1");
  const std::string upsert =
      R"({"object":"Back_In_Stock__c","operation":"upsert","externalIdFieldName":"Request_Key__c"})";
  const std::string rows =
      "Request_Key__c,Contact__r.B2C_Customer_ID__c,Product_SKU__c,Site__c\nk1,c1,SKU-1,Store\n";
  for (const char* created : {"\"true\"", "\"false\""}) {
    const auto job = load(upsert, rows);
    EXPECT_EQ(member(job, "state"), "JobComplete") << job;
    const auto done = call("GET", "ingest/" + member(job, "id") + "/successfulResults");
    EXPECT_NE(done.find(created), done.npos)
        << done << call("GET", "ingest/" + member(job, "id") + "/failedResults");
  }
  const auto query = member(
      call(
          "POST", "query",
          R"({"operation":"query","query":"SELECT Contact__r.LastName, Product_SKU__c FROM Back_In_Stock__c"})"),
      "id");
  await("query/" + query);
  EXPECT_EQ(call("GET", "query/" + query + "/results"),
            "\"Contact__r.LastName\",\"Product_SKU__c\"\n\"Ann\",\"SKU-1\"\n");
}

// --gtest_also_run_disabled_tests prints the rate and what memory it took.
TEST_P(CrmBulkTest, DISABLED_LoadsAHundredThousandRows) {
  constexpr int kRows = 100'000;
  std::string csv = "LastName,Email,B2C_Customer_ID__c\n";
  for (int i = 0; i < kRows; ++i) csv += fmt::format("Name{0},p{0}@example.com,c{0}\n", i);
  load(R"({"object":"Contact","operation":"insert"})", csv.substr(0, csv.find('\n', 40'000) + 1));
  const auto before = resident_kib();
  const auto began = std::chrono::steady_clock::now();
  const auto job = load(
      R"({"object":"Contact","operation":"upsert","externalIdFieldName":"B2C_Customer_ID__c"})",
      csv);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(member(job, "numberRecordsProcessed"), std::to_string(kRows));
  EXPECT_EQ(member(job, "numberRecordsFailed"), "0");
  fmt::print("{} rows in {:.1f} s: {:.0f} rows/s, resident {} -> {} KiB\n", kRows, took.count(),
             kRows / took.count(), before, resident_kib());
}

STOCKBELL_STORE_TESTS(CrmBulkTest);

}  // namespace
}  // namespace stockbell::crm
