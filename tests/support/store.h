// The fixture of store tests. A module with platform/db in USES gets it linked; others say
// TEST_USES tests/support. Each test runs on SQLite and on PostgreSQL 15 (a server of this test
// program's own, in a temporary directory):
//
//   class ContactsTest : public testing::StoreTest {};
//   TEST_P(ContactsTest, FindsByEmail) { ASSERT_TRUE(db().migrate(Contacts::migrations())); ... }
//   STOCKBELL_STORE_TESTS(ContactsTest);
#pragma once
#include <gtest/gtest.h>

#include "base/id.h"
#include "platform/db/database.h"

namespace stockbell::testing {

enum class Driver { sqlite, postgresql };

class StoreTest : public ::testing::TestWithParam<Driver> {
 public:
  // The test's store "test", opened on first use and empty then.
  db::Database& db() { return db("test"); }
  // A further store of this test, for tests of several boxes.
  db::Database& db(const std::string& name);
  // Closes all stores; the next db() opens them again with what was committed: a restart.
  void close_stores() { stores_.clear(); }
  // What open_database() is called with, for tests that open by themselves.
  db::DatabaseOptions store_options(const std::string& name);
  bool on_postgresql() const { return GetParam() == Driver::postgresql; }

  ManualClock clock;
  SeededRandom random{42};
  IdGenerator ids{clock, random};

 protected:
  StoreTest();
  ~StoreTest() override;
  const std::filesystem::path& directory() const {
    return directory_;
  }  // the test's own, removed after it

 private:
  std::filesystem::path directory_;
  bool used_postgresql_ = false;
  std::map<std::string, std::unique_ptr<db::Database>> stores_;
};

}  // namespace stockbell::testing

#define STOCKBELL_STORE_TESTS(Fixture)                                                      \
  INSTANTIATE_TEST_SUITE_P(                                                                 \
      Stores, Fixture,                                                                      \
      ::testing::Values(stockbell::testing::Driver::sqlite,                                 \
                        stockbell::testing::Driver::postgresql),                            \
      [](const auto& store) {                                                               \
        return store.param == stockbell::testing::Driver::sqlite ? "sqlite" : "postgresql"; \
      })
