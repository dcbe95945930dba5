// Rows deleted long ago go for good, all of them, and without the store being read through.
#include <gmock/gmock.h>

#include "crm/contacts/contact_store.h"
#include "crm/records/record_service.h"
#include "crm/requests/request_store.h"
#include "sql/crm_record.sql.h"
#include "support/store.h"

namespace stockbell::crm::records {
namespace {

namespace sql = stockbell::sql::crm_record;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr db::Statement both(std::string_view name, std::string_view text) {
  return {name, text, text};
}
constexpr auto kInsert = both(
    "test.insert",
    "INSERT INTO contact (id, site_group, last_name, name, created_at, modified_at, "
    "system_modstamp, is_deleted, deleted_at) VALUES ($1, 'default', 'X', 'X', 1, 1, 1, $2, $3)");
constexpr auto kInsertRequest = both(
    "test.insert_request",
    "INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
    "status_at, requested_at, created_at, modified_at, system_modstamp, is_deleted, deleted_at) "
    "VALUES ($1, CAST(CAST($1 AS BIGINT) AS TEXT), $2, 'A1', 'default', 'en', 1, 'Sent', 1, 1, 1, "
    "1, 1, $3, $4)");
constexpr auto kInsertEvent =
    both("test.insert_event",
         "INSERT INTO request_event (id, request, happened_at, status, reason, source) "
         "VALUES ($1, $1, 1, 'Sent', '', 'api')");
constexpr auto kInsertSubmission = both("test.insert_submission",
                                        "INSERT INTO submission VALUES (CAST(CAST($1 AS BIGINT) AS "
                                        "TEXT), 1, $1, 0, 0, 'v1', 1, '', 1)");
constexpr auto kCountAll = both("test.count_all",
                                "SELECT (SELECT COUNT(*) FROM back_in_stock), (SELECT COUNT(*) "
                                "FROM request_event), (SELECT COUNT(*) FROM submission), "
                                "(SELECT COUNT(*) FROM record_tombstone)");
constexpr auto kCount = both("test.count", "SELECT COUNT(*) FROM contact");
constexpr auto kHide = both("test.hide", "ALTER TABLE account RENAME TO hidden");
constexpr auto kShow = both("test.show", "ALTER TABLE hidden RENAME TO account");

// Explains each statement in place of running it.
class Explaining final : public db::Session {
 public:
  Explaining(db::Session& session, bool postgresql) : session_(session), postgresql_(postgresql) {}
  Result<db::Rows> query(const db::Statement& statement, const db::Params& params) override {
    const auto text = std::string(postgresql_ ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") +
                      std::string(postgresql_ ? statement.postgresql : statement.sqlite);
    SB_TRY(lines, session_.query(db::Statement{"", text, text}, params));
    plan.clear();
    for (const auto& line : lines) plan += line.text(postgresql_ ? 0 : 3) + "\n";
    return db::Rows();
  }
  Result<std::int64_t> execute(const db::Statement& statement, const db::Params& params) override {
    SB_CHECK(query(statement, params));
    return 0;
  }
  Result<std::int64_t> execute_batch(const db::Statement&, std::span<const db::Params>) override {
    return 0;
  }
  Result<> for_each(const db::Statement&, const db::Params&,
                    const std::function<Result<>(const db::Row&)>&) override {
    return {};
  }
  Result<> limit_time(std::chrono::milliseconds) override { return {}; }
  std::string plan;

 private:
  db::Session& session_;
  const bool postgresql_;
};

class SweepTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    for (const auto& migrations : {contacts::migrations(), requests::migrations(),
                                   contacts::later_migrations(), RecordService::migrations()})
      ASSERT_TRUE(db().migrate(migrations));
  }
  void insert(std::int64_t first, int count, db::Value deleted_at) {
    std::vector<db::Params> batch;
    for (int i = 0; i < count; ++i)
      batch.push_back({first + i, deleted_at.is_null() ? 0 : 1, deleted_at});
    const auto done =
        db().write([&](db::Session& session) { return session.execute_batch(kInsert, batch); });
    ASSERT_TRUE(done) << done.error().message;
  }
  void execute(const db::Statement& statement) {
    const auto done = db().write([&](db::Session& session) { return session.execute(statement); });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::int64_t count() {
    const auto row = db().read([](db::Session& session) { return session.query_one(kCount); });
    return row && *row ? (*row)->i64(0) : -1;
  }
  void expect_index(const std::string& plan, const std::string& index) {
    EXPECT_THAT(plan, HasSubstr(index));
    if (!on_postgresql()) {
      EXPECT_THAT(plan, Not(HasSubstr("SCAN account"))) << plan;
      EXPECT_THAT(plan, Not(HasSubstr("SCAN contact"))) << plan;
      EXPECT_THAT(plan, Not(HasSubstr("SCAN back_in_stock"))) << plan;
      EXPECT_THAT(plan, Not(HasSubstr("SCAN request_event"))) << plan;
      EXPECT_THAT(plan, Not(HasSubstr("SCAN record_tombstone"))) << plan;
    }
  }

  objects::Schema schema = objects::Schema::create({}).value();
  contacts::ContactService contacts{db(), clock, random, {{}, contacts::default_rules()}};
  objects::ChangeClock changes{clock, db()};
  requests::RequestService requests{db(), clock, random, changes, contacts};
  RecordService records{db(), schema, clock, random, changes, requests, contacts};
};

TEST_P(SweepTest, TakesAllThatIsOldInOneCall) {
  const auto old = to_ms(clock.now() - std::chrono::days(16));
  insert(1, 2500, old);
  insert(5001, 3, to_ms(clock.now() - std::chrono::days(14)));
  insert(6001, 4, {});
  ASSERT_TRUE(records.sweep());
  EXPECT_EQ(count(), 7);
  insert(7001, 1, old);
  ASSERT_TRUE(records.sweep());
  EXPECT_EQ(count(), 8) << "once an hour";
  clock.advance(std::chrono::hours(1));
  ASSERT_TRUE(records.sweep());
  EXPECT_EQ(count(), 7);
}

TEST_P(SweepTest, TakesARequestWithWhatHangsOnItAndThenItsContact) {
  const auto old = to_ms(clock.now() - std::chrono::days(16));
  insert(1, 1, old);  // with a request that is deleted too
  insert(2, 1, old);  // with one that is not
  const auto made = db().write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(kInsertRequest, {11, 1, 1, old}));
    SB_CHECK(session.execute(kInsertRequest, {12, 2, 0, db::Value()}));
    for (const int request : {11, 12}) {
      SB_CHECK(session.execute(kInsertEvent, {request}));
      SB_CHECK(session.execute(kInsertSubmission, {request}));
    }
    return {};
  });
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(records.sweep());
  EXPECT_EQ(count(), 1);
  const auto left = db().read([](db::Session& session) { return session.query_one(kCountAll); });
  ASSERT_TRUE(left && *left);
  EXPECT_EQ((*left)->i64(0), 1);
  EXPECT_EQ((*left)->i64(1), 1);
  EXPECT_EQ((*left)->i64(2), 1);
  EXPECT_EQ((*left)->i64(3), 2);
}

TEST_P(SweepTest, GoesOnWhereACallCouldNotEnd) {
  insert(1, 21'001, to_ms(clock.now() - std::chrono::days(16)));
  execute(kHide);
  EXPECT_FALSE(records.sweep());
  EXPECT_EQ(count(), 21'001);
  execute(kShow);
  ASSERT_TRUE(records.sweep());
  EXPECT_EQ(count(), 1'001);
  ASSERT_TRUE(records.sweep());
  EXPECT_EQ(count(), 0);
}

TEST_P(SweepTest, ReadsDeletedRowsByTheirTime) {
  const struct {
    const db::Statement* statement;
    const char* index;
  } cases[] = {{&sql::mourn_requests, "back_in_stock_deleted"},
               {&sql::sweep_events, "back_in_stock_deleted"},
               {&sql::sweep_requests, "back_in_stock_deleted"},
               {&sql::mourn_contacts, "contact_deleted"},
               {&sql::sweep_contacts, "contact_deleted"},
               {&sql::mourn_accounts, "account_deleted"},
               {&sql::sweep_accounts, "account_deleted"},
               {&sql::sweep_tombstones, "record_tombstone_deleted"}};
  const RowStore rows(schema, on_postgresql());
  const auto done = db().write([&](db::Session& session) -> Result<> {
    if (on_postgresql())  // the tables are empty, so that reading them is always cheapest
      SB_CHECK(session.execute(both("", "SET LOCAL enable_seqscan = off")));
    Explaining explaining(session, on_postgresql());
    for (const auto& [statement, index] : cases) {
      SCOPED_TRACE(statement->name);
      SB_CHECK(explaining.execute(*statement, {to_ms(clock.now())}));
      expect_index(explaining.plan, index);
    }
    for (const auto& [object, index] : {std::pair("Contact", "contact_deleted"),
                                        std::pair("Back_In_Stock__c", "back_in_stock_deleted"),
                                        std::pair("Account", "account_deleted")}) {
      SB_CHECK(rows.deleted_between(explaining, *schema.find(object),
                                    clock.now() - std::chrono::days(1), clock.now(), 600'001));
      expect_index(explaining.plan, index);
    }
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
}

STOCKBELL_STORE_TESTS(SweepTest);

}  // namespace
}  // namespace stockbell::crm::records
