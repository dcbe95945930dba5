// Stockbell as its users start it: the release binary on the embedded store, with a catalog, in a
// folder of its own. Not thread-safe.
#pragma once
#include <memory>

#include "intake/load.h"
#include "peers/process.h"

struct sqlite3;

namespace stockbell::bench {

class StockbellServer {
 public:
  static constexpr int kQueueMb = 512;  // as by default
  // An empty store, or the one that `folder` holds already. `queue_mb` bounds what is acknowledged
  // and not applied yet.
  StockbellServer(const std::filesystem::path& binary, const std::filesystem::path& folder,
                  const std::string& roles, int skus, int queue_mb = kQueueMb);
  ~StockbellServer();
  int port() const { return port_; }
  Process& process() { return *server_; }
  // Requests that the CRM has taken since the store was made: after its commit commerce notes it.
  std::uint64_t applied();
  std::uint64_t recorded();  // counted in the CRM's store; slow
  // Waits until `total` are applied.
  void wait_applied(std::uint64_t total);
  std::uint64_t journal_bytes() const;  // what lies in the journal's folder

  static const char* path() { return "/api/v1/notification-requests"; }

 private:
  std::filesystem::path folder_;
  int port_;
  std::unique_ptr<Process> server_;
  sqlite3* commerce_ = nullptr;
};

// Makes the store of `folder` hold `count` requests of as many contacts, by SQL.
void preload(const std::filesystem::path& binary, const std::filesystem::path& folder, int skus,
             std::uint64_t count);

}  // namespace stockbell::bench
