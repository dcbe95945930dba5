// What only the PostgreSQL driver has to cope with: connections that go away.
#include <gtest/gtest.h>

#include "support/postgresql_server.h"
#include "support/store.h"

namespace stockbell::db {
namespace {

constexpr Statement kTable{"t.create", "", "CREATE TABLE item (id BIGINT PRIMARY KEY)"};
constexpr Statement kInsert{"t.insert", "", "INSERT INTO item (id) VALUES ($1)"};
constexpr Statement kSchema{"t.schema", "", "SELECT CAST(current_schema() AS TEXT)"};
constexpr Migration kMigrations[] = {{"item/1", kTable}};

class PostgresqlStore : public testing::StoreTest {};

TEST_P(PostgresqlStore, KeepsEachBoxInItsSchema) {
  auto row = db("crm").read([](Session& session) { return session.query_one(kSchema); });
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->text(0), "stockbell_crm");
}

TEST_P(PostgresqlStore, ConnectsAgainAfterARestart) {
  ASSERT_TRUE(db().migrate(kMigrations));
  auto insert = [&](std::int64_t id) {
    return db().write([&](Session& session) { return session.execute(kInsert, {id}); });
  };
  ASSERT_TRUE(insert(1));
  testing::PostgresqlServer::instance().restart();
  auto after = insert(2);
  EXPECT_TRUE(after) << after.error().message;
}

TEST_P(PostgresqlStore, ALossInTheMiddleIsUnavailable) {
  ASSERT_TRUE(db().migrate(kMigrations));
  auto lost = db().write([&](Session& session) -> Result<> {
    SB_CHECK(session.execute(kInsert, {1}));
    testing::PostgresqlServer::instance().restart();
    SB_CHECK(session.execute(kInsert, {2}));
    return {};
  });
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::unavailable);
  EXPECT_EQ(lost.error().reason, "store-away");
  auto again = db().write([&](Session& session) { return session.execute(kInsert, {1}); });
  EXPECT_TRUE(again) << again.error().message;
}

INSTANTIATE_TEST_SUITE_P(Stores, PostgresqlStore, ::testing::Values(testing::Driver::postgresql));

}  // namespace
}  // namespace stockbell::db
