// A PostgreSQL 15 of a benchmark's own: a server on the disk that is measured, tuned as a good
// administrator would, with every commit synced. Ends with the benchmark. Not thread-safe.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "peers/process.h"

namespace stockbell::bench {

class PostgresqlServer {
 public:
  // `settings` ("work_mem=1GB") come after those that every benchmark has. What is in `folder`
  // goes.
  explicit PostgresqlServer(const std::filesystem::path& folder,
                            const std::vector<std::string>& settings = {});
  std::string url(const std::string& database = "postgres") const;
  // One or several statements in a transaction of their own. Ends the program when one fails.
  void execute(const std::string& sql, const std::string& database = "postgres");
  std::uint64_t number(const std::string& query, const std::string& database = "postgres");

 private:
  std::filesystem::path folder_;
  int port_;
  std::unique_ptr<Process> server_;
};

}  // namespace stockbell::bench
