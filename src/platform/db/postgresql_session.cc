#include "platform/db/postgresql_connection.h"

namespace stockbell::db {

Result<Rows> PostgresqlSession::query(const Statement& statement, const Params& params) {
  auto answer = connection_.run(statement, params);
  if (!answer) return note(std::move(answer));
  Rows rows;
  int count = PQntuples(answer->get());
  rows.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rows.push_back(PostgresqlConnection::row(*answer, i));
  return rows;
}

Result<std::int64_t> PostgresqlSession::execute(const Statement& statement, const Params& params) {
  auto answer = connection_.run(statement, params);
  if (!answer) return note(std::move(answer));
  return PostgresqlConnection::affected(*answer);
}

Result<std::int64_t> PostgresqlSession::execute_batch(const Statement& statement,
                                                      std::span<const Params> batch) {
  auto count = connection_.run_batch(statement, batch);
  if (!count) return note(std::move(count));
  return count;
}

Result<> PostgresqlSession::for_each(const Statement& statement, const Params& params,
                                     const std::function<Result<>(const Row&)>& each) {
  bool stopped = false;  // by the caller: the store itself is well
  auto done = connection_.stream(statement, params, each, stopped);
  if (!done && !stopped) return note(std::move(done));
  return done;
}

Result<> PostgresqlSession::limit_time(std::chrono::milliseconds most) {
  auto done = connection_.run_script(fmt::format("SET LOCAL statement_timeout = {}", most.count()));
  if (!done) return note(std::move(done));
  return done;
}

}  // namespace stockbell::db
