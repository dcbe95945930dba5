#include "crm/rest/rest_fixture.h"

namespace stockbell::crm::rest {
namespace {

class CompositeRoutesTest : public RestTest {
 protected:
  std::int64_t count(const std::string& object) {
    return call("GET", "/query?q=SELECT%20COUNT()%20FROM%20" + object)
        .json()
        .at("totalSize")
        .to_number<std::int64_t>();
  }
  static std::string part(const std::string& method, const std::string& url,
                          const std::string& reference, const std::string& body = "null") {
    return fmt::format(R"({{"method":"{}","url":"/services/data/v59.0{}","referenceId":"{}",)"
                       R"("body":{}}})",
                       method, url, reference, body);
  }
  Answer composite(bool all_or_none, const std::string& parts) {
    return call("POST", "/composite",
                fmt::format(R"({{"allOrNone":{},"compositeRequest":[{}]}})", all_or_none, parts));
  }
  const std::string two = part("POST", "/sobjects/Contact", "c", R"({"LastName":"A"})") + "," +
                          part("POST", "/sobjects/Back_In_Stock__c", "r",
                               R"({"Contact__c":"@{c.id}","Product_SKU__c":"S-@{c.id}"})") +
                          "," + part("GET", "/sobjects/Contact/@{c.id}?fields=LastName", "g");
};

TEST_P(CompositeRoutesTest, CarriesValuesFromPartToPart) {
  for (const bool together : {false, true}) {
    const auto answer = composite(together, two);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto parts = answer.json().at("compositeResponse").as_array();
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_EQ(parts[0].at("httpStatusCode").to_number<int>(), 201);
    EXPECT_EQ(parts[1].at("httpStatusCode").to_number<int>(), 201) << answer.body;
    EXPECT_EQ(parts[1].at("referenceId").as_string(), "r");
    EXPECT_EQ(parts[2].at("body").at("LastName").as_string(), "A") << answer.body;
    const auto request =
        row("Back_In_Stock__c", std::string(parts[1].at("body").at("id").as_string()));
    EXPECT_EQ(request.at("Contact__c"), parts[0].at("body").at("id"));
  }
}

TEST_P(CompositeRoutesTest, UndoesEveryPartForOne) {
  const auto bad = two + "," + part("POST", "/sobjects/Contact", "x", R"({"FirstName":"B"})");
  const auto answer = composite(true, bad);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto parts = answer.json().at("compositeResponse").as_array();
  ASSERT_EQ(parts.size(), 4u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(parts[i].at("httpStatusCode").to_number<int>(), 400);
    EXPECT_EQ(parts[i].at("body").at(0).at("errorCode").as_string(), "PROCESSING_HALTED");
    EXPECT_EQ(parts[i].at("body").at(0).at("message").as_string(),
              "The transaction was rolled back since another operation in the same transaction "
              "failed.");
  }
  EXPECT_EQ(parts[3].at("body").at(0).at("errorCode").as_string(), "REQUIRED_FIELD_MISSING");
  EXPECT_EQ(count("Contact"), 0);
  const auto some = composite(false, bad).json().at("compositeResponse").as_array();
  EXPECT_EQ(some[0].at("httpStatusCode").to_number<int>(), 201);
  EXPECT_EQ(count("Contact"), 1);
}

TEST_P(CompositeRoutesTest, SaysWhichReferenceIsWrong) {
  const auto answer = composite(false, part("GET", "/sobjects/Contact/@{nobody.id}", "g") + "," +
                                           part("GET", "/limits", "l") + "," +
                                           part("GET", "/sobjects/Contact/@{l.nothing[0].x}", "h"));
  const auto parts = answer.json().at("compositeResponse").as_array();
  EXPECT_EQ(parts[0].at("body").at(0).at("errorCode").as_string(), "PROCESSING_HALTED");
  EXPECT_EQ(parts[0].at("body").at(0).at("message").as_string(),
            "Invalid reference specified. No value for nobody found");
  EXPECT_EQ(parts[2].at("body").at(0).at("message").as_string(),
            "Invalid reference specified. No value for l.nothing[0].x found in l");
}

TEST_P(CompositeRoutesTest, HoldsItsBounds) {
  std::string many;
  for (int i = 0; i < 26; ++i)
    many += (i ? "," : "") + part("GET", "/limits", fmt::format("r{}", i));
  EXPECT_EQ(composite(false, many).message(), "compositeRequest: at most 25 calls");
  std::string heavy;
  for (int i = 0; i < 6; ++i)
    heavy += (i ? "," : "") + part("GET", "/query?q=SELECT+Id+FROM+Contact", fmt::format("r{}", i));
  EXPECT_EQ(composite(false, heavy).message(),
            "compositeRequest: at most 5 queries and collections");
  EXPECT_EQ(composite(false, part("GET", "/limits", "a-b")).message(),
            "referenceId: letters, digits and underscores are allowed, and at most 80 of them");
  EXPECT_EQ(
      composite(false, part("GET", "/limits", "a") + "," + part("GET", "/limits", "a")).message(),
      "referenceId: a stands twice");
  EXPECT_EQ(composite(false, part("POST", "/composite", "a", "{}")).message(),
            "compositeRequest: a composite call cannot be inside another");
  // Doubling what came before, 24 times.
  std::string grown = part("POST", "/sobjects/Account", "r0", R"({"Name":"x"})");
  for (int i = 1; i < 25; ++i)
    grown += "," + part("GET", fmt::format("/search?q=@{{r{}.id}}@{{r{}.id}}", i - 1, i - 1),
                        fmt::format("r{}", i));
  EXPECT_EQ(composite(false, grown).status, 200);
}

TEST_P(CompositeRoutesTest, IsNotMadeInsideItselfByAReference) {
  const auto inner =
      R"({"allOrNone":true,"compositeRequest":[{"method":"GET","url":"/services/data/v59.0/limits","referenceId":"x"}]})";
  for (const bool together : {false, true}) {
    const auto parts =
        composite(together, part("POST", "/sobjects/Account", "a", R"({"Name":"composite"})") +
                                "," + part("GET", "/sobjects/Account/@{a.id}", "b") + "," +
                                part("POST", "/@{b.Name}", "c", inner))
            .json()
            .at("compositeResponse")
            .as_array();
    EXPECT_EQ(parts[2].at("httpStatusCode").to_number<int>(), 400);
    EXPECT_EQ(parts[2].at("body").at(0).at("message").as_string(),
              "a composite call cannot be inside another");
  }
}

TEST_P(CompositeRoutesTest, KeepsTheCallersRights) {
  principal.role = http::Role::readonly;
  const auto parts =
      composite(false, part("POST", "/sobjects/Contact", "c", R"({"LastName":"A"})") + "," +
                           part("GET", "/limits", "l"))
          .json()
          .at("compositeResponse")
          .as_array();
  EXPECT_EQ(parts[0].at("httpStatusCode").to_number<int>(), 403);
  EXPECT_EQ(parts[0].at("body").at(0).at("errorCode").as_string(), "INSUFFICIENT_ACCESS");
  EXPECT_EQ(parts[1].at("httpStatusCode").to_number<int>(), 200);
}

// A query is refused inside a transaction: here there is none, as the caller can write nothing.
TEST_P(CompositeRoutesTest, HoldsNoTransactionForAReader) {
  create("Contact", R"({"LastName":"A"})");
  const auto query = part("GET", "/query?q=SELECT+LastName+FROM+Contact", "q");
  const auto write = part("POST", "/sobjects/Contact", "c", R"({"LastName":"B"})");
  EXPECT_EQ(composite(true, query)
                .json()
                .at("compositeResponse")
                .at(0)
                .at("httpStatusCode")
                .to_number<int>(),
            400);
  principal.role = http::Role::readonly;
  const auto read = composite(true, query).json();
  EXPECT_EQ(read.at("compositeResponse").at(0).at("body").at("totalSize").to_number<int>(), 1);
  const auto parts = composite(true, query + "," + write + "," + part("GET", "/limits", "l"))
                         .json()
                         .at("compositeResponse")
                         .as_array();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].at("body").at(0).at("errorCode").as_string(), "PROCESSING_HALTED");
  EXPECT_EQ(parts[1].at("httpStatusCode").to_number<int>(), 403);
  EXPECT_EQ(parts[1].at("body").at(0).at("errorCode").as_string(), "INSUFFICIENT_ACCESS");
  EXPECT_EQ(parts[2].at("body").at(0).at("errorCode").as_string(), "PROCESSING_HALTED");
  const auto graphs = call("POST", "/composite/graph",
                           R"({"graphs":[{"graphId":"1","compositeRequest":[)" + query +
                               R"(]},{"graphId":"2","compositeRequest":[)" + write + "]}]}")
                          .json()
                          .at("graphs")
                          .as_array();
  EXPECT_TRUE(graphs[0].at("isSuccessful").as_bool());
  EXPECT_FALSE(graphs[1].at("isSuccessful").as_bool());
  EXPECT_EQ(count("Contact"), 1);
}

// Only the references show that these are queries.
TEST_P(CompositeRoutesTest, CountsWhatTheReferencesMakeOfAPart) {
  const auto account = create("Account", R"({"Name":"query"})");
  std::string heavy = part("GET", "/sobjects/Account/" + account, "a");
  for (int i = 0; i < 6; ++i)
    heavy += "," + part("GET", "/@{a.Name}?q=SELECT+Id+FROM+Contact", fmt::format("r{}", i));
  const auto parts = composite(false, heavy).json().at("compositeResponse").as_array();
  ASSERT_EQ(parts.size(), 7u);
  EXPECT_EQ(parts[5].at("httpStatusCode").to_number<int>(), 200);
  EXPECT_EQ(parts[6].at("httpStatusCode").to_number<int>(), 400);
  EXPECT_EQ(parts[6].at("body").at(0).at("message").as_string(),
            "too many queries and collections in one call");
  std::string batch, graphs;
  for (int i = 0; i < 6; ++i) {
    batch += (i ? "," : "") +
             std::string(R"({"method":"GET","url":"v59.0/query?q=SELECT+Id+FROM+Contact"})");
    std::string five;
    for (int k = 0; k < (i < 5 ? 5 : 1); ++k)
      five +=
          (k ? "," : "") + part("GET", "/query?q=SELECT+Id+FROM+Contact", fmt::format("r{}", k));
    graphs += fmt::format(R"({}{{"graphId":"{}","compositeRequest":[{}]}})", i ? "," : "", i, five);
  }
  EXPECT_EQ(call("POST", "/composite/batch", R"({"batchRequests":[)" + batch + "]}").message(),
            "batchRequests: at most 5 queries and collections");
  principal.role = http::Role::readonly;
  const auto answers =
      call("POST", "/composite/graph", R"({"graphs":[)" + graphs + "]}").json().at("graphs");
  EXPECT_TRUE(answers.at(4).at("isSuccessful").as_bool());
  EXPECT_FALSE(answers.at(5).at("isSuccessful").as_bool());
}

TEST_P(CompositeRoutesTest, StopsWhenItsAnswerGrowsTooLarge) {
  RestApi small(clock, records, requests, queries, {"https://crm.example", 5000, 4000});
  http::Router own;
  small.add_routes(own);
  std::swap(router, own);
  const auto made = part("POST", "/sobjects/Account", "a", R"({"Name":"Acme"})");
  const auto large = part("GET", "/sobjects/Contact/describe", "d");
  const auto last = part("POST", "/sobjects/Account", "z", R"({"Name":"Last"})");
  const auto parts =
      composite(false, made + "," + large + "," + last).json().at("compositeResponse").as_array();
  EXPECT_EQ(parts[0].at("httpStatusCode").to_number<int>(), 201);
  for (const std::size_t i : {1, 2}) {
    EXPECT_EQ(parts[i].at("httpStatusCode").to_number<int>(), 413);
    EXPECT_EQ(parts[i].at("body").at(0).at("message").as_string(), "response too large");
  }
  EXPECT_EQ(count("Account"), 1);  // the last was not run
  EXPECT_EQ(composite(true, made + "," + large)
                .json()
                .at("compositeResponse")
                .at(0)
                .at("body")
                .at(0)
                .at("errorCode")
                .as_string(),
            "PROCESSING_HALTED");
  EXPECT_EQ(count("Account"), 1);
  const auto batch = call("POST", "/composite/batch", R"({"batchRequests":[
      {"method":"GET","url":"v59.0/sobjects/Contact/describe"},
      {"method":"GET","url":"v59.0/limits"}]})")
                         .json()
                         .at("results");
  EXPECT_EQ(batch.at(0).at("statusCode").to_number<int>(), 413);
  EXPECT_EQ(batch.at(1).at("statusCode").to_number<int>(), 413);
}

TEST_P(CompositeRoutesTest, FindsAPartAsTheServerWould) {
  create("Contact", R"({"LastName":"A","Loyalty_No__c":"a/"})");
  const auto parts =
      composite(false, part("GET", "/limits/", "a") + "," + part("GET", "/limits//", "b") + "," +
                           part("GET", "/sobjects/Contact/Loyalty_No__c/a/", "c") + "," +
                           part("GET", "/sobjects/Contact/Loyalty_No__c/a", "d"))
          .json()
          .at("compositeResponse")
          .as_array();
  const int expected[] = {200, 404, 200, 404};
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(parts[i].at("httpStatusCode").to_number<int>(), expected[i]) << i;
}

TEST_P(CompositeRoutesTest, RunsABatch) {
  const auto answer = call("POST", "/composite/batch", R"({"haltOnError":true,"batchRequests":[
      {"method":"POST","url":"v59.0/sobjects/Account","richInput":{"Name":"Acme"}},
      {"method":"GET","url":"v59.0/sobjects/Nothing/describe"},
      {"method":"GET","url":"v59.0/limits"}]})");
  const auto body = answer.json();
  EXPECT_TRUE(body.at("hasErrors").as_bool());
  EXPECT_EQ(body.at("results").at(0).at("statusCode").to_number<int>(), 201);
  EXPECT_EQ(body.at("results").at(1).at("statusCode").to_number<int>(), 404);
  EXPECT_EQ(body.at("results").at(2).at("statusCode").to_number<int>(), 412);
}

TEST_P(CompositeRoutesTest, CreatesATree) {
  const auto tree = [&](const char* status) {
    return call("POST", "/composite/tree/Contact",
                fmt::format(R"({{"records":[{{"attributes":{{"type":"Contact","referenceId":"c1"}},
        "LastName":"A","Back_In_Stocks__r":{{"records":[{{"attributes":{{"type":"Back_In_Stock__c",
        "referenceId":"r1"}},"Product_SKU__c":"S1","Status__c":"{}"}}]}}}}]}})",
                            status));
  };
  const auto refused = tree("Lost");
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(refused.json().at("hasErrors").as_bool());
  EXPECT_EQ(refused.json().at("results").at(0).at("referenceId").as_string(), "r1");
  EXPECT_EQ(refused.json().at("results").at(0).at("errors").at(0).at("statusCode").as_string(),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
  EXPECT_EQ(count("Contact"), 0);
  const auto made = tree("Requested");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_FALSE(made.json().at("hasErrors").as_bool());
  const auto request =
      row("Back_In_Stock__c", std::string(made.json().at("results").at(1).at("id").as_string()));
  EXPECT_EQ(request.at("Contact__c"), made.json().at("results").at(0).at("id"));
}

TEST_P(CompositeRoutesTest, RunsGraphsEachByItself) {
  const auto answer = call("POST", "/composite/graph",
                           R"({"graphs":[{"graphId":"1","compositeRequest":[)" + two +
                               R"(]},{"graphId":"2","compositeRequest":[)" +
                               part("POST", "/sobjects/Contact", "ok", R"({"LastName":"Z"})") +
                               "," + part("POST", "/sobjects/Contact", "bad", "{}") + "]}]}");
  const auto graphs = answer.json().at("graphs").as_array();
  EXPECT_TRUE(graphs[0].at("isSuccessful").as_bool()) << answer.body;
  EXPECT_FALSE(graphs[1].at("isSuccessful").as_bool());
  EXPECT_EQ(count("Contact"), 1);
}

STOCKBELL_STORE_TESTS(CompositeRoutesTest);

}  // namespace
}  // namespace stockbell::crm::rest
