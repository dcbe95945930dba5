#include "support/store.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "support/postgresql_server.h"

namespace stockbell::testing {
StoreTest::StoreTest() {
  std::string pattern = (std::filesystem::temp_directory_path() / "stockbell_test.XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
}

StoreTest::~StoreTest() {
  stores_.clear();
  if (used_postgresql_) PostgresqlServer::instance().clear();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

db::DatabaseOptions StoreTest::store_options(const std::string& name) {
  if (!on_postgresql()) return {.url = "sqlite", .data_dir = directory_, .name = name};
  used_postgresql_ = true;
  return {.url = PostgresqlServer::instance().url(), .data_dir = directory_, .name = name};
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
