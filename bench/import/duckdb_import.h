// The job on DuckDB: duckdb_import.py in a Python of its own (build/bench-venv, made when it is
// missing: needs the network once). Used by import_bench. Not thread-safe.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "import/contestant.h"

namespace stockbell::bench {

struct DuckdbTimes : ImportTimes {
  double checkpoint_s = 0;  // until all is in the store's file, not in its log
};

class DuckdbImport {
 public:
  // False: DuckDB is not here and cannot be had.
  static bool install();
  // Loads what is known.
  DuckdbImport(std::filesystem::path folder, const std::filesystem::path& feed_before,
               const std::filesystem::path& requests);
  // On a fresh copy of what is known.
  DuckdbTimes run(const std::filesystem::path& feed);

 private:
  void call(const std::vector<std::string>& arguments, const std::filesystem::path& output);

  std::filesystem::path folder_;
};

}  // namespace stockbell::bench
