#include "crm/rest/rest_fixture.h"

namespace stockbell::crm::rest {
namespace {

class CollectionRoutesTest : public RestTest {
 protected:
  std::int64_t count(const std::string& object) {
    const auto answer = call("GET", "/query?q=SELECT%20COUNT()%20FROM%20" + object);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json().at("totalSize").to_number<std::int64_t>();
  }
};

TEST_P(CollectionRoutesTest, WritesWhatIsRightAndTellsOfTheRest) {
  const auto made = call("POST", "/composite/sobjects", R"({"allOrNone":false,"records":[
      {"attributes":{"type":"Account"},"Name":"Acme"},
      {"attributes":{"type":"Contact"},"FirstName":"Ada"},
      {"attributes":{"type":"Nothing"},"Name":"x"},
      {"Name":"x"},
      {"attributes":{"type":"Contact"},"LastName":"Lovelace"}]})");
  ASSERT_EQ(made.status, 200) << made.body;
  const auto results = made.json().as_array();
  ASSERT_EQ(results.size(), 5u);
  EXPECT_TRUE(results[0].at("success").as_bool());
  EXPECT_EQ(boost::json::serialize(results[1]),
            R"({"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":)"
            R"("Required fields are missing: [LastName]","fields":["LastName"]}]})");
  EXPECT_EQ(results[2].at("errors").at(0).at("statusCode").as_string(), "INVALID_TYPE");
  EXPECT_EQ(results[2].at("errors").at(0).at("message").as_string(),
            "sObject type 'Nothing' is not supported.");
  EXPECT_EQ(results[3].at("errors").at(0).at("statusCode").as_string(), "INVALID_FIELD");
  EXPECT_TRUE(results[4].at("success").as_bool());
  EXPECT_EQ(count("Contact"), 1);
}

TEST_P(CollectionRoutesTest, UndoesAllForOne) {
  const auto made = call("POST", "/composite/sobjects", R"({"allOrNone":true,"records":[
      {"attributes":{"type":"Account"},"Name":"Acme"},
      {"attributes":{"type":"Contact"},"FirstName":"Ada"},
      {"attributes":{"type":"Contact"},"LastName":"B"}]})");
  ASSERT_EQ(made.status, 200) << made.body;
  const auto results = made.json().as_array();
  for (const std::size_t i : {0u, 2u}) {
    EXPECT_FALSE(results[i].at("success").as_bool());
    EXPECT_EQ(results[i].at("errors").at(0).at("statusCode").as_string(),
              "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    EXPECT_EQ(results[i].at("errors").at(0).at("message").as_string(),
              "Record rolled back because not all records were valid and the request was using "
              "AllOrNone header");
  }
  EXPECT_EQ(results[1].at("errors").at(0).at("statusCode").as_string(), "REQUIRED_FIELD_MISSING");
  EXPECT_EQ(count("Account"), 0);
}

TEST_P(CollectionRoutesTest, TakesTwoHundredStatusesAndNoMore) {
  const auto contact = create("Contact", R"({"LastName":"A"})");
  std::string rows, updates;
  for (int i = 0; i < 200; ++i)
    rows += fmt::format(
        R"({}{{"attributes":{{"type":"Back_In_Stock__c"}},"Contact__c":"{}","Product_SKU__c":"S{}"}})",
        i ? "," : "", contact, i);
  const auto made =
      call("POST", "/composite/sobjects", R"({"records":[)" + rows + "]}").json().as_array();
  ASSERT_EQ(made.size(), 200u);
  const std::string missing = to_record_id("a0B", 77);
  for (std::size_t i = 0; i < 199; ++i)
    updates += fmt::format(
        R"({{"attributes":{{"type":"Back_In_Stock__c"}},"id":"{}","Status__c":"Sent","Update_Sequence__c":{}}},)",
        std::string(made[i].at("id").as_string()), i + 1);
  updates += fmt::format(R"({{"id":"{}","Status__c":"Sent"}})", missing);
  const auto changed =
      call("PATCH", "/composite/sobjects", R"({"records":[)" + updates + "]}").json().as_array();
  for (std::size_t i = 0; i < 199; ++i)
    ASSERT_TRUE(changed[i].at("success").as_bool()) << boost::json::serialize(changed[i]);
  EXPECT_EQ(changed[199].at("errors").at(0).at("statusCode").as_string(),
            "INVALID_CROSS_REFERENCE_KEY");
  EXPECT_EQ(changed[199].at("errors").at(0).at("message").as_string(),
            "invalid cross reference id");
  EXPECT_EQ(count("Back_In_Stock__c%20WHERE%20Status__c='Sent'"), 199);
  const auto log = requests.changes_after("", 1000);
  ASSERT_TRUE(log);
  EXPECT_EQ(log->requests.size(), 200u);
  const auto refused =
      call("PATCH", "/composite/sobjects", R"({"records":[)" + updates + "," + updates + "]}");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "EXCEEDED_ID_LIMIT");
  EXPECT_EQ(refused.message(),
            "record limit reached. cannot submit more than 200 records into this call");
}

TEST_P(CollectionRoutesTest, UpsertsRetrievesAndDeletes) {
  const auto upsert = [&](const char* last) {
    return call("PATCH", "/composite/sobjects/Contact/Loyalty_No__c",
                fmt::format(R"({{"records":[{{"attributes":{{"type":"Contact"}},)"
                            R"("Loyalty_No__c":"L1","LastName":"{}"}}]}})",
                            last))
        .json()
        .as_array()[0];
  };
  const auto first = upsert("A"), second = upsert("B");
  EXPECT_TRUE(first.at("created").as_bool());
  EXPECT_FALSE(second.at("created").as_bool());
  EXPECT_EQ(first.at("id"), second.at("id"));
  const std::string id(first.at("id").as_string());
  const auto missing = to_record_id("003", 99);
  const auto read =
      call("POST", "/composite/sobjects/Contact",
           fmt::format(R"({{"ids":["{}","{}"],"fields":["Id","LastName"]}})", missing, id))
          .json()
          .as_array();
  EXPECT_TRUE(read[0].is_null());
  EXPECT_EQ(read[1].at("LastName").as_string(), "B");
  const auto gone =
      call("DELETE", "/composite/sobjects?ids=" + id + "," + missing + ",xyz").json().as_array();
  EXPECT_TRUE(gone[0].at("success").as_bool());
  EXPECT_EQ(gone[1].at("errors").at(0).at("statusCode").as_string(), "INVALID_CROSS_REFERENCE_KEY");
  EXPECT_EQ(gone[2].at("errors").at(0).at("statusCode").as_string(), "MALFORMED_ID");
  EXPECT_EQ(call("DELETE", "/composite/sobjects?ids=" + id)
                .json()
                .at(0)
                .at("errors")
                .at(0)
                .at("statusCode")
                .as_string(),
            "ENTITY_IS_DELETED");
}

TEST_P(CollectionRoutesTest, AlertsOfADuplicateUnlessToldToSave) {
  create("Contact", R"({"LastName":"A","Email":"ada@example.com"})");
  const std::string twin = R"({"LastName":"B","Email":"Ada@example.com"})";
  const auto refused = call("POST", "/sobjects/Contact", twin);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), "DUPLICATES_DETECTED");
  EXPECT_EQ(refused.message(), "Use one of these records?");
  EXPECT_TRUE(refused.json().at(0).at("duplicateResut").at("allowSave").as_bool());
  EXPECT_EQ(call("POST", "/sobjects/Contact", twin,
                 {{"Sforce-Duplicate-Rule-Header", "allowSave=true; includeRecordDetails=true"}})
                .status,
            201);
}

TEST_P(CollectionRoutesTest, PagesAQueryUnderAnyVersion) {
  std::string rows;
  for (int i = 0; i < 150; ++i)
    rows +=
        fmt::format(R"({}{{"attributes":{{"type":"Account"}},"Name":"A{:03}"}})", i ? "," : "", i);
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(call("POST", "/composite/sobjects", R"({"records":[)" + rows + "]}").status, 200);
  const auto page = call("GET", "/query?q=SELECT%20Id,Name%20FROM%20Account%20ORDER%20BY%20Name",
                         "", {{"Sforce-Query-Options", "batchSize=200"}})
                        .json();
  EXPECT_FALSE(page.at("done").as_bool());
  EXPECT_EQ(page.at("totalSize").to_number<int>(), 300);
  EXPECT_EQ(page.at("records").as_array().size(), 200u);
  const std::string next(page.at("nextRecordsUrl").as_string());
  EXPECT_TRUE(next.starts_with("/services/data/v59.0/query/"));
  const auto rest =
      call("GET", "/services/data/v50.0/query/" + next.substr(next.rfind('/') + 1)).json();
  EXPECT_TRUE(rest.at("done").as_bool());
  EXPECT_EQ(rest.at("records").as_array().size(), 100u);
  const auto bad = call("GET", "/query?q=SELECT%20Nope%20FROM%20Account");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.code(), "INVALID_FIELD");
  EXPECT_EQ(call("GET", "/query").code(), "MALFORMED_QUERY");
}

TEST_P(CollectionRoutesTest, DescribesItsObjects) {
  const auto all = call("GET", "/sobjects").json();
  EXPECT_EQ(all.at("sobjects").as_array().size(), 5u);
  const auto described = call("GET", "/sobjects/back_in_stock__c/describe").json();
  EXPECT_TRUE(described.at("replicateable").as_bool());
  EXPECT_TRUE(described.at("queryable").as_bool());
  EXPECT_EQ(described.at("urls").at("rowTemplate").as_string(),
            "/services/data/v59.0/sobjects/Back_In_Stock__c/{ID}");
  bool found = false;
  for (const auto& field : described.at("fields").as_array()) {
    if (field.at("name").as_string() != "Contact__c") continue;
    found = true;
    EXPECT_EQ(field.at("type").as_string(), "reference");
    EXPECT_EQ(field.at("referenceTo").at(0).as_string(), "Contact");
    EXPECT_EQ(field.at("relationshipName").as_string(), "Contact__r");
    EXPECT_FALSE(field.at("nillable").as_bool());
    EXPECT_FALSE(field.at("updateable").as_bool());
    EXPECT_EQ(field.at("length").to_number<int>(), 18);
  }
  EXPECT_TRUE(found);
  const auto id = create("Account", R"({"Name":"Acme"})");
  const auto shown = call("GET", "/sobjects/Account").json();
  EXPECT_EQ(shown.at("objectDescribe").at("name").as_string(), "Account");
  EXPECT_EQ(shown.at("recentItems").at(0).at("Id").as_string(), id);
  EXPECT_EQ(call("GET", "/sobjects/Nothing/describe").status, 404);
  EXPECT_EQ(call("GET", "/services/data").json().as_array().back().at("version").as_string(),
            "62.0");
  EXPECT_EQ(call("GET", "/services/data/v59.0").json().at("sobjects").as_string(),
            "/services/data/v59.0/sobjects");
}

TEST_P(CollectionRoutesTest, TellsWhatChangedAndWhatIsGone) {
  const auto a = create("Contact", R"({"LastName":"A"})"),
             b = create("Contact", R"({"LastName":"B"})");
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(call("DELETE", "/sobjects/Contact/" + b).status, 204);
  clock.advance(std::chrono::minutes(1));
  const auto span =
      fmt::format("?start={}&end={}",
                  to_rfc3339(clock.now() - std::chrono::minutes(5)).substr(0, 19) + "%2B00%3A00",
                  to_rfc3339(clock.now() + std::chrono::minutes(5)).substr(0, 19) + "%2B00:00");
  const auto changed = call("GET", "/sobjects/Contact/updated" + span).json();
  ASSERT_EQ(changed.at("ids").as_array().size(), 1u);
  EXPECT_EQ(changed.at("ids").at(0).as_string(), a);
  const auto gone = call("GET", "/sobjects/Contact/deleted" + span).json();
  ASSERT_EQ(gone.at("deletedRecords").as_array().size(), 1u);
  EXPECT_EQ(gone.at("deletedRecords").at(0).at("id").as_string(), b);
  EXPECT_TRUE(gone.as_object().contains("earliestDateAvailable"));
  struct Case {
    const char *query, *code, *message;
  };
  const Case cases[] = {
      {"?start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z", "INVALID_REPLICATION_DATE",
       "startDate must be before endDate"},
      {"?start=2020-01-02T00:00:00Z&end=2026-01-01T00:00:00Z", "INVALID_REPLICATION_DATE",
       "startDate before org's replication period of 30 days"},
      {"?start=now&end=2026-01-01T00:00:00Z", "INVALID_REPLICATION_DATE",
       "start: write 2026-01-31T08:15:00+00:00"},
      {"?end=2026-01-01T00:00:00Z", "MISSING_ARGUMENT", "start parameter is required"}};
  for (const auto& wrong : cases) {
    const auto answer = call("GET", std::string("/sobjects/Contact/updated") + wrong.query);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.code(), wrong.code) << wrong.query;
    EXPECT_EQ(answer.message(), wrong.message) << wrong.query;
  }
  clock.advance(std::chrono::days(16));
  ASSERT_TRUE(records.sweep());
  const auto there = records.presence(*schema.find("Contact"), parse_record_id("003", b).value());
  ASSERT_TRUE(there);
  EXPECT_EQ(*there, records::RecordService::Presence::missing);
}

TEST_P(CollectionRoutesTest, AnswersEveryPlaceOfAnIdThatStandsSeveralTimes) {
  const auto one = create("Account", R"({"Name":"One"})");
  const auto two = create("Account", R"({"Name":"Two"})");
  const auto nobody = to_record_id("001", 12345);
  const auto read = [&](const std::string& list) {
    return call("POST", "/composite/sobjects/Account",
                R"({"fields":["Name"],"ids":[)" + list + "]}");
  };
  const auto id = [](const std::string& text) { return '"' + text + '"'; };
  const auto rows =
      read(id(two) + "," + id(one) + "," + id(nobody) + "," + id(two) + "," + id(two.substr(0, 15)))
          .json()
          .as_array();
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[1].at("Name").as_string(), "One");
  EXPECT_TRUE(rows[2].is_null());
  for (const std::size_t i : {0, 3, 4}) EXPECT_EQ(rows[i].at("Name").as_string(), "Two") << i;
  std::string many = id(one);
  for (int i = 0; i < 2000; ++i) many += "," + id(one);
  EXPECT_EQ(read(many).code(), "EXCEEDED_ID_LIMIT");
}

STOCKBELL_STORE_TESTS(CollectionRoutesTest);

}  // namespace
}  // namespace stockbell::crm::rest
