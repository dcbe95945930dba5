#include "intake/postgresql_peer.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace stockbell::bench {
namespace {

constexpr const char* kTables = R"(
  SET client_min_messages = warning;
  DROP TABLE IF EXISTS change_log, request_event, request, contact, product, plain_row;
  CREATE TABLE product (sku TEXT PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE contact (id BIGSERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE, first_name TEXT, last_name TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now());
  CREATE TABLE request (id BIGSERIAL PRIMARY KEY, contact BIGINT NOT NULL REFERENCES contact (id), sku TEXT NOT NULL,
    site TEXT NOT NULL, locale TEXT, status TEXT NOT NULL DEFAULT 'Requested', consent_version TEXT, page_url TEXT,
    requested_at TIMESTAMPTZ NOT NULL DEFAULT now());
  CREATE UNIQUE INDEX request_open ON request (contact, sku, site) WHERE status = 'Requested';
  CREATE INDEX request_waiting ON request (sku, requested_at) WHERE status = 'Requested';
  CREATE TABLE request_event (id BIGSERIAL PRIMARY KEY, request BIGINT NOT NULL REFERENCES request (id),
    status TEXT NOT NULL, reason TEXT NOT NULL, happened_at TIMESTAMPTZ NOT NULL DEFAULT now());
  CREATE INDEX request_event_request ON request_event (request);
  CREATE TABLE change_log (id BIGSERIAL PRIMARY KEY, object TEXT NOT NULL, row BIGINT NOT NULL);
  CREATE TABLE plain_row (id BIGSERIAL PRIMARY KEY, email TEXT NOT NULL, sku TEXT NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL DEFAULT now());)";

constexpr const char* kContactAndRequest = R"(
  WITH found AS (INSERT INTO contact (email, first_name, last_name) VALUES ($1, 'Ada', 'Lovelace')
                 ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id)
  INSERT INTO request (contact, sku, site, locale, consent_version) SELECT id, $2, 'default', 'en-GB', '2026-05' FROM found
  ON CONFLICT (contact, sku, site) WHERE status = 'Requested' DO NOTHING)";

constexpr const char* kSingleRow = "INSERT INTO plain_row (email, sku) VALUES ($1, $2)";

}  // namespace

PostgresqlPeer::PostgresqlPeer(const std::filesystem::path& folder) : server_(folder) {}

void PostgresqlPeer::clear(int skus) {
  server_.execute(kTables);
  server_.execute("INSERT INTO product SELECT 'SKU-' || lpad(n::text, 6, '0'), 'Item ' || n FROM generate_series(0, " +
                  std::to_string(skus - 1) + ") AS n");
  server_.execute("ANALYZE");
  server_.execute("CHECKPOINT");
}

double PostgresqlPeer::contact_and_request(int clients, double seconds, const Shoppers& shoppers) {
  return run(kContactAndRequest, clients, seconds, shoppers);
}
double PostgresqlPeer::single_rows(int clients, double seconds, const Shoppers& shoppers) {
  return run(kSingleRow, clients, seconds, shoppers);
}

double PostgresqlPeer::run(const char* statement, int clients, double seconds,
                           const Shoppers& shoppers) {
  std::atomic<std::uint64_t> next = 0, done = 0;
  std::atomic<int> ready = 0;
  std::atomic<bool> go = false, stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i)
    threads.emplace_back([&] {
      PGconn* connection = PQconnectdb(url().c_str());
      PQclear(PQprepare(connection, "one", statement, 2, nullptr));
      ++ready;
      while (!go) usleep(1000);
      while (!stop) {
        const auto request = shoppers.request(next++);
        const char* values[] = {request.email.c_str(), request.sku.c_str()};
        PGresult* result = PQexecPrepared(connection, "one", 2, values, nullptr, nullptr, 0);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) give_up(PQerrorMessage(connection));
        PQclear(result);
        ++done;
      }
      PQfinish(connection);
    });
  while (ready < clients) usleep(1000);
  const auto begin = std::chrono::steady_clock::now();
  go = true;
  usleep(static_cast<useconds_t>(seconds * 1e6));
  const auto rows = done.load();
  const auto took = std::chrono::steady_clock::now() - begin;
  stop = true;
  for (auto& thread : threads) thread.join();
  return static_cast<double>(rows) / std::chrono::duration<double>(took).count();
}

NodePeer::NodePeer(const std::filesystem::path& source, const std::filesystem::path& folder,
                   const PostgresqlPeer& store)
    : port_(free_port()) {
  const auto output = folder / "node.output";
  if (!std::filesystem::exists(source / "node_modules")) {
    Process install({{"npm", "ci", "--no-audit", "--no-fund"}, {}, source, output});
    if (install.wait() != 0) give_up("npm ci failed; see " + output.string());
  }
  server_ = std::make_unique<Process>(
      Program{{"node", (source / "server.mjs").string()},
              {"PEER_DATABASE=" + store.url(), "PEER_PORT=" + std::to_string(port_),
               "NODE_ENV=production"},
              folder,
              output});
  wait_for_port(port_, *server_, output);
}

}  // namespace stockbell::bench
