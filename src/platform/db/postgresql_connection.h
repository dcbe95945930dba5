// One libpq connection with its prepared statements, and the Session on it. Used by
// PostgresqlDatabase only. Not thread-safe: one thread uses a connection at a time.
#pragma once
#include <libpq-fe.h>

#include <unordered_map>

#include "platform/db/database.h"

namespace stockbell::db {

class PostgresqlConnection {
 public:
  using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

  // Connects and makes `schema` (created when it is missing) the search path.
  static Result<std::unique_ptr<PostgresqlConnection>> open(const std::string& url,
                                                            const std::string& schema);

  Result<> run_script(const std::string& sql);  // several statements, no parameters
  Result<Answer> run(const Statement& statement, const Params& params);
  Result<std::int64_t> run_batch(const Statement& statement, std::span<const Params> batch);
  Result<> stream(const Statement& statement, const Params& params,
                  const std::function<Result<>(const Row&)>& each, bool& stopped);

  bool lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }
  bool idle() const { return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE; }
  // How many times running the whole transaction again may cure the last failure (serialization,
  // deadlock, a key that somebody else wrote meanwhile); 0: it cannot.
  int retries_worth() const { return retries_worth_; }
  void forget_failure() { retries_worth_ = 0; }

  static std::int64_t affected(const Answer& answer);
  static Row row(const Answer& answer, int number);

 private:
  explicit PostgresqlConnection(PGconn* connection) : connection_(connection, &PQfinish) {}
  Result<Answer> check(PGresult* result, std::string_view what);
  Result<> prepare(const Statement& statement);
  std::unexpected<Error> failure(const PGresult* result, std::string_view what);
  Result<std::int64_t> run_chunk(const std::string& name, std::span<const Params> chunk);

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  std::unordered_map<std::string, std::string> prepared_;  // name to text
  int cursors_ = 0;
  static constexpr int kAlways = 1000;
  int retries_worth_ = 0;
};

class PostgresqlSession final : public Session {
 public:
  explicit PostgresqlSession(PostgresqlConnection& connection) : connection_(connection) {}
  Result<Rows> query(const Statement& statement, const Params& params) override;
  Result<std::int64_t> execute(const Statement& statement, const Params& params) override;
  Result<std::int64_t> execute_batch(const Statement& statement,
                                     std::span<const Params> batch) override;
  Result<> for_each(const Statement& statement, const Params& params,
                    const std::function<Result<>(const Row&)>& each) override;
  Result<> limit_time(std::chrono::milliseconds most) override;
  const std::optional<Error>& error() const { return error_; }

 private:
  template <class T>
  std::unexpected<Error> note(Result<T>&& failed) {
    if (!error_) error_ = failed.error();
    return std::unexpected(std::move(failed).error());
  }
  PostgresqlConnection& connection_;
  std::optional<Error> error_;
};

}  // namespace stockbell::db
