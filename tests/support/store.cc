#include "support/store.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "support/postgresql_server.h"

namespace stockbell::testing {
namespace {

std::string database_name() {
  static int count = 0;
  return "test_" + std::to_string(++count);
}

}  // namespace

StoreTest::StoreTest() {
  std::string pattern = (std::filesystem::temp_directory_path() / "stockbell_test.XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
}

StoreTest::~StoreTest() {
  stores_.clear();
  if (!database_.empty()) PostgresqlServer::instance().drop_database(database_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

db::DatabaseOptions StoreTest::store_options(const std::string& name) {
  if (!on_postgresql()) return {.url = "sqlite", .data_dir = directory_, .name = name};
  auto& server = PostgresqlServer::instance();
  if (database_.empty()) {
    database_ = database_name();
    server.create_database(database_);
  }
  return {.url = server.url(database_), .data_dir = directory_, .name = name};
}

db::Database& StoreTest::db(const std::string& name) {
  auto& store = stores_[name];
  if (!store) {
    auto opened = db::open_database(store_options(name));
    if (!opened) throw std::runtime_error("opening the test's store: " + opened.error().message);
    store = std::move(*opened);
  }
  return *store;
}

}  // namespace stockbell::testing
