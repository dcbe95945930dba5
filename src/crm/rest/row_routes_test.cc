#include <future>

#include "crm/rest/rest_fixture.h"

namespace stockbell::crm::rest {
namespace {

using RowRoutesTest = RestTest;

TEST_P(RowRoutesTest, CreatesShowsChangesAndDeletesARow) {
  const auto id = create("Contact", R"({"LastName":"Lovelace","FirstName":"Ada",
      "Email":"Ada@Example.com","Loyalty_No__c":"L-1","Points__c":7,"Vip__c":true})");
  EXPECT_EQ(id.size(), 18u);
  EXPECT_TRUE(id.starts_with("003"));
  auto shown = row("Contact", id);
  EXPECT_EQ(shown.at("Name").as_string(), "Ada Lovelace");
  EXPECT_EQ(shown.at("Points__c").to_number<int>(), 7);
  EXPECT_TRUE(shown.at("Vip__c").as_bool());
  EXPECT_TRUE(shown.at("Title").is_null());
  EXPECT_EQ(shown.at("attributes").at("type").as_string(), "Contact");
  EXPECT_EQ(shown.at("attributes").at("url").as_string(),
            std::string("/services/data/v59.0/sobjects/Contact/") + id);
  clock.advance(Duration(5000));
  const auto changed =
      call("PATCH", "/sobjects/Contact/" + id, R"({"FirstName":null,"Title":"Countess"})");
  EXPECT_EQ(changed.status, 204) << changed.body;
  EXPECT_EQ(changed.body, "");
  shown = row("Contact", id);
  EXPECT_EQ(shown.at("Name").as_string(), "Lovelace");
  EXPECT_NE(shown.at("LastModifiedDate"), shown.at("CreatedDate"));
  EXPECT_EQ(
      call("GET", "/sobjects/Contact/" + id + "?fields=Title,Email").json().as_object().size(),
      4u);  // attributes, Id and the two
  EXPECT_EQ(call("DELETE", "/sobjects/Contact/" + id).status, 204);
  const auto gone = call("GET", "/sobjects/Contact/" + id);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.code(), "ENTITY_IS_DELETED");
  EXPECT_EQ(gone.message(), "entity is deleted");
}

TEST_P(RowRoutesTest, SaysWhatIsWrongWithARow) {
  struct Case {
    const char *object, *body, *code, *message;
  };
  const auto contact = create("Contact", R"({"LastName":"X","B2C_Customer_ID__c":"B-1"})");
  const Case cases[] = {
      {"Contact", R"({"FirstName":"Ada"})", "REQUIRED_FIELD_MISSING",
       "Required fields are missing: [LastName]"},
      {"Contact", R"({"LastName":"A","x":1})", "INVALID_FIELD",
       "No such column 'x' on sobject of type Contact"},
      {"Contact", R"({"LastName":"A","Email":"nobody"})", "INVALID_EMAIL_ADDRESS",
       "Email: invalid email address"},
      {"Contact", R"({"LastName":"A","Name":"B"})", "INVALID_FIELD_FOR_INSERT_UPDATE",
       "Unable to create/update fields: Name. Please check the security settings of this field and "
       "verify that it is read/write for your profile or permission set."},
      {"Contact", R"({"LastName":"A","AccountId":"001000000000001AAA"})",
       "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"},
      {"Contact", R"({"LastName":"A","LastName":"B"})", "JSON_PARSER_ERROR",
       "A member stands twice in one object"},
      {"Contact", "[", "JSON_PARSER_ERROR", "The body is not JSON: incomplete JSON"},
      {"Contact", "", "JSON_PARSER_ERROR", "No content to map to Object due to end of input"},
      {"Account", R"({})", "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]"},
      {"Back_In_Stock__c", R"({})", "REQUIRED_FIELD_MISSING",
       "Required fields are missing: [Contact__c, Product_SKU__c]"},
      {"User", R"({"Name":"x"})", "INSUFFICIENT_ACCESS_OR_READONLY",
       "insufficient access rights on object id: User is read only"},
      {"Nothing", R"({})", "NOT_FOUND", "The requested resource does not exist"},
  };
  for (const auto& wrong : cases) {
    const auto answer = call("POST", std::string("/sobjects/") + wrong.object, wrong.body);
    EXPECT_EQ(answer.code(), wrong.code) << wrong.body;
    EXPECT_EQ(answer.message(), wrong.message) << wrong.body;
  }
  const auto missing = call("POST", "/sobjects/Contact", R"({"FirstName":"Ada"})");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.body, R"([{"message":"Required fields are missing: [LastName]","errorCode":)"
                          R"("REQUIRED_FIELD_MISSING","fields":["LastName"]}])");
  const auto twin =
      call("POST", "/sobjects/Contact", R"({"LastName":"Y","B2C_Customer_ID__c":"b-1"})");
  EXPECT_EQ(twin.code(), "DUPLICATE_VALUE");
  EXPECT_EQ(
      twin.message(),
      "duplicate value found: B2C_Customer_ID__c duplicates value on record with id: " + contact);
}

TEST_P(RowRoutesTest, RefusesByRoleAndByPath) {
  principal.role = http::Role::anonymous;
  auto answer = call("GET", "/sobjects/Contact/003000000000001AAB");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body,
            R"([{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}])");
  EXPECT_EQ(call("GET", "/services/data").status, 200);
  principal.role = http::Role::intake;
  EXPECT_EQ(call("GET", "/sobjects/Contact/003000000000001AAB").status, 403);
  principal.role = http::Role::readonly;
  answer = call("POST", "/sobjects/Contact", R"({"LastName":"A"})");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "INSUFFICIENT_ACCESS");
  answer = call("GET", "/sobjects/Contact/003000000000001AAB");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "MALFORMED_ID");
  answer = call("GET", "/sobjects/Contact/" + to_record_id("003", 12345));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "NOT_FOUND");
  EXPECT_EQ(answer.message(), "The requested resource does not exist");
  EXPECT_EQ(answer.header("Content-Type"), "application/json;charset=UTF-8");
  EXPECT_THAT(answer.header("Sforce-Limit-Info"), ::testing::MatchesRegex("api-usage=[0-9]+/5000"));
  EXPECT_EQ(call("GET", "/services/data/v19.0/limits").status, 404);
  EXPECT_EQ(call("GET", "/services/data/vx/limits").status, 404);
  EXPECT_EQ(call("GET", "/services/data/v36.0/limits").status, 200);
  answer = call("PUT", "/sobjects/Contact/003000000000001AAB", "{}");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.code(), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(answer.message(), "HTTP Method 'PUT' not allowed. Allowed are HEAD,GET,PATCH,DELETE");
  principal.role = http::Role::admin;
  answer = call("POST", "/sobjects/Contact", "<a/>", {{"Content-Type", "application/xml"}});
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.code(), "UNSUPPORTED_MEDIA_TYPE");
}

TEST_P(RowRoutesTest, UpsertsByAnExternalId) {
  const auto made = call("PATCH", "/sobjects/Contact/Loyalty_No__c/a%20b/c", R"({"LastName":"A"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(made.json().at("created").as_bool());
  const std::string id(made.json().at("id").as_string());
  const auto again =
      call("PATCH", "/sobjects/Contact/Loyalty_No__c/A%20B%2FC", R"({"LastName":"B"})");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_FALSE(again.json().at("created").as_bool());
  EXPECT_EQ(again.json().at("id").as_string(), id);
  EXPECT_EQ(row("Contact", id).at("Loyalty_No__c").as_string(), "a b/c");
  EXPECT_EQ(call("GET", "/sobjects/Contact/Loyalty_No__c/a%20b/c").json().at("Id").as_string(), id);
  EXPECT_EQ(call("PATCH", "/services/data/v45.0/sobjects/Contact/Loyalty_No__c/a%20b/c",
                 R"({"LastName":"B"})")
                .status,
            204);
  EXPECT_EQ(
      call("PATCH", "/sobjects/Contact/Loyalty_No__c/other?updateOnly=true", R"({"LastName":"B"})")
          .status,
      404);
  const auto none = call("PATCH", "/sobjects/Contact/Title/x", R"({"LastName":"B"})");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.message(),
            "Provided external ID field does not exist or is not accessible: Title");
  EXPECT_EQ(call("DELETE", "/sobjects/Contact/Loyalty_No__c/a%20b/c").status, 204);
  EXPECT_EQ(call("PATCH", "/sobjects/Contact/Loyalty_No__c/a%20b/c", R"({"LastName":"C"})").status,
            201);  // a deleted row's value is free
}

TEST_P(RowRoutesTest, RemovesOnlyTheRowTheKeyNamesExactly) {
  const auto id = create("Contact", R"({"LastName":"A","Loyalty_No__c":"a b"})");
  EXPECT_EQ(call("GET", "/sobjects/Contact/Loyalty_No__c/a+b").json().at("Id").as_string(), id);
  EXPECT_EQ(call("DELETE", "/sobjects/Contact/Loyalty_No__c/a+b").status, 404);
  EXPECT_EQ(row("Contact", id).at("Loyalty_No__c").as_string(), "a b");
  EXPECT_EQ(call("DELETE", "/sobjects/Contact/Loyalty_No__c/a%20b").status, 204);
}

TEST_P(RowRoutesTest, TakesTheKeyOfAnUpsertFromThePath) {
  const auto path = "/sobjects/Contact/Loyalty_No__c/k1";
  const auto other = call("PATCH", path, R"({"LastName":"A","loyalty_no__C":"k2"})");
  EXPECT_EQ(other.status, 400) << other.body;
  EXPECT_EQ(other.body,
            R"([{"message":"The Loyalty_No__c field should not be specified in the sobject data.",)"
            R"("errorCode":"INVALID_FIELD","fields":["Loyalty_No__c"]}])");
  EXPECT_EQ(call("GET", path).status, 404);
  EXPECT_EQ(call("PATCH", path, R"({"LastName":"A","Loyalty_No__c":"k1"})").status, 201);
  EXPECT_EQ(call("PATCH", path, R"({"LastName":"B","Loyalty_No__c":null})").code(),
            "INVALID_FIELD");
  EXPECT_EQ(call("PATCH", path, R"({"LastName":"B","Loyalty_No__c":"k1"})").status, 200);
  EXPECT_EQ(call("GET", path).json().at("LastName").as_string(), "B");
}

TEST_P(RowRoutesTest, HoldsOneOpenRequestOfAContactAndSku) {
  const auto contact = create("Contact", R"({"LastName":"A","Loyalty_No__c":"L"})");
  const auto body = R"({"Contact__c":")" + contact + R"(","Product_SKU__c":"S1",)";
  const auto first = create("Back_In_Stock__c", body + R"("Request_Key__c":"k1"})");
  const auto second =
      call("POST", "/sobjects/Back_In_Stock__c", body + R"("Request_Key__c":"k2"})");
  EXPECT_EQ(second.code(), "DUPLICATE_VALUE");
  EXPECT_EQ(second.message(),
            "duplicate value found: Contact__c, Product_SKU__c, Site__c duplicates value on record "
            "with id: " +
                first);
  const auto again =
      call("PATCH", "/sobjects/Back_In_Stock__c/Request_Key__c/k1", body + R"("Locale__c":""})");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.json().at("id").as_string(), first);
  const auto shown = row("Back_In_Stock__c", first);
  EXPECT_EQ(shown.at("Status__c").as_string(), "Requested");
  EXPECT_EQ(shown.at("Site__c").as_string(), "default");
  EXPECT_TRUE(shown.at("Name").as_string().starts_with("BIS-"));
  const auto other =
      create("Back_In_Stock__c", R"({"Contact__r":{"Loyalty_No__c":"L"},"Product_SKU__c":"S2"})");
  EXPECT_EQ(row("Back_In_Stock__c", other).at("Contact__c").as_string(), contact);
  EXPECT_EQ(call("DELETE", "/sobjects/Contact/" + contact).status, 204);
  EXPECT_EQ(call("GET", "/sobjects/Back_In_Stock__c/" + first).code(), "ENTITY_IS_DELETED");
}

TEST_P(RowRoutesTest, MovesAStatusOnlyForward) {
  const auto contact = create("Contact", R"({"LastName":"A"})");
  const auto id =
      create("Back_In_Stock__c", R"({"Contact__c":")" + contact + R"(","Product_SKU__c":"S1"})");
  const auto path = "/sobjects/Back_In_Stock__c/" + id;
  EXPECT_EQ(call("PATCH", path, R"({"Status__c":"Sent","Update_Sequence__c":5,
      "Status_Date__c":"2026-01-31T08:15:00.000+0000","Status_Reason__c":"smtp 250"})")
                .status,
            204);
  auto shown = row("Back_In_Stock__c", id);
  EXPECT_EQ(shown.at("Sent_Date__c").as_string(), "2026-01-31T08:15:00.000+0000");
  EXPECT_EQ(shown.at("Status_Reason__c").as_string(), "smtp 250");
  const auto back = call("PATCH", path, R"({"Status__c":"Queued"})");
  EXPECT_EQ(back.status, 400);
  EXPECT_EQ(back.code(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");
  EXPECT_EQ(back.message(), "Status__c moves only forward: Sent cannot become Queued");
  EXPECT_EQ(call("PATCH", path, R"({"Status__c":"Queued","Update_Sequence__c":5})").status, 204);
  EXPECT_EQ(row("Back_In_Stock__c", id), shown);  // a replay changes nothing
  EXPECT_EQ(call("PATCH", path, R"({"Status__c":"Lost"})").code(),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
  EXPECT_EQ(call("PATCH", path, R"({"Contact__c":null})").code(),
            "INVALID_FIELD_FOR_INSERT_UPDATE");
  EXPECT_EQ(call("PATCH", path, R"({"Status__c":"Clicked"})").status, 204);
  shown = row("Back_In_Stock__c", id);
  EXPECT_FALSE(shown.at("Opened_Date__c").is_null());
}

TEST_P(RowRoutesTest, AnUpdateOfEngagementKeepsTheLaterAsking) {
  const auto contact = create("Contact", R"({"LastName":"A"})");
  const auto id =
      create("Back_In_Stock__c", R"({"Contact__c":")" + contact + R"(","Product_SKU__c":"S1"})");
  const auto path = "/sobjects/Back_In_Stock__c/" + id;
  const auto asked = [&](const std::string& day, const std::string& more) {
    EXPECT_EQ(call("PATCH", path, R"({"Last_Asked_Date__c":")" + day + R"(T00:00:00.000Z")" + more + "}")
                  .status,
              204);
    return std::string(row("Back_In_Stock__c", id).at("Last_Asked_Date__c").as_string()).substr(0, 10);
  };
  EXPECT_EQ(asked("2026-05-01", ""), "2026-05-01");
  EXPECT_EQ(asked("2026-04-01", R"(,"Update_Sequence__c":3)"), "2026-05-01");
  EXPECT_EQ(asked("2026-06-01", R"(,"Update_Sequence__c":4)"), "2026-06-01");
  EXPECT_EQ(asked("2026-03-01", ""), "2026-03-01");  // who writes by hand means it
}

// Symptom: with the boxes apart, who asked again when the message had left was never served.
TEST_P(RowRoutesTest, AnAskingAfterTheMessageLeftIsARequestOfItsOwn) {
  const auto contact = create("Contact", R"({"LastName":"A"})");
  const auto id =
      create("Back_In_Stock__c", R"({"Contact__c":")" + contact + R"(","Product_SKU__c":"S1",
      "Requested_Date__c":"2026-01-01T00:00:00.000Z","Last_Asked_Date__c":"2026-05-01T00:00:00.000Z"})");
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(call("PATCH", "/sobjects/Back_In_Stock__c/" + id,
                   R"({"Status__c":"Sent","Status_Date__c":"2026-04-30T00:00:00.000Z",
        "Status_Reason__c":"250","Update_Sequence__c":3})").status,
              204);
  constexpr std::string_view kText =
      "SELECT status, requested_at, status_reason FROM back_in_stock WHERE sku = 'S1' ORDER BY id";
  constexpr db::Statement kRequests{"test.requests", kText, kText};
  const auto rows =
      db().read([&](db::Session& session) { return session.query(kRequests, {}); }).value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text(0), "Sent");
  EXPECT_EQ(rows[1].text(0), "Requested");
  EXPECT_EQ(to_rfc3339(from_ms(rows[1].i64(1))), "2026-05-01T00:00:00.000Z");
  EXPECT_EQ(rows[1].text(2), "asked again in the shop, after the message of request " +
                                 id + " had left");
}

// Symptom: with the boxes apart, an end that Engagement decided on the old asking ended a request
// that was asked for again meanwhile.
TEST_P(RowRoutesTest, AnEndDecidedOnAnOldAskingDoesNotEndTheNewOne) {
  const auto contact = create("Contact", R"({"LastName":"A"})");
  const auto id =
      create("Back_In_Stock__c", R"({"Contact__c":")" + contact + R"(","Product_SKU__c":"S1",
      "Requested_Date__c":"2026-01-01T00:00:00.000Z","Last_Asked_Date__c":"2026-05-01T00:00:00.000Z"})");
  const auto path = "/sobjects/Back_In_Stock__c/" + id;
  const auto end = [&](const std::string& decided_on, const std::string& more) {
    return call("PATCH", path, R"({"Status__c":"Expired","Status_Date__c":"2026-05-02T00:00:00.000Z",
        "Status_Reason__c":"not asked for again","Decided_On_Asking__c":")" + decided_on +
                                   R"(T00:00:00.000Z")" + more + "}");
  };
  const auto of = [&](const char* field) { return row("Back_In_Stock__c", id).at(field); };
  EXPECT_EQ(end("2026-01-01", "").code(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(end("2026-01-01", R"(,"Update_Sequence__c":3)").status, 204);
    EXPECT_EQ(of("Status__c").as_string(), "Requested");
    EXPECT_EQ(of("Update_Sequence__c").to_number<int>(), 3);
  }
  constexpr std::string_view kText = "SELECT reason FROM request_event WHERE update_sequence = 3";
  constexpr db::Statement kEvents{"test.events", kText, kText};
  const auto events =
      db().read([&](db::Session& session) { return session.query(kEvents, {}); }).value();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].text(0), "not Expired, as the shopper asked again at "
                               "2026-05-01T00:00:00.000Z: not asked for again");
  EXPECT_EQ(end("2026-05-01", R"(,"Update_Sequence__c":4)").status, 204);
  EXPECT_EQ(of("Status__c").as_string(), "Expired");
  EXPECT_EQ(of("Decided_On_Asking__c").as_string(), "2026-05-01T00:00:00.000+0000");
}

TEST_P(RowRoutesTest, AnswersNotModified) {
  const auto id = create("Account", R"({"Name":"Acme"})");
  const auto shown = call("GET", "/sobjects/Account/" + id);
  const auto same = call("GET", "/sobjects/Account/" + id, "",
                         {{"If-Modified-Since", shown.header("Last-Modified")}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(call("GET", "/sobjects/Account/" + id, "",
                 {{"If-Modified-Since", "Sat, 31 Jan 2015 08:15:00 GMT"}})
                .status,
            200);
}

TEST_P(RowRoutesTest, StopsAtTheDailyLimit) {
  RestApi small(clock, records, requests, queries, {"https://crm.example", 2});
  http::Router own;
  small.add_routes(own);
  std::swap(router, own);
  EXPECT_EQ(call("GET", "/limits").status, 200);
  EXPECT_EQ(call("GET", "/limits").header("Sforce-Limit-Info"), "api-usage=2/2");
  const auto refused = call("GET", "/limits");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "REQUEST_LIMIT_EXCEEDED");
  EXPECT_EQ(refused.message(), "TotalRequests Limit exceeded.");
  clock.advance(std::chrono::hours(25));
  EXPECT_EQ(call("GET", "/limits").status, 200);
}

STOCKBELL_STORE_TESTS(RowRoutesTest);

}  // namespace
}  // namespace stockbell::crm::rest
