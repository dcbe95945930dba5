#include "crm/soql/query_fixture.h"

namespace stockbell::crm::soql {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class SoqlAnswers : public QueryTest {
 protected:
  SoqlAnswers() {
    acme_ = add_account("Acme");
    ann_ =
        add({"Ann", "Archer", "Ann@Example.com",
             R"({"Shoe_Size__c":38.5,"Nickname__c":"Nan","Birthday__c":"1990-02-28","Vip__c":1})",
             acme_, "2026-05-13T10:00:00Z"});
    bob_ = add({"Bob", "Baker", "", R"({"Nickname__c":"50%_off"})"});
    cid_ = add({"Cid", "O'Hara", "cid@example.com", "{}", 0, "2026-04-30T23:59:59.999Z"});
    key_ = add_request(ann_, "red-42", "Requested", 2);
    add_request(ann_, "blue", "Sent", 5);
    add_request(bob_, "red-42", "Requested", 1);
  }
  std::int64_t acme_, ann_, bob_, cid_, key_;
};

TEST_P(SoqlAnswers, RowsAsSalesforceWritesThem) {
  const auto page = ask(
      "SELECT Id, Product_SKU__c, Quantity__c, Sent_Date__c, CreatedDate, Contact__r.FirstName, "
      "Contact__r.Account.Name, Contact__c FROM Back_In_Stock__c WHERE Contact__r.Email = "
      "'ann@example.COM' AND Status__c = 'requested'");
  EXPECT_EQ(page.total_size, 1);
  EXPECT_TRUE(page.done);
  EXPECT_EQ(page.records,
            R"([{"attributes":{"type":"Back_In_Stock__c","url":"/services/data/v59.0/sobjects/)"
            R"(Back_In_Stock__c/)" +
                request_id(key_) + R"("},"Id":")" + request_id(key_) +
                R"(","Product_SKU__c":"red-42","Quantity__c":2,"Sent_Date__c":null,)"
                R"("CreatedDate":"1970-01-01T00:00:01.000+0000","Contact__r":{"attributes":{)"
                R"("type":"Contact","url":"/services/data/v59.0/sobjects/Contact/)" +
                contact_id(ann_) +
                R"("},"FirstName":"Ann","Account":{"attributes":{"type":"Account","url":)"
                R"("/services/data/v59.0/sobjects/Account/)" +
                objects::record_id(*schema_->find("Account"), acme_) +
                R"("},"Name":"Acme"}},"Contact__c":")" + contact_id(ann_) + R"("}])");
  EXPECT_THAT(ask("SELECT Account.Name FROM Contact WHERE Id = '" + contact_id(bob_) + "'",
                  {.version = "62.0"})
                  .records,
              EndsWith("/v62.0/sobjects/Contact/" + contact_id(bob_) + "\"},\"Account\":null}]"));
}

TEST_P(SoqlAnswers, ComparesAsSalesforceDoes) {
  const std::pair<std::string, const char*> cases[] = {
      {"Email = 'ANN@example.com'", "Ann"},
      {"Email = null", "Bob"},
      {"Email = ''", "Bob"},
      {"Email != null", "Ann Cid"},
      {"Email != 'ann@example.com'", "Bob Cid"},
      {"Email <> 'ann@example.com' AND Email != null", "Cid"},
      {"NOT Email = 'ann@example.com'", "Bob Cid"},
      {"NOT (Email = 'ann@example.com' OR Email = null)", "Cid"},
      {"Email < 'b'", "Ann"},
      {"Email > 'b'", "Cid"},
      {"Email < null", ""},
      {"LastName = 'O\\'Hara'", "Cid"},
      {"LastName LIKE 'o%'", "Cid"},
      {"LastName LIKE '%E_'", "Ann Bob"},
      {"Email LIKE '%'", "Ann Cid"},
      {"NOT Email LIKE '%ann%'", "Bob Cid"},
      {"Nickname__c LIKE '50\\%\\_%'", "Bob"},
      {"Nickname__c LIKE '50\\_%'", ""},
      {"Nickname__c = 'nan'", "Ann"},
      {"FirstName IN ('ann', 'CID', 'zoe')", "Ann Cid"},
      {"FirstName NOT IN ('ann', 'CID')", "Bob"},
      {"Email IN (null, 'cid@EXAMPLE.com')", "Bob Cid"},
      {"Email NOT IN ('cid@example.com')", "Ann Bob"},
      {"Shoe_Size__c > 38", "Ann"},
      {"Shoe_Size__c = null", "Bob Cid"},
      {"Shoe_Size__c != 38.5", "Bob Cid"},
      {"Shoe_Size__c IN (38.5, 40)", "Ann"},
      {"Vip__c = true", "Ann"},
      {"Vip__c = false", "Bob Cid"},
      {"Vip__c != true", "Bob Cid"},
      {"HasOptedOutOfEmail = FALSE", "Ann Bob Cid"},
      {"Birthday__c = 1990-02-28", "Ann"},
      {"Birthday__c < 2000-01-01", "Ann"},
      {"Birthday__c = null", "Bob Cid"},
      {"Birthday__c < TODAY", "Ann"},
      {"Id = '" + contact_id(ann_) + "'", "Ann"},
      {"Id = '" + contact_id(ann_).substr(0, 15) + "'", "Ann"},
      {"Id IN ('" + contact_id(ann_) + "', '" + contact_id(cid_) + "')", "Ann Cid"},
      {"Id = '" + request_id(key_) + "'", ""},
      {"Id != '" + request_id(key_) + "'", "Ann Bob Cid"},
      {"AccountId = null", "Bob Cid"},
      {"Account.Name = 'acme'", "Ann"},
      {"Account.Name = null", "Bob Cid"},
      {"Account.Name != 'acme'", "Bob Cid"},
      {"CreatedDate = TODAY", "Bob"},
      {"CreatedDate = YESTERDAY", "Ann"},
      {"CreatedDate >= YESTERDAY", "Ann Bob"},
      {"CreatedDate < THIS_MONTH", "Cid"},
      {"CreatedDate = LAST_N_DAYS:1", "Ann Bob"},
      {"CreatedDate != THIS_MONTH", "Cid"},
      {"CreatedDate IN (TODAY, LAST_MONTH)", "Bob Cid"},
      {"CreatedDate > 2026-05-13T09:59:59Z", "Ann Bob"},
      {"CreatedDate >= 2026-05-13T12:00:00+02:00", "Ann Bob"},
      {"CreatedDate > 2026-05-13T12:00:00+02:00", "Bob"},
      {"Id IN (SELECT Contact__c FROM Back_In_Stock__c WHERE Product_SKU__c = 'red-42')",
       "Ann Bob"},
      {"Id NOT IN (SELECT Contact__c FROM Back_In_Stock__c WHERE Status__c = 'Sent')", "Bob Cid"},
      {"Id IN (SELECT Contact__c FROM Back_In_Stock__c WHERE Contact__r.Account.Name = 'Acme')",
       "Ann"},
  };
  for (const auto& [condition, found] : cases) EXPECT_EQ(where(condition), found) << condition;
  EXPECT_EQ(values("SELECT Name FROM Back_In_Stock__c WHERE Product_SKU__c = 'RED-42'"), "");
}

TEST_P(SoqlAnswers, OrdersLimitsAndSkips) {
  const std::pair<const char*, const char*> cases[] = {
      {"ORDER BY Email", "Bob Ann Cid"},
      {"ORDER BY Email DESC", "Cid Ann Bob"},
      {"ORDER BY Email NULLS LAST", "Ann Cid Bob"},
      {"ORDER BY Email DESC NULLS FIRST", "Bob Cid Ann"},
      {"ORDER BY Shoe_Size__c", "Bob Cid Ann"},
      {"ORDER BY Shoe_Size__c DESC", "Ann Bob Cid"},
      {"ORDER BY Shoe_Size__c ASC NULLS LAST", "Ann Bob Cid"},
      {"ORDER BY Account.Name DESC, CreatedDate", "Ann Cid Bob"},
      {"ORDER BY CreatedDate LIMIT 1", "Cid"},
      {"ORDER BY CreatedDate LIMIT 1 OFFSET 1", "Ann"},
      {"LIMIT 0", ""},
      {"LIMIT 2 FOR VIEW", "Ann Bob"},
  };
  for (const auto& [clause, found] : cases)
    EXPECT_EQ(values("SELECT FirstName FROM Contact " + std::string(clause)), found) << clause;
}

TEST_P(SoqlAnswers, CountsAndGroups) {
  auto page = ask("SELECT COUNT() FROM Contact");
  EXPECT_EQ(page.total_size, 3);
  EXPECT_EQ(page.records, "[]");
  EXPECT_EQ(ask("SELECT count() FROM Contact WHERE Email != null LIMIT 1").total_size, 1);
  EXPECT_EQ(ask("SELECT Status__c, COUNT(Id) n, SUM(Quantity__c), AVG(Quantity__c) mean, "
                "MIN(Product_SKU__c) FROM Back_In_Stock__c GROUP BY Status__c ORDER BY COUNT(Id)")
                .records,
            R"([{"attributes":{"type":"AggregateResult"},"Status__c":"Sent","n":1,"expr0":5,)"
            R"("mean":5,"expr1":"blue"},{"attributes":{"type":"AggregateResult"},)"
            R"("Status__c":"Requested","n":2,"expr0":3,"mean":1.5,"expr1":"red-42"}])");
  EXPECT_EQ(values("SELECT COUNT(Email) FROM Contact"), "2");
  EXPECT_EQ(values("SELECT COUNT_DISTINCT(Product_SKU__c) FROM Back_In_Stock__c"), "2");
  EXPECT_EQ(values("SELECT MAX(CreatedDate) FROM Contact"), "2026-05-14T10:00:00.000+0000");
  EXPECT_EQ(values("SELECT MAX(Contact__c) FROM Back_In_Stock__c"), contact_id(bob_));
  EXPECT_EQ(values("SELECT SUM(Shoe_Size__c) FROM Contact WHERE FirstName = 'Bob'"), "null");
  EXPECT_EQ(values("SELECT Contact__r.Account.Name FROM Back_In_Stock__c "
                   "GROUP BY Contact__r.Account.Name"),
            "null Acme");
  EXPECT_EQ(values("SELECT Contact__r.LastName FROM Back_In_Stock__c GROUP BY Contact__r.LastName "
                   "HAVING COUNT(Id) > 1 AND MAX(Quantity__c) >= 5"),
            "Archer");
}

TEST_P(SoqlAnswers, ChildrenOfParents) {
  const auto page = ask(
      "SELECT FirstName, (SELECT Product_SKU__c, Contact__r.FirstName FROM Back_In_Stocks__r WHERE "
      "Quantity__c > 1 ORDER BY Product_SKU__c LIMIT 5) FROM Contact WHERE FirstName != 'Cid'");
  const auto found = rows(page);
  ASSERT_EQ(found.size(), 2u);
  const auto& children = found[0].at("Back_In_Stocks__r");
  EXPECT_EQ(children.at("totalSize"), 2);
  EXPECT_EQ(children.at("done"), true);
  EXPECT_EQ(children.at("records").as_array().at(0).at("Product_SKU__c"), "blue");
  EXPECT_EQ(children.at("records").as_array().at(1).at("Contact__r").at("FirstName"), "Ann");
  EXPECT_TRUE(found[1].at("Back_In_Stocks__r").is_null());
  EXPECT_EQ(rows(ask("SELECT Name, (SELECT Id FROM contacts) FROM Account"))
                .at(0)
                .at("Contacts")
                .at("totalSize"),
            1);
}

TEST_P(SoqlAnswers, DeletedRowsOnlyToThoseWhoAsk) {
  run("UPDATE contact SET is_deleted = 1 WHERE id = $1", {bob_});
  EXPECT_EQ(values("SELECT FirstName FROM Contact"), "Ann Cid");
  EXPECT_EQ(values("SELECT FirstName FROM Contact", {.all_rows = true}), "Ann Bob Cid");
  EXPECT_EQ(values("SELECT FirstName FROM Contact ALL ROWS"), "Ann Bob Cid");
  EXPECT_EQ(values("SELECT FirstName FROM Contact WHERE IsDeleted = true ALL ROWS"), "Bob");
  EXPECT_EQ(ask("SELECT COUNT() FROM Contact").total_size, 2);
  EXPECT_EQ(values("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE "
                   "FirstName = 'Bob')"),
            "");
}

TEST_P(SoqlAnswers, FieldsOfAKind) {
  const auto all = rows(ask("SELECT FIELDS(ALL) FROM Contact LIMIT 200")).at(0).as_object();
  EXPECT_EQ(all.size(), schema_->find("Contact")->fields.size() + 1);
  const auto custom = rows(ask("SELECT Id, FIELDS(CUSTOM) FROM Contact LIMIT 1")).at(0).as_object();
  EXPECT_EQ(custom.at("Shoe_Size__c"), 38.5);
  EXPECT_EQ(custom.at("Vip__c"), true);
  EXPECT_FALSE(custom.contains("Email"));
  EXPECT_EQ(ask("SELECT FIELDS(STANDARD) FROM Contact").total_size, 3);
}

TEST_P(SoqlAnswers, RefusesWhatTheSchemaDoesNotKnow) {
  const auto unknown = refusal("SELECT Foo FROM Contact");
  EXPECT_EQ(unknown.reason, "INVALID_FIELD");
  EXPECT_EQ(
      unknown.message,
      "\nSELECT Foo FROM Contact\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on "
      "entity 'Contact'. If you are attempting to use a custom field, be sure to append the "
      "'__c' after the custom field name. Please reference your WSDL or the describe call for "
      "the appropriate names.");
  const auto type = refusal("SELECT Id FROM Foo");
  EXPECT_EQ(type.reason, "INVALID_TYPE");
  EXPECT_THAT(type.message, HasSubstr("Column:16\nsObject type 'Foo' is not supported."));
  struct Case {
    const char *query, *code, *message;
  };
  const Case cases[] = {
      {"SELECT Foo__r.Id FROM Contact", "INVALID_FIELD", "Didn't understand relationship 'Foo__r'"},
      {"SELECT Id FROM Contact WHERE Account.Foo = 1", "INVALID_FIELD", "on entity 'Account'"},
      {"SELECT Id, (SELECT Id FROM Foo) FROM Contact", "INVALID_TYPE",
       "Didn't understand relationship 'Foo' in FROM part"},
      {"SELECT Id FROM Contact WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD",
       "Column:44\nvalue of filter criterion for field 'CreatedDate' must be of type dateTime and "
       "should not be enclosed in quotes"},
      {"SELECT Id FROM Contact WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "type dateTime"},
      {"SELECT Id FROM Contact WHERE Birthday__c = TRUE", "INVALID_FIELD", "type date and"},
      {"SELECT Id FROM Contact WHERE Email = 5", "INVALID_FIELD",
       "must be of type string and should be enclosed in quotes"},
      {"SELECT Id FROM Contact WHERE Vip__c = 'true'", "INVALID_FIELD", "type boolean"},
      {"SELECT Id FROM Contact WHERE Email IN ('a', 5)", "INVALID_FIELD", "type string"},
      {"SELECT Id FROM Contact WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR",
       "Column:35\ninvalid ID field: abc"},
      {"SELECT Id FROM Contact WHERE Id = '003000000000001AAB'", "INVALID_QUERY_FILTER_OPERATOR",
       "invalid ID field"},
      {"SELECT Id FROM Contact WHERE Id LIKE '003%'", "INVALID_QUERY_FILTER_OPERATOR",
       "invalid operator on id field"},
      {"SELECT Id FROM Contact WHERE Vip__c > true", "INVALID_QUERY_FILTER_OPERATOR", "boolean"},
      {"SELECT Id, Id FROM Contact", "MALFORMED_QUERY", "duplicate field selected: Id"},
      {"SELECT Id, Contact.Id FROM Contact", "MALFORMED_QUERY", "duplicate field selected: Id"},
      {"SELECT Id x FROM Contact", "MALFORMED_QUERY", "only aggregate expressions use"},
      {"SELECT Name, COUNT(Id) FROM Contact", "MALFORMED_QUERY", "grouped or aggregated: Name"},
      {"SELECT SUM(Name) FROM Contact", "MALFORMED_QUERY", "does not support aggregate operator"},
      {"SELECT COUNT(Id) a, MAX(Id) A FROM Contact", "MALFORMED_QUERY", "duplicate alias: A"},
      {"SELECT COUNT(), Id FROM Contact", "MALFORMED_QUERY", "COUNT() must be the only element"},
      {"SELECT Id FROM Contact WHERE COUNT(Id) > 1", "MALFORMED_QUERY", "aggregate functions"},
      {"SELECT Id FROM Contact HAVING COUNT(Id) > 1", "MALFORMED_QUERY", "HAVING stands behind"},
      {"SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY", "must have a LIMIT of at most 200"},
      {"SELECT FIELDS(CUSTOM) FROM Contact LIMIT 201", "MALFORMED_QUERY", "LIMIT of at most 200"},
      {"SELECT Id FROM Contact WHERE Email IN (SELECT Id FROM Contact)", "MALFORMED_QUERY",
       "must be an id or a reference"},
      {"SELECT Id FROM Contact WHERE Id IN (SELECT Id FROM Account)", "MALFORMED_QUERY",
       "should point to the same object type"},
      {"SELECT Id FROM Contact WHERE Id IN (SELECT Id, Name FROM Contact)", "MALFORMED_QUERY",
       "selects exactly one field"},
      {"SELECT Account.Account.Account.Account.Account.Account.Name FROM Contact", "INVALID_FIELD",
       "Didn't understand relationship"},
  };
  for (const auto& [query, code, message] : cases) {
    const auto error = refusal(query);
    EXPECT_EQ(error.code, ErrorCode::invalid) << query;
    EXPECT_EQ(error.reason, code) << query;
    EXPECT_THAT(error.message, HasSubstr(message)) << query;
  }
}

TEST_P(SoqlAnswers, BoundsWhatAStoreWouldChokeOn) {
  std::string deep = "Email = 'ann@example.com'", joins = "Status__c = 'Sent'";
  for (int i = 0; i < 15; ++i) deep = "NOT (LastName = 'x' OR " + deep + ")";
  EXPECT_EQ(where(deep), "Bob Cid");
  EXPECT_EQ(where("NOT NOT NOT Email = 'ann@example.com'"), "Bob Cid");
  std::string wide;
  for (int i = 0; i < 60; ++i) wide += " AND LastName != '" + std::to_string(i) + "'";
  deep = "Email = 'ann@example.com'";
  for (int i = 0; i < 15; ++i) deep = "NOT (Email = 'x'" + wide + " AND " + deep + ")";
  EXPECT_EQ(refusal("SELECT Id FROM Contact WHERE " + deep).reason, "QUERY_TOO_COMPLICATED");
  for (int i = 0; i < 3; ++i)
    joins = i % 2 ? "Contact__c IN (SELECT Id FROM Contact WHERE " + joins + ")"
                  : "Id IN (SELECT Contact__c FROM Back_In_Stock__c WHERE " + joins + ")";
  EXPECT_EQ(where(joins), "Ann");
  EXPECT_THAT(refusal("SELECT Id FROM Back_In_Stock__c WHERE Contact__c IN (SELECT Id FROM Contact "
                      "WHERE " +
                      joins + ")")
                  .message,
              HasSubstr("semi-joins nest at most 3 deep"));
  std::string many = "Email = 'ann@example.com'";
  for (int i = 0; i < 999; ++i) many += " OR Email = 'x" + std::to_string(i) + "'";
  EXPECT_EQ(where(many), "Ann");
  std::string list = "Email IN ('ann@example.com'";
  for (int i = 0; i < 3999; ++i) list += ",'x" + std::to_string(i) + "'";
  EXPECT_EQ(where(list + ")"), "Ann");
}

// Whatever is written as a value stays one: it is compared, found nowhere, and nothing is lost.
TEST_P(SoqlAnswers, TextThatLooksLikeSqlIsOnlyText) {
  const char* attacks[] = {R"(x\' OR \'1\'=\'1)",
                           R"(\'; DROP TABLE contact; --)",
                           R"(" OR "a"="a)",
                           R"(x\') UNION SELECT 1 --)",
                           "$1",
                           "{t}",
                           "%27%20OR%201=1",
                           "ʼ OR 1=1",
                           "＇ OR 1=1",
                           R"(\u0027 OR 1=1)",
                           R"(\\\' OR 1=1 --)",
                           R"({"a"})",
                           R"(a","b)",
                           "/* */"};
  for (const std::string attack : attacks)
    for (const auto* condition :
         {"= '{}'", "LIKE '{}'", "IN ('{}', 'other')", "< '{}' AND Id = null"})
      EXPECT_EQ(where("LastName " + fmt::format(fmt::runtime(condition), attack)), "") << attack;
  EXPECT_EQ(refusal("SELECT Id FROM Contact WHERE LastName = '' OR 1=1 --").reason,
            "MALFORMED_QUERY");
  EXPECT_EQ(refusal("SELECT Id FROM contact; DROP TABLE contact").reason, "MALFORMED_QUERY");
  EXPECT_EQ(refusal("SELECT Id FROM sqlite_master").reason, "INVALID_TYPE");
  EXPECT_EQ(refusal("SELECT email_normalized FROM Contact").reason, "INVALID_FIELD");
  EXPECT_EQ(refusal("SELECT custom FROM Contact").reason, "INVALID_FIELD");
  run("UPDATE contact SET last_name = $1 WHERE id = $2", {R"(a"b\c'd{e},f%)", bob_});
  EXPECT_EQ(where(R"(LastName = 'a"b\\c\'d{e},f%')"), "Bob");
  EXPECT_EQ(where(R"(LastName IN ('a"b\\c\'d{e},f%', 'x'))"), "Bob");
  EXPECT_EQ(where(R"(LastName LIKE 'a"b\\c\'d{e},f\%')"), "Bob");
  EXPECT_EQ(ask("SELECT COUNT() FROM Contact").total_size, 3);
}

TEST_P(SoqlAnswers, RecordsByTheirIds) {
  const auto& contact = *schema_->find("Contact");
  const std::array ids_wanted{cid_, std::int64_t{12345}, ann_, bob_};
  run("UPDATE contact SET is_deleted = 1 WHERE id = $1", {bob_});
  const std::array<std::string, 3> fields{"FirstName", "Account.Name", "firstname"};
  const auto found = service_->retrieve(contact, ids_wanted, fields, {});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 4u);
  EXPECT_THAT((*found)[0], EndsWith(R"("FirstName":"Cid","Account":null})"));
  EXPECT_EQ((*found)[1], "null");
  EXPECT_THAT((*found)[2], HasSubstr(R"("Name":"Acme")"));
  EXPECT_EQ((*found)[3], "null");
  const auto all = service_->retrieve(contact, ids_wanted, {}, {.all_rows = true});
  ASSERT_TRUE(all);
  EXPECT_THAT((*all)[3], HasSubstr(R"("Nickname__c":"50%_off")"));
  for (const std::string bad : {"Foo", "", "Account.", ".", "Id FROM Contact"}) {
    const auto refused = service_->retrieve(contact, ids_wanted, std::span(&bad, 1), {});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().reason, "INVALID_FIELD") << bad;
  }
}

STOCKBELL_STORE_TESTS(SoqlAnswers);

}  // namespace
}  // namespace stockbell::crm::soql
