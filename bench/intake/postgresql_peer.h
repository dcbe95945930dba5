// The peers with PostgreSQL 15: a server on the benchmark's own disk, and two loads on it without
// HTTP. Not thread-safe.
#pragma once
#include "intake/load.h"
#include "peers/postgresql_server.h"

namespace stockbell::bench {

class PostgresqlPeer {
 public:
  explicit PostgresqlPeer(const std::filesystem::path& folder);
  std::string url() const { return server_.url(); }  // for node and libpq
  void clear(int skus);                             // empty tables, `skus` products
  // `clients` connections, each a statement at a time, for `seconds`: rows a second.
  double contact_and_request(int clients, double seconds, const Shoppers& shoppers);
  double single_rows(int clients, double seconds, const Shoppers& shoppers);

 private:
  double run(const char* statement, int clients, double seconds, const Shoppers& shoppers);

  PostgresqlServer server_;
};

// Node's http and a pool of connections, over HTTP on `port`.
class NodePeer {
 public:
  NodePeer(const std::filesystem::path& source, const std::filesystem::path& folder,
           const PostgresqlPeer& store);
  int port() const { return port_; }

 private:
  int port_;
  std::unique_ptr<Process> server_;
};

}  // namespace stockbell::bench
