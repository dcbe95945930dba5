// What only the SQLite driver promises: group commit, reads while the writer works, a full disk,
// the backup.
#include <gtest/gtest.h>

#include <fstream>
#include <latch>
#include <thread>

#include "support/store.h"

namespace stockbell::db {
namespace {

constexpr Statement kTable{"t.create",
                           "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL)",
                           "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL)"};
constexpr Statement kInsert{"t.insert", "INSERT INTO item (id, name) VALUES ($1, $2)",
                            "INSERT INTO item (id, name) VALUES ($1, $2)"};
constexpr Statement kCount{"t.count", "SELECT COUNT(*) FROM item", "SELECT COUNT(*) FROM item"};
constexpr Migration kMigrations[] = {{"item/1", kTable}};

class SqliteStore : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(kMigrations)); }
  std::int64_t count() {
    auto rows = db().read([](Session& session) { return session.query(kCount); });
    return rows ? rows->front().i64(0) : -1;
  }
  Result<> insert(std::int64_t id, std::string name) {
    return db().write([&](Session& session) -> Result<> {
      SB_CHECK(session.execute(kInsert, {id, name}));
      return {};
    });
  }
};

// Holds the writer until `others` have queued behind it, so that they share one commit.
TEST_P(SqliteStore, OneFailureInAGroupSpoilsNoOther) {
  std::latch holding(1), release(1);
  std::thread holder([&] {
    (void)db().write([&](Session&) -> Result<> {
      holding.count_down();
      release.wait();
      return {};
    });
  });
  holding.wait();
  std::atomic<int> good = 0, conflicts = 0, thrown = 0;
  std::vector<std::thread> others;
  for (int i = 0; i < 12; ++i)
    others.emplace_back([&, i] {
      try {
        auto done = db().write([&](Session& session) -> Result<> {
          SB_CHECK(session.execute(kInsert, {i, "row"}));
          if (i % 4 == 1) throw std::runtime_error("unit");
          if (i % 4 == 2) SB_CHECK(session.execute(kInsert, {i, "again"}));
          return {};
        });
        if (done)
          ++good;
        else if (done.error().code == ErrorCode::conflict)
          ++conflicts;
      } catch (const std::runtime_error&) {
        ++thrown;
      }
    });
  release.count_down();
  for (auto& thread : others) thread.join();
  holder.join();
  EXPECT_EQ(good, 6);
  EXPECT_EQ(conflicts, 3);
  EXPECT_EQ(thrown, 3);
  EXPECT_EQ(count(), 6);
}

TEST_P(SqliteStore, FullDiskIsUnavailableAndKeepsWhatWasCommitted) {
  ASSERT_TRUE(insert(1, "first"));
  constexpr Statement limit{"", "PRAGMA max_page_count=12", ""};
  constexpr Statement lift{"", "PRAGMA max_page_count=100000", ""};
  ASSERT_TRUE(db().write([&](Session& session) { return session.query(limit); }));
  auto full = insert(2, std::string(1'000'000, 'x'));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::unavailable);
  EXPECT_EQ(full.error().reason, "store-full");
  EXPECT_EQ(count(), 1);
  ASSERT_TRUE(db().write([&](Session& session) { return session.query(lift); }));
  EXPECT_TRUE(insert(2, std::string(1'000'000, 'x')));
}

TEST_P(SqliteStore, ReadsWhileTheWriterWorks) {
  std::latch holding(1), release(1);
  std::thread holder([&] {
    (void)db().write([&](Session& session) -> Result<> {
      SB_CHECK(session.execute(kInsert, {1, "uncommitted"}));
      holding.count_down();
      release.wait();
      return {};
    });
  });
  holding.wait();
  EXPECT_EQ(count(), 0);
  release.count_down();
  holder.join();
  EXPECT_EQ(count(), 1);
}

TEST_P(SqliteStore, RefusesAWriteInsideAWrite) {
  auto done = db().write([&](Session&) { return insert(1, "inner"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "store-nested");
}

TEST_P(SqliteStore, BackupIsACompleteStore) {
  ASSERT_TRUE(insert(1, "kept"));
  ASSERT_TRUE(db().backup(directory() / "copy.db"));
  ASSERT_TRUE(insert(2, "later"));
  auto copy = open_database({.url = "sqlite", .data_dir = directory(), .name = "copy"});
  ASSERT_TRUE(copy);
  auto rows = (*copy)->read([](Session& session) { return session.query(kCount); });
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front().i64(0), 1);
}

// The log's frames are gathered in memory while a unit runs, but none stays there when it is
// answered: what a power cut leaves is the files.
TEST_P(SqliteStore, WhatIsCommittedIsInTheFilesAtOnce) {
  for (const int rows : {1, 400, 7}) {  // 400: more than is gathered at a time
    std::vector<Params> batch;
    for (int i = 0; i < rows; ++i) batch.push_back({count() * 1000 + i, std::string(9'000, 'x')});
    const auto added =
        db().write([&](Session& session) { return session.execute_batch(kInsert, batch); });
    ASSERT_TRUE(added) << added.error().message;
    for (const auto* suffix : {"", "-wal"})
      std::filesystem::copy_file(directory() / (std::string("test.db") + suffix),
                                 directory() / (std::string("after.db") + suffix),
                                 std::filesystem::copy_options::overwrite_existing);
    auto copy = open_database({.url = "sqlite", .data_dir = directory(), .name = "after"});
    ASSERT_TRUE(copy);
    const auto kept = (*copy)->read([](Session& session) { return session.query(kCount); });
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->front().i64(0), count());
  }
}

TEST_P(SqliteStore, LeavesNothingOfWhatWasDeleted) {
  constexpr Statement index{"t.index", "CREATE INDEX item_name ON item (name)", ""};
  constexpr Statement erase{"t.erase", "DELETE FROM item WHERE name LIKE $1", ""};
  ASSERT_TRUE(db().write([&](Session& session) { return session.execute(index); }));
  // Rows of all sizes in no order: pages split, rows lie on overflow pages, pages become free.
  std::vector<Params> rows;
  for (int i = 0; i < 600; ++i)
    rows.push_back({i * 7919 % 100'003, fmt::format("{}erase-me-{}-{}", i % 5 ? "not-" : "", i,
                                                    std::string(i % 97 * 150, 'x'))});
  for (const auto& half : {std::span(rows).first(300), std::span(rows).last(300)})
    ASSERT_TRUE(db().write([&](Session& session) { return session.execute_batch(kInsert, half); }));
  auto store = directory() / "test.db";
  auto remnants = [&] {
    std::size_t found = 0;
    for (const auto* suffix : {"", "-wal"}) {
      std::ifstream in(store.string() + suffix, std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(in), {});
      for (auto at = bytes.find("erase-me"); at != bytes.npos; at = bytes.find("erase-me", at + 1))
        found += at < 4 || bytes.substr(at - 4, 4) != "not-";
    }
    return found;
  };
  EXPECT_GT(remnants(), 0u);
  ASSERT_TRUE(db().write([&](Session& session) { return session.execute(erase, {"erase-me%"}); }));
  auto wiped = db().wipe_deleted();
  ASSERT_TRUE(wiped) << wiped.error().message;
  EXPECT_EQ(remnants(), 0u);
  EXPECT_EQ(count(), 480);
}

INSTANTIATE_TEST_SUITE_P(Stores, SqliteStore, ::testing::Values(testing::Driver::sqlite));

}  // namespace
}  // namespace stockbell::db
