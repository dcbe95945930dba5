// The job on PostgreSQL 15, as a good administrator would set it up: COPY into an unlogged table,
// one join that finds what changed, an update of that alone, restocks inserted; then the waiting
// requests of the restocks inserted as journey entries. Used by import_bench. Not thread-safe.
#pragma once
#include "import/contestant.h"
#include "peers/postgresql_server.h"

namespace stockbell::bench {

class PostgresqlImport {
 public:
  // Starts the server and loads what is known. The server reads the files itself.
  PostgresqlImport(const std::filesystem::path& folder, const std::filesystem::path& feed_before,
                   const std::filesystem::path& requests);
  // On a fresh copy of what is known.
  ImportTimes run(const std::filesystem::path& feed);

 private:
  PostgresqlServer server_;
};

}  // namespace stockbell::bench
