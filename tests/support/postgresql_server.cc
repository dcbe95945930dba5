#include "support/postgresql_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace stockbell::testing {
namespace {

const std::string kPrograms = "/usr/lib/postgresql/15/bin/";

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "PostgreSQL for tests: %s\n", why.c_str());
  std::abort();
}

// PostgreSQL refuses to run as root; then it runs as its own user.
const passwd* server_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  if (!user) give_up("there is no user 'postgres'");
  return user;
}

// Starts a program in `directory` with its output in a file there; it ends when this process does.
pid_t spawn(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  const passwd* user = server_user();
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  auto output = (directory / "output").string();
  pid_t child = fork();
  if (child != 0) return child;
  if (user &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, 1);
  dup2(file, 2);
  int null = ::open("/dev/null", O_RDONLY);
  dup2(null, 0);
  if (chdir(directory.c_str()) != 0) _exit(126);
  execv(argv[0], argv.data());
  _exit(127);
}

void run_on_server(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  if (PQresultStatus(result) != PGRES_COMMAND_OK) give_up(PQerrorMessage(connection));
  PQclear(result);
  PQfinish(connection);
}

}  // namespace

PostgresqlServer& PostgresqlServer::instance() {
  static PostgresqlServer server;
  return server;
}

PostgresqlServer::PostgresqlServer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "stockbell_pg.XXXXXX").string();
  if (!mkdtemp(pattern.data())) give_up("no temporary directory");
  directory_ = pattern;
  if (const passwd* user = server_user();
      user && chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0)
    give_up("chown failed");
  pid_t init = spawn(directory_, {kPrograms + "initdb", "-D", (directory_ / "data").string(), "-U",
                                  "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                                  "--no-sync", "--no-instructions"});
  int status = 0;
  if (waitpid(init, &status, 0) != init || status != 0)
    give_up("initdb failed, see " + (directory_ / "output").string());
  start();
}

PostgresqlServer::~PostgresqlServer() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void PostgresqlServer::start() {
  server_ = spawn(directory_,
                  {kPrograms + "postgres", "-D", (directory_ / "data").string(), "-k",
                   directory_.string(), "-c", "listen_addresses=", "-c", "autovacuum=off", "-c",
                   "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB"});
  auto address = url();
  for (int attempt = 0; attempt < 3000; ++attempt) {
    if (PQping(address.c_str()) == PQPING_OK) return;
    if (waitpid(server_, nullptr, WNOHANG) == server_) break;
    usleep(10'000);
  }
  give_up("the server did not start, see " + (directory_ / "output").string());
}

void PostgresqlServer::stop() {
  if (server_ <= 0) return;
  kill(server_, SIGINT);
  waitpid(server_, nullptr, 0);
  server_ = 0;
}

void PostgresqlServer::restart() {
  stop();
  start();
}

std::string PostgresqlServer::url() const {
  std::string host;
  for (char c : directory_.string()) host += c == '/' ? std::string("%2F") : std::string(1, c);
  return "postgresql:///postgres?host=" + host + "&user=postgres";
}

// Not by CREATE and DROP DATABASE: they wait for every server process and were seen to hang.
void PostgresqlServer::clear() {
  run_on_server(url(), R"(
    DO $$
    DECLARE victim RECORD;
    BEGIN
      PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();
      FOR victim IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stockbell\_%' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', victim.nspname);
      END LOOP;
    END $$)");
}

}  // namespace stockbell::testing
