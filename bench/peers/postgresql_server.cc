#include "peers/postgresql_server.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace stockbell::bench {
namespace {

const std::string kPrograms = "/usr/lib/postgresql/15/bin/";

std::string first_value(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.c_str()),
                                                                &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    give_up(PQerrorMessage(connection.get()));
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

}  // namespace

PostgresqlServer::PostgresqlServer(const std::filesystem::path& folder,
                                   const std::vector<std::string>& settings)
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
  std::vector<std::string> all{"listen_addresses=127.0.0.1",
                               "unix_socket_directories=",
                               "fsync=on",
                               "synchronous_commit=on",
                               "shared_buffers=2GB",
                               "effective_cache_size=8GB",
                               "wal_buffers=64MB",
                               "min_wal_size=2GB",
                               "max_wal_size=16GB",
                               "checkpoint_completion_target=0.9",
                               "checkpoint_timeout=15min",
                               "max_connections=200",
                               "random_page_cost=1.1",
                               "jit=off"};
  all.insert(all.end(), settings.begin(), settings.end());
  for (const auto& setting : all) {
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

std::string PostgresqlServer::url(const std::string& database) const {
  return "postgresql://bench@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void PostgresqlServer::execute(const std::string& sql, const std::string& database) {
  first_value(url(database), sql);
}

std::uint64_t PostgresqlServer::number(const std::string& query, const std::string& database) {
  return std::strtoull(first_value(url(database), query).c_str(), nullptr, 10);
}

}  // namespace stockbell::bench
