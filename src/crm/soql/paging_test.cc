#include <set>

#include "crm/soql/compiler.h"
#include "crm/soql/parser.h"
#include "crm/soql/query_fixture.h"

namespace stockbell::crm::soql {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SoqlPaging : public QueryTest {
 protected:
  SoqlPaging() { ann_ = add({"Ann", "Archer", "ann@example.com"}); }
  static std::string next_of(const Result<QueryPage>& page) { return page->next_locator; }
  std::int64_t count_of(const std::string& table) {
    const auto sql = "SELECT COUNT(*) FROM " + table;
    const auto row = db().read(
        [&](db::Session& session) { return session.query_one(db::Statement{"", sql, sql}); });
    return row && *row ? (*row)->i64(0) : -1;
  }
  std::int64_t ann_;
};

TEST_P(SoqlPaging, PagesStayTheSameWhileRowsComeAndGo) {
  add_requests(ann_, 5000);
  const std::string query = "SELECT Product_SKU__c FROM Back_In_Stock__c ORDER BY CreatedDate DESC";
  auto page = service_->query(query, {.user = "u"});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total_size, 5000);
  EXPECT_FALSE(page->done);
  EXPECT_THAT(page->next_locator, HasSubstr("-2000"));
  std::multiset<std::string> seen;
  const auto note = [&] {
    for (const auto& row : rows(*page))
      seen.insert(std::string(row.at("Product_SKU__c").as_string()));
  };
  note();
  run("UPDATE back_in_stock SET is_deleted = 1 WHERE sku IN ('sku-10', 'sku-4990')");
  run("DELETE FROM back_in_stock WHERE sku = 'sku-4991'");
  add_requests(ann_, 300);
  const auto again = page->next_locator;
  while (!page->done) {
    page = service_->more(page->next_locator, {.version = "41.0", .user = "u"});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->total_size, 5000);
    EXPECT_THAT(page->records, HasSubstr("/v41.0/"));
    note();
  }
  EXPECT_EQ(seen.size(), 4998u);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 4998u);
  EXPECT_TRUE(seen.contains("sku-10"));  // was on the first page
  EXPECT_FALSE(seen.contains("sku-4990"));
  EXPECT_FALSE(seen.contains("sku-5001"));
  EXPECT_TRUE(service_->more(again, {.user = "u"}));  // the same page once more
}

TEST_P(SoqlPaging, LocatorsAreTheirUsersAndEnd) {
  add_requests(ann_, 450);
  const QueryOptions mine{.batch_size = 1, .user = "u"};
  const auto page = service_->query("SELECT Id FROM Back_In_Stock__c", mine);
  ASSERT_TRUE(page);
  EXPECT_EQ(rows(*page).size(), 200u);
  EXPECT_THAT(page->next_locator, HasSubstr("-200"));
  const auto refused = [&](const std::string& locator, const std::string& user) {
    const auto more = service_->more(locator, {.user = user});
    return !more && more.error().reason == "INVALID_QUERY_LOCATOR";
  };
  EXPECT_TRUE(refused(page->next_locator, "other"));
  const auto id = page->next_locator.substr(0, 18);
  for (const auto& bad : {std::string(), id, id + "-450", id + "--1", id + "-1x",
                          id.substr(0, 17) + "x-0", std::string("01g000000000001-0")})
    EXPECT_TRUE(refused(bad, "u")) << bad;
  EXPECT_EQ(rows(*service_->more(id.substr(0, 15) + "-400", mine)).size(), 50u);

  clock.advance(std::chrono::minutes(14));
  EXPECT_FALSE(refused(page->next_locator, "u"));
  clock.advance(std::chrono::minutes(14));  // within 15 of the last use
  EXPECT_FALSE(refused(page->next_locator, "u"));
  clock.advance(std::chrono::minutes(16));
  EXPECT_TRUE(refused(page->next_locator, "u"));
  ASSERT_TRUE(service_->drop_expired());
  EXPECT_EQ(count_of("soql_cursor") + count_of("soql_cursor_page"), 0);
}

TEST_P(SoqlPaging, AUserHasTenCursorsAndTheOldestGoes) {
  add_requests(ann_, 201);
  std::vector<std::string> locators;
  for (int i = 0; i < 11; ++i) {
    clock.advance(std::chrono::seconds(1));
    locators.push_back(
        ask("SELECT Id FROM Back_In_Stock__c", {.batch_size = 200, .user = "u"}).next_locator);
  }
  EXPECT_FALSE(service_->more(locators[0], {.user = "u"}));
  EXPECT_TRUE(service_->more(locators[1], {.user = "u"}));
  EXPECT_TRUE(service_->more(locators[10], {.user = "u"}));
  EXPECT_EQ(count_of("soql_cursor_page"), 10);
}

TEST_P(SoqlPaging, ChildrenBeyondAPageHaveTheirOwn) {
  add_requests(ann_, 2100);
  const auto bob = add({"Bob", "Baker", "bob@example.com"});
  add_requests(bob, 3);
  const auto page =
      ask("SELECT FirstName, (SELECT Product_SKU__c FROM Back_In_Stocks__r) FROM Contact",
          {.user = "u"});
  ASSERT_TRUE(page.done);
  const auto found = rows(page);
  const auto& children = found.at(0).at("Back_In_Stocks__r");
  EXPECT_EQ(children.at("totalSize"), 2100);
  EXPECT_EQ(children.at("done"), false);
  EXPECT_EQ(children.at("records").as_array().size(), 2000u);
  EXPECT_EQ(found.at(1).at("Back_In_Stocks__r").at("totalSize"), 3);
  const std::string url(children.at("nextRecordsUrl").as_string());
  const auto more = service_->more(url.substr(url.rfind('/') + 1), {.user = "u"});
  ASSERT_TRUE(more) << more.error().message;
  EXPECT_TRUE(more->done);
  EXPECT_EQ(more->total_size, 2100);
  EXPECT_EQ(rows(*more).size(), 100u);
}

TEST_P(SoqlPaging, APageFullOfChildrenIsCutShort) {
  for (int i = 0; i < 12; ++i) add_requests(add({"P" + std::to_string(i), "X", ""}), 1900);
  auto page = service_->query("SELECT FirstName, (SELECT Id FROM Back_In_Stocks__r) FROM Contact",
                              {.user = "u"});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total_size, 13);
  EXPECT_EQ(rows(*page).size(), 11u);  // Ann, who has none, and ten of 1,900
  ASSERT_FALSE(page->done);
  page = service_->more(page->next_locator, {.user = "u"});
  ASSERT_TRUE(page);
  EXPECT_EQ(rows(*page).size(), 2u);
  EXPECT_TRUE(page->done);
}

TEST_P(SoqlPaging, BulkRowsComeInOrderAndResume) {
  add_requests(ann_, 5000);
  const std::string query =
      "SELECT Id, Product_SKU__c, Contact__r.Email, Contact__r.Account.Vip__c FROM "
      "Back_In_Stock__c WHERE Status__c = 'Requested'";
  EXPECT_EQ(service_->columns(query).error().reason, "INVALID_FIELD");
  const std::string right =
      "SELECT Id, Product_SKU__c, contact__r.email, Contact__r.AccountId, Sent_Date__c FROM "
      "Back_In_Stock__c WHERE Status__c = 'Requested'";
  EXPECT_THAT(*service_->columns(right),
              ::testing::ElementsAre("Id", "Product_SKU__c", "Contact__r.Email",
                                     "Contact__r.AccountId", "Sent_Date__c"));
  std::int64_t last = 0;
  int count = 0;
  const auto each = [&](std::int64_t id, std::span<const std::string> cells) -> Result<> {
    EXPECT_GT(id, last);
    EXPECT_EQ(cells[0], request_id(id));
    EXPECT_EQ(cells[1], "sku-" + std::to_string(count));
    EXPECT_EQ(cells[2], "ann@example.com");
    EXPECT_EQ(cells[3] + cells[4], "");
    last = id;
    if (++count == 3000) return fail(ErrorCode::unavailable, "full", "full");
    return {};
  };
  EXPECT_EQ(service_->for_each_row(right, {}, each).error().reason, "full");
  EXPECT_EQ(service_->for_each_row(right, {.after = last}, each).value_or(-1), 2000);
  EXPECT_EQ(count, 5000);

  const auto counted = [&](const std::string& tail) {
    return service_
        ->for_each_row("SELECT Id FROM Back_In_Stock__c " + tail, {},
                       [](auto, auto) { return Result<>(); })
        .value_or(-1);
  };
  EXPECT_EQ(counted("LIMIT 2500"), 2500);
  EXPECT_EQ(counted("ORDER BY Product_SKU__c DESC OFFSET 10"), 4990);
  EXPECT_EQ(service_->columns("SELECT COUNT(Id) FROM Contact").error().reason, "API_ERROR");
}

TEST_P(SoqlPaging, AggregatesHaveOnePage) {
  add_requests(ann_, 2001);
  const std::string query = "SELECT Product_SKU__c FROM Back_In_Stock__c GROUP BY Product_SKU__c";
  const auto refused = service_->query(query, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "EXCEEDED_ID_LIMIT");
  EXPECT_EQ(ask(query + " LIMIT 2000").total_size, 2000);
}

TEST_P(SoqlPaging, AQueryThatRunsTooLongEnds) {
  if (on_postgresql()) GTEST_SKIP() << "its smallest limit, 1 ms, may be enough";
  add_requests(ann_, 5000);
  QueryService hasty(db(), *schema_, clock, ids, Duration(0));
  const auto refused =
      hasty.query("SELECT COUNT() FROM Back_In_Stock__c WHERE Site__c LIKE '%x%'", {.user = "u"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "QUERY_TIMEOUT");
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_EQ(ask("SELECT COUNT() FROM Back_In_Stock__c WHERE Site__c LIKE '%x%'").total_size, 0);
}

// Each of these must find its rows by an index, or a store of millions would be read through.
TEST_P(SoqlPaging, FiltersUseIndexes) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT Id FROM Contact WHERE Id = '003000000000001'", "contact"},
      {"SELECT Id FROM Contact WHERE Id IN ('003000000000001', '003000000000002')", "contact"},
      {"SELECT Id FROM Contact WHERE Email = 'a@b.c'", "contact_email"},
      {"SELECT Id FROM Contact WHERE Email IN ('a@b.c', 'd@e.f')", "contact_email"},
      {"SELECT Id FROM Contact WHERE B2C_Customer_ID__c = 'x'", "contact_b2c_customer_id"},
      {"SELECT Id FROM Contact WHERE SystemModstamp > 2026-01-01T00:00:00Z", "contact_modstamp"},
      {"SELECT Id FROM Back_In_Stock__c WHERE Product_SKU__c = 'x'", "back_in_stock_"},
      {"SELECT Id FROM Back_In_Stock__c WHERE Request_Key__c = 'x'", "back_in_stock"},
      {"SELECT Id FROM Back_In_Stock__c WHERE Status__c = 'requested' AND CreatedDate >= "
       "2026-01-01T00:00:00Z LIMIT 5",
       "back_in_stock_status"},
      {"SELECT Id FROM Back_In_Stock__c WHERE Contact__c = '003000000000001'",
       "back_in_stock_contact"},
      {"SELECT Id FROM Back_In_Stock__c WHERE Contact__r.Email = 'a@b.c'", "contact_email"},
      {"SELECT Id FROM Contact WHERE Id IN (SELECT Contact__c FROM Back_In_Stock__c WHERE "
       "Product_SKU__c = 'x')",
       "back_in_stock_"},
  };
  for (const auto& [soql, index] : cases) {
    const auto query = parse(soql);
    ASSERT_TRUE(query);
    const auto plan = compile({soql, *schema_, on_postgresql(), false, clock.now()}, *query);
    ASSERT_TRUE(plan);
    const auto text =
        (on_postgresql() ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + plan->membership.text;
    std::string explained;
    const auto done = db().write([&](db::Session& session) -> Result<> {
      if (on_postgresql()) {  // the tables are empty, so that reading them is always cheapest
        const std::string off = "SET LOCAL enable_seqscan = off";
        SB_CHECK(session.execute(db::Statement{"", "", off}));
      }
      SB_TRY(lines, session.query(db::Statement{"", text, text}, plan->membership.params));
      for (const auto& line : lines) explained += line.text(on_postgresql() ? 0 : 3) + "\n";
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(explained, HasSubstr(index)) << soql;
    if (on_postgresql())
      EXPECT_THAT(explained, Not(HasSubstr("Seq Scan"))) << soql;
    else
      EXPECT_THAT(explained, HasSubstr("SEARCH")) << soql << "\n" << explained;
  }
}

STOCKBELL_STORE_TESTS(SoqlPaging);

}  // namespace
}  // namespace stockbell::crm::soql
