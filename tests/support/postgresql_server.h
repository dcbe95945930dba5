// A PostgreSQL 15 server of this test program's own: started on first use in a temporary directory,
// reached by a Unix socket only, stopped when the program ends, however it ends. Used by StoreTest.
// Not thread-safe.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace stockbell::testing {

class PostgresqlServer {
 public:
  static PostgresqlServer&
  instance();  // aborts the test program with a message when it cannot start
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  std::string url() const;
  void clear();    // ends all connections and drops all of Stockbell's schemas
  void restart();  // fast: open connections break

 private:
  PostgresqlServer();
  void start();
  void stop();

  std::filesystem::path directory_;
  pid_t server_ = 0;
};

}  // namespace stockbell::testing
