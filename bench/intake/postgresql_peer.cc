#include "intake/postgresql_peer.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace stockbell::bench {
namespace {

const std::string kPrograms = "/usr/lib/postgresql/15/bin/";

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

PostgresqlPeer::PostgresqlPeer(const std::filesystem::path& folder)
    : folder_(folder), port_(free_port()) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  if (const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr)
    if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) give_up("chown failed");
  const auto output = folder_ / "output";
  Process init({{kPrograms + "initdb", "-D", (folder_ / "data").string(), "-U", "bench", "-A",
                 "trust", "-E", "UTF8", "--locale=C.UTF-8"},
                {},
                folder_,
                output,
                "postgres"});
  if (init.wait() != 0) give_up("initdb failed; see " + output.string());
  std::vector<std::string> arguments{kPrograms + "postgres", "-D", (folder_ / "data").string(),
                                     "-p", std::to_string(port_)};
  for (const char* setting :
       {"listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on",
        "synchronous_commit=on", "shared_buffers=2GB", "effective_cache_size=8GB",
        "wal_buffers=64MB", "min_wal_size=2GB", "max_wal_size=16GB",
        "checkpoint_completion_target=0.9", "checkpoint_timeout=15min", "max_connections=200",
        "random_page_cost=1.1", "jit=off"}) {
    arguments.push_back("-c");
    arguments.push_back(setting);
  }
  server_ = std::make_unique<Process>(Program{arguments, {}, folder_, output, "postgres"});
  for (int attempt = 0; PQping(url().c_str()) != PQPING_OK; ++attempt) {
    if (attempt > 3000 || !server_->running())
      give_up("PostgreSQL did not start; see " + output.string());
    usleep(10'000);
  }
}

std::string PostgresqlPeer::url() const {
  return "postgresql://bench@127.0.0.1:" + std::to_string(port_) + "/postgres";
}

void PostgresqlPeer::execute(const std::string& sql) {
  PGconn* connection = PQconnectdb(url().c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const auto status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) give_up(PQerrorMessage(connection));
  PQclear(result);
  PQfinish(connection);
}

std::uint64_t PostgresqlPeer::count(const std::string& table) {
  PGconn* connection = PQconnectdb(url().c_str());
  PGresult* result = PQexec(connection, ("SELECT count(*) FROM " + table).c_str());
  if (PQresultStatus(result) != PGRES_TUPLES_OK) give_up(PQerrorMessage(connection));
  const auto count = std::strtoull(PQgetvalue(result, 0, 0), nullptr, 10);
  PQclear(result);
  PQfinish(connection);
  return count;
}

void PostgresqlPeer::clear(int skus) {
  execute(kTables);
  execute("INSERT INTO product SELECT 'SKU-' || lpad(n::text, 6, '0'), 'Item ' || n FROM generate_series(0, " +
          std::to_string(skus - 1) + ") AS n");
  execute("ANALYZE");
  execute("CHECKPOINT");
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
