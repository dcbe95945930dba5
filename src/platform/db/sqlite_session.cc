#include "platform/db/sqlite_connection.h"

namespace stockbell::db {

Result<Rows> SqliteSession::query(const Statement& statement, const Params& params) {
  Rows rows;
  auto done = note(connection_.run(statement, params, [&](Row&& row) -> Result<> {
    rows.push_back(std::move(row));
    return {};
  }));
  if (!done) return std::unexpected(std::move(done).error());
  return rows;
}

Result<std::int64_t> SqliteSession::execute(const Statement& statement, const Params& params) {
  return note(connection_.run(statement, params, nullptr));
}

Result<std::int64_t> SqliteSession::execute_batch(const Statement& statement,
                                                  std::span<const Params> batch) {
  return note(connection_.run_batch(statement, batch));
}

Result<> SqliteSession::for_each(const Statement& statement, const Params& params,
                                 const std::function<Result<>(const Row&)>& each) {
  bool stopped = false;  // by the caller: the store itself is well
  auto done = connection_.run(statement, params, [&](const Row& row) {
    auto more = each(row);
    stopped = !more;
    return more;
  });
  if (done) return {};
  if (!stopped) error_ = done.error();
  return std::unexpected(std::move(done).error());
}

Result<> SqliteSession::scan(const Statement& statement, const Params& params,
                             const std::function<Result<>(const RowView&)>& each) {
  bool stopped = false;
  auto done = connection_.scan(statement, params, [&](const RowView& row) {
    auto more = each(row);
    stopped = !more;
    return more;
  });
  if (!done && !stopped) error_ = done.error();
  return done;
}

}  // namespace stockbell::db
