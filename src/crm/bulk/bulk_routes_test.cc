#include "crm/bulk/bulk_routes.h"

#include <boost/json/serialize.hpp>

#include "crm/bulk/bulk_fixture.h"
#include "crm/rest/api_errors.h"

namespace stockbell::crm::bulk {
namespace {

class BulkRoutesTest : public BulkTest {
 protected:
  void SetUp() override {
    BulkTest::SetUp();
    add_routes(router, *bulk, [](auto, auto handler) { return handler; });
  }
  // As the server would call it.
  http::Response call(std::string method, std::string path, std::string body = "",
                      std::string type = "application/json", http::Role role = http::Role::admin) {
    http::Request request;
    request.method = method;
    request.path = "/services/data/v59.0/jobs/" + path.substr(0, path.find('?'));
    if (path.find('?') != path.npos) {
      const auto pair = path.substr(path.find('?') + 1);
      request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
    }
    if (!type.empty()) request.headers.emplace_back("Content-Type", type);
    request.principal = {role, "boss"};
    auto found = router.find(method, request.path);
    if (!found.route) return http::Response::empty(found.allowed.empty() ? 404 : 405);
    if (role < found.route->least) return http::Response::empty(403);
    request.path_parameters = found.parameters;
    if (body.size() > found.route->body_limit) return http::Response::empty(413);
    if (found.route->body == http::BodyMode::spooled)
      request.body_file = file(body);
    else
      request.body = std::move(body);
    auto response = found.route->handler(request);
    if (!response) return rest::refusal(response.error());
    if (!response->file.empty()) response->body = content_of(response->file);
    return std::move(*response);
  }
  static std::string member(const http::Response& response, std::string_view name) {
    const auto value = object(response.body).at(name);
    return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return "(none)";
  }
  http::Router router;
};

TEST_P(BulkRoutesTest, LoadsAsTheClientsDo) {
  const auto made = call("POST", "ingest", R"({"object":"Contact","operation":"insert"})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(member(made, "state"), "Open");
  EXPECT_THAT(made.body, ::testing::HasSubstr("\"apiVersion\":59.0"));
  EXPECT_EQ(member(made, "jobType"), "V2Ingest");
  EXPECT_EQ(member(made, "columnDelimiter"), "COMMA");
  const auto id = member(made, "id");
  EXPECT_EQ(member(made, "contentUrl"), "services/data/v59.0/jobs/ingest/" + id + "/batches");
  EXPECT_EQ(call("PUT", "ingest/" + id + "/batches", "LastName\nA\nbad\n", "text/csv").status, 201);
  const auto closed = call("PATCH", "ingest/" + id, R"({"state":"UploadComplete"})");
  EXPECT_EQ(member(closed, "state"), "UploadComplete");
  run(JobKind::ingest);
  const auto done = call("GET", "ingest/" + id);
  EXPECT_EQ(member(done, "state"), "JobComplete");
  EXPECT_EQ(member(done, "numberRecordsProcessed"), "2");
  EXPECT_EQ(member(done, "numberRecordsFailed"), "1");
  EXPECT_EQ(member(done, "apexProcessingTime"), "0");
  const auto failed = call("GET", "ingest/" + id + "/failedResults");
  EXPECT_EQ(header(failed, "Content-Type"), "text/csv");
  EXPECT_TRUE(failed.body.starts_with("\"sf__Id\",\"sf__Error\",\"LastName\"\n")) << failed.body;
  EXPECT_EQ(call("GET", "ingest/" + id + "/unprocessedrecords").body, "\"LastName\"\n");
  EXPECT_EQ(member(call("GET", "ingest"), "done"), "true");
  EXPECT_EQ(call("DELETE", "ingest/" + id).status, 204);
  EXPECT_EQ(call("GET", "ingest/" + id).status, 404);
}

TEST_P(BulkRoutesTest, TakesJobAndRowsInOneRequest) {
  const auto part = [](std::string name, std::string type, std::string body) {
    return "--B1\r\nContent-Disposition: form-data; name=\"" + name +
           "\"\r\nContent-Type: " + type + "\r\n\r\n" + body + "\r\n";
  };
  const auto job = part("job", "application/json", R"({"object":"Contact","operation":"insert"})");
  const std::string form = "multipart/form-data; boundary=B1";
  const auto made =
      call("POST", "ingest", job + part("content", "text/csv", "LastName\nA\n") + "--B1--", form);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(member(made, "state"), "UploadComplete");
  run(JobKind::ingest);
  EXPECT_EQ(member(call("GET", "ingest/" + member(made, "id")), "numberRecordsProcessed"), "1");
  EXPECT_EQ(call("POST", "ingest", job + "--B1--", form).status, 400);
  EXPECT_EQ(call("POST", "ingest", job, form).status, 400);
  EXPECT_EQ(call("POST", "ingest", job + part("more", "text/csv", "") + "--B1--", form).status,
            400);
  for (const auto& entry : std::filesystem::directory_iterator(directory()))
    EXPECT_NE(entry.path().extension(), ".content") << "a leftover";
}

TEST_P(BulkRoutesTest, RefusesOtherContentTypes) {
  const auto id =
      member(call("POST", "ingest", R"({"object":"Contact","operation":"insert"})"), "id");
  const auto refused = call("PUT", "ingest/" + id + "/batches", "{}", "application/json");
  EXPECT_EQ(refused.status, 415);
  EXPECT_THAT(refused.body, ::testing::HasSubstr("\"errorCode\":\"UNSUPPORTED_MEDIA_TYPE\""));
  EXPECT_EQ(call("POST", "ingest", "<a/>", "text/xml").status, 415);
  EXPECT_EQ(call("POST", "query", "x", "text/csv").status, 415);
  EXPECT_EQ(call("POST", "ingest", "{").status, 400);
  EXPECT_EQ(call("POST", "query", R"({"operation":"query"})").status, 400);
  EXPECT_EQ(call("GET", "ingest/7500000000000zz").status, 404);
  EXPECT_EQ(call("POST", "ingest", "{}", "application/json", http::Role::readonly).status, 403);
}

TEST_P(BulkRoutesTest, UnloadsWithTheHeadersThatClientsNeed) {
  reader.count = 3;
  const auto made =
      call("POST", "query", R"({"operation":"query","query":"SELECT Id FROM Contact"})",
           "application/json", http::Role::readonly);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(member(made, "jobType"), "V2Query");
  EXPECT_EQ(member(made, "state"), "UploadComplete");
  const auto id = member(made, "id");
  run(JobKind::query);
  const auto first = call("GET", "query/" + id + "/results?maxRecords=2");
  EXPECT_EQ(header(first, "Sforce-NumberOfRecords"), "2");
  const auto locator = header(first, "Sforce-Locator");
  EXPECT_NE(locator, "null");
  // jsforce writes two slashes here.
  const auto rest = call("GET", "query//" + id + "/results?locator=" + locator);
  EXPECT_EQ(rest.body, "\"Id\",\"Name\"\n\"3\",\"name 3\"\n");
  EXPECT_EQ(header(rest, "Sforce-Locator"), "null");
  EXPECT_EQ(header(rest, "Sforce-NumberOfRecords"), "1");
  EXPECT_EQ(header(rest, "Content-Type"), "text/csv");
  EXPECT_EQ(call("GET", "query/" + id + "/results?maxRecords=0").status, 400);
}

STOCKBELL_STORE_TESTS(BulkRoutesTest);

}  // namespace
}  // namespace stockbell::crm::bulk
