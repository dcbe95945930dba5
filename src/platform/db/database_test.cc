// What every store promises, on both drivers.
#include "platform/db/database.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "support/store.h"

namespace stockbell::db {
namespace {

constexpr Statement same(std::string_view name, std::string_view sql) { return {name, sql, sql}; }

constexpr auto kTable =
    same("t.create",
         "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL, price DOUBLE PRECISION,"
         " amount BIGINT NOT NULL DEFAULT 0);"
         "CREATE UNIQUE INDEX item_name ON item (name);");
constexpr auto kInsert = same("t.insert", "INSERT INTO item (id, name) VALUES ($1, $2)");
constexpr auto kCount = same("t.count", "SELECT COUNT(*) FROM item");
constexpr auto kAll = same("t.all", "SELECT id, name FROM item ORDER BY id");
constexpr Migration kMigrations[] = {{"item/1", kTable}};

class DatabaseTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(kMigrations)); }
  std::int64_t count() {
    auto rows = db().read([](Session& session) { return session.query(kCount); });
    return rows ? rows->front().i64(0) : -1;
  }
  Result<> insert(std::int64_t id, const std::string& name) {
    return db().write([&](Session& session) -> Result<> {
      SB_CHECK(session.execute(kInsert, {id, name}));
      return {};
    });
  }
};

TEST_P(DatabaseTest, KeepsEveryKindOfValue) {
  constexpr auto insert_all =
      same("t.insert_all", "INSERT INTO item (amount, id, name, price) VALUES ($4, $1, $2, $3)");
  constexpr auto find =
      same("t.find", "SELECT id, name, price, amount, NULL FROM item WHERE id = $1");
  std::int64_t large = 9'007'199'254'740'993;
  ASSERT_TRUE(db().write([&](Session& session) {
    return session.execute(insert_all, {large, "Größe 'L' \\ \"x\"", 19.99, -5});
  }));
  auto row = db().read([&](Session& session) { return session.query_one(find, {large}); });
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->i64(0), large);
  EXPECT_EQ((*row)->text(1), "Größe 'L' \\ \"x\"");
  EXPECT_DOUBLE_EQ((*row)->real(2), 19.99);
  EXPECT_EQ((*row)->i64(3), -5);
  EXPECT_TRUE((*row)->is_null(4));
  EXPECT_THROW((*row)->i64(1), std::logic_error);
}

TEST_P(DatabaseTest, SumsAndTruthsReadAsIntegers) {
  constexpr auto facts =
      same("t.facts", "SELECT SUM(amount), EXISTS (SELECT 1 FROM item), AVG(amount) > 1 FROM item");
  ASSERT_TRUE(insert(1, "a"));
  auto row = db().read([&](Session& session) { return session.query_one(facts); });
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->i64(0), 0);
  EXPECT_TRUE((*row)->flag(1));
  EXPECT_FALSE((*row)->flag(2));
}

TEST_P(DatabaseTest, MigratesOnceAndInOrder) {
  constexpr auto more =
      same("t.more", "ALTER TABLE item ADD COLUMN note TEXT; CREATE TABLE other (id BIGINT)");
  constexpr Migration both[] = {kMigrations[0], {"item/2", more}};
  ASSERT_TRUE(db().migrate(both));
  ASSERT_TRUE(db().migrate(both));
  constexpr Migration broken[] = {{"item/3", same("t.ok", "CREATE TABLE half (id BIGINT)")},
                                  {"item/4", same("t.broken", "CREATE TABLE (")}};
  auto failed = db().migrate(broken);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().message.contains("item/4")) << failed.error().message;
  constexpr Migration repaired[] = {broken[0],
                                    {"item/4", same("t.fine", "CREATE TABLE fine (id BIGINT)")}};
  EXPECT_TRUE(db().migrate(repaired));
}

TEST_P(DatabaseTest, ErrorAndThrowRollBack) {
  auto refused = db().write([&](Session& session) -> Result<> {
    SB_CHECK(session.execute(kInsert, {1, "a"}));
    return fail(ErrorCode::invalid, "no", "no");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "no");
  EXPECT_THROW((void)db().write([&](Session& session) -> Result<> {
    SB_CHECK(session.execute(kInsert, {2, "b"}));
    throw std::runtime_error("unit");
  }),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(insert(1, "a"));
}

TEST_P(DatabaseTest, UniqueViolationIsAConflict) {
  ASSERT_TRUE(insert(1, "a"));
  auto again = insert(2, "a");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(again.error().reason, "store-conflict");
  EXPECT_EQ(insert(1, "b").error().reason, "store-conflict");
}

// Symptom: of twenty posts of one new address at once, one was refused with a conflict, though each
// had looked for the address before.
TEST_P(DatabaseTest, AKeyWrittenByAnotherUnitMeanwhileIsMetOnceMore) {
  ASSERT_TRUE(insert(1, "a"));
  int runs = 0;
  const auto done = db().write([&](Session& session) -> Result<> {
    SB_CHECK(session.execute(kInsert, {2, ++runs == 1 ? "a" : "b"}));
    return {};
  });
  EXPECT_EQ(runs, on_postgresql() ? 2 : 1);  // SQLite's units run one after the other
  EXPECT_EQ(done.has_value(), on_postgresql());
}

TEST_P(DatabaseTest, AFailedStatementFailsTheUnit) {
  auto done = db().write([&](Session& session) -> Result<> {
    SB_CHECK(session.execute(kInsert, {1, "a"}));
    (void)session.execute(kInsert, {1, "a"});  // ignored, yet it must not commit half a unit
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "store-conflict");
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, CountsAffectedRows) {
  constexpr auto rename = same("t.rename", "UPDATE item SET amount = amount + 1 WHERE id >= $1");
  constexpr auto add =
      same("t.add", "INSERT INTO item (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING");
  ASSERT_TRUE(insert(1, "a"));
  ASSERT_TRUE(insert(2, "b"));
  auto counts = db().write([&](Session& session) -> Result<std::vector<std::int64_t>> {
    SB_TRY(first, session.execute(rename, {1}));
    SB_TRY(second, session.execute(rename, {9}));
    SB_TRY(third, session.execute(add, {1, "a"}));
    return std::vector{first, second, third};
  });
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (std::vector<std::int64_t>{2, 0, 0}));
}

TEST_P(DatabaseTest, BatchIsAllOrNothing) {
  std::vector<Params> batch;
  for (int i = 0; i < 5000; ++i) batch.push_back({i, fmt::format("item {}", i)});
  auto write = [&] {
    return db().write([&](Session& session) { return session.execute_batch(kInsert, batch); });
  };
  auto added = write();
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(*added, 5000);
  for (auto& params : batch) params[0] = std::get<std::int64_t>(params[0].get()) + 10'000;
  for (auto& params : batch) params[1] = std::get<std::string>(params[1].get()) + "b";
  batch[4000][1] = "item 7";
  auto refused = write();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "store-conflict");
  EXPECT_EQ(count(), 5000);
  EXPECT_TRUE(insert(5001, "after"));
}

TEST_P(DatabaseTest, StreamsRowsAndStopsOnDemand) {
  std::vector<Params> batch;
  for (int i = 0; i < 3000; ++i) batch.push_back({i, fmt::format("item {}", i)});
  ASSERT_TRUE(db().write([&](Session& session) { return session.execute_batch(kInsert, batch); }));
  std::int64_t next = 0;
  auto all = db().read([&](Session& session) {
    return session.for_each(kAll, {}, [&](const Row& row) -> Result<> {
      EXPECT_EQ(row.i64(0), next++);
      SB_TRY(inner, session.query(kCount));  // other statements work in between
      EXPECT_EQ(inner.front().i64(0), 3000);
      return {};
    });
  });
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(next, 3000);
  auto stopped = db().read([&](Session& session) {
    return session.for_each(
        kAll, {}, [&](const Row&) -> Result<> { return fail(ErrorCode::too_large, "enough", ""); });
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().reason, "enough");
}

TEST_P(DatabaseTest, ScansRowsWhereTheyLie) {
  std::vector<Params> batch;
  for (int i = 0; i < 3000; ++i) batch.push_back({i, fmt::format("item {}", i)});
  ASSERT_TRUE(db().write([&](Session& session) { return session.execute_batch(kInsert, batch); }));
  std::int64_t next = 0;
  auto all = db().read([&](Session& session) {
    return session.scan(kAll, {}, [&](const RowView& row) -> Result<> {
      EXPECT_EQ(row.i64(0), next);
      EXPECT_EQ(row.text(1), fmt::format("item {}", next++));
      EXPECT_FALSE(row.is_null(1));
      return {};
    });
  });
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(next, 3000);
  auto stopped = db().read([&](Session& session) {
    return session.scan(kAll, {}, [&](const RowView&) -> Result<> {
      return fail(ErrorCode::too_large, "enough", "");
    });
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().reason, "enough");
}

TEST_P(DatabaseTest, ReadSeesOneSnapshotAndCannotWrite) {
  auto counts = db().read([&](Session& session) -> Result<std::pair<std::int64_t, std::int64_t>> {
    SB_TRY(before, session.query(kCount));
    std::thread([&] { EXPECT_TRUE(insert(1, "meanwhile")); }).join();
    SB_TRY(after, session.query(kCount));
    return std::pair(before.front().i64(0), after.front().i64(0));
  });
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->first, 0);
  EXPECT_EQ(counts->second, 0);
  auto written = db().read([&](Session& session) { return session.execute(kInsert, {2, "b"}); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().reason, "store-read-only");
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, ConcurrentUnitsLoseNoUpdate) {
  constexpr auto find = same("t.amount", "SELECT amount FROM item WHERE id = $1");
  constexpr auto set = same("t.set", "UPDATE item SET amount = $2 WHERE id = $1");
  ASSERT_TRUE(insert(1, "a"));
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        auto done = db().write([&](Session& session) -> Result<> {
          SB_TRY(row, session.query_one(find, {1}));
          SB_CHECK(session.execute(set, {1, row->i64(0) + 1}));
          return {};
        });
        if (!done) ++failed;
      }
    });
  for (auto& thread : threads) thread.join();
  auto row = db().read([&](Session& session) { return session.query_one(find, {1}); });
  ASSERT_TRUE(row && *row);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ((*row)->i64(0), 200);
}

TEST_P(DatabaseTest, CommittedWorkSurvivesSigkill) {
  auto options = store_options("test");
  close_stores();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  pid_t child = fork();
  if (child == 0) {
    auto store = open_database(options);
    for (std::int64_t id = 1; store; ++id) {
      auto done = (*store)->write([&](Session& session) {
        return session.execute(kInsert, {id, fmt::format("item {}", id)});
      });
      if (!done || ::write(pipe_ends[1], &id, sizeof id) != sizeof id) _exit(1);
    }
    _exit(1);
  }
  close(pipe_ends[1]);
  std::int64_t acknowledged = 0, id = 0;
  while (acknowledged < 50 && ::read(pipe_ends[0], &id, sizeof id) == sizeof id) acknowledged = id;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (::read(pipe_ends[0], &id, sizeof id) == sizeof id) acknowledged = id;
  close(pipe_ends[0]);
  ASSERT_GE(acknowledged, 50);
  EXPECT_GE(count(), acknowledged);
  EXPECT_LE(count(), acknowledged + 1);
  EXPECT_TRUE(insert(1'000'000, "after"));
}

TEST_P(DatabaseTest, RefusesTextWithNul) {
  auto done = insert(1, std::string("a\0b", 3));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid);
}

TEST_P(DatabaseTest, EndsAStatementThatRunsTooLong) {
  constexpr Statement endless{
      "test.endless",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 - i FROM n) SELECT COUNT(*) FROM n "
      "WHERE i > 2"};
  for (const bool streamed : {false, true}) {
    const auto done = db().read([&](Session& session) -> Result<> {
      SB_CHECK(session.limit_time(std::chrono::milliseconds(100)));
      if (streamed) return session.for_each(endless, {}, [](const Row&) { return Result<>(); });
      SB_CHECK(session.query(endless));
      return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "store-timeout");
  }
  EXPECT_TRUE(insert(1, "after"));
  EXPECT_EQ(count(), 1);
}

TEST(OpenDatabase, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(open_database({.url = "mysql://x", .name = "a"}).error().reason, "store-url");
  EXPECT_EQ(open_database({.url = "sqlite", .name = "../a"}).error().reason, "store-name");
}

STOCKBELL_STORE_TESTS(DatabaseTest);

}  // namespace
}  // namespace stockbell::db
