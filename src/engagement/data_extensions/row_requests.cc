#include "engagement/data_extensions/row_requests.h"

#include "engagement/data_extensions/row_json.h"
#include "platform/crypto/crypto.h"
#include "sql/engagement_row_request.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_row_request;

constexpr std::int64_t kMostWaiting = 1000;
constexpr std::int64_t kRowsAtOnce = 500;
constexpr Duration kKept = std::chrono::hours(48);

std::optional<Time> time_of(const db::Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(from_ms(row.i64(column)));
}

}  // namespace

std::span<const db::Migration> RowRequests::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.row_requests/1", statements::schema_1}};
  return kMigrations;
}

Result<std::string> RowRequests::submit(const std::string& key, RowAction action,
                                        const std::string& body) {
  const auto token = crypto::random_token(random_, 16);
  const auto id = ids_.next();
  const auto now = clock_.now();
  auto done = database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(extension, definitions_.get(session, key));
    SB_CHECK(RowStore::check_writable(extension));
    if (action == RowAction::upsert && !extension.has_key())
      return fail(ErrorCode::invalid, "data-extension-without-key",
                  "a data extension without a primary key takes new rows alone, no upserts");
    SB_TRY(rows, parse_items(body));
    SB_TRY(open, session.query_one(statements::count_open));
    if (open->i64(0) >= kMostWaiting)
      return fail(ErrorCode::rate_limited, "row-requests-waiting",
                  fmt::format("{} requests wait to be written; ask again later", kMostWaiting));
    SB_CHECK(session.execute(statements::forget_failures, {to_ms(now - kKept)}));
    SB_CHECK(session.execute(statements::forget_requests, {to_ms(now - kKept)}));
    SB_CHECK(session.execute(statements::insert_request, {id, token, extension.id, to_text(action),
                                                          body, rows.size(), to_ms(now)}));
    return {};
  });
  SB_CHECK(done);
  if (wake_) wake_();
  return token;
}

Result<RowRequestStatus> RowRequests::status(const std::string& token) {
  auto row = database_.read(
      [&](db::Session& session) { return session.query_one(statements::find_request, {token}); });
  SB_CHECK(row);
  if (!*row) return fail(ErrorCode::not_found, "request-unknown", "there is no such request");
  const auto& found = **row;
  return RowRequestStatus{found.i64(0),      found.text(1),    found.i64(2),
                          found.i64(3),      found.i64(4),     from_ms(found.i64(5)),
                          time_of(found, 6), time_of(found, 7)};
}

Result<std::vector<RowResult>> RowRequests::results(const RowRequestStatus& request,
                                                    std::int64_t from, int limit) {
  const auto end = std::min(from + limit, request.done);
  std::vector<RowResult> all;
  for (auto position = from; position < end; ++position) all.push_back({position, ""});
  if (all.empty()) return all;
  auto failures = database_.read([&](db::Session& session) {
    return session.query(statements::list_failures, {request.id, from, end});
  });
  SB_CHECK(failures);
  for (const auto& row : *failures)
    all[static_cast<std::size_t>(row.i64(0) - from)].error = row.text(1);
  return all;
}

Result<> RowRequests::write_one(db::Session& session, const DataExtension& extension,
                                RowAction action, const RawRow& row) {
  SB_TRY(values, RowStore::read_row(extension, row.fields, row.nulls));
  if (action == RowAction::insert) return rows_.insert(session, extension, values);
  auto done = rows_.upsert(session, extension, {values});
  if (!done && done.error().message.starts_with("row 1: ")) {
    auto error = std::move(done).error();
    error.message.erase(0, 7);
    return fail(std::move(error));
  }
  return done;
}

Result<> RowRequests::work(db::Session& session, const db::Row& request) {
  const auto id = request.i64(0), done = request.i64(5);
  const auto action = parse_enum<RowAction>(request.text(2)).value_or(RowAction::upsert);
  const auto now = to_ms(clock_.now());
  SB_CHECK(session.execute(statements::start, {id, now}));
  SB_TRY(extension, definitions_.find(session, request.i64(1)));
  const auto rows = parse_items(request.text(3));
  if (!extension || !rows) {
    SB_CHECK(session.execute(statements::finish, {id, "Error", now}));
    return {};
  }
  const auto end = std::min(done + kRowsAtOnce, static_cast<std::int64_t>(rows->size()));
  std::int64_t failed = 0;
  for (auto at = done; at < end; ++at) {
    const auto written =
        write_one(session, *extension, action, (*rows)[static_cast<std::size_t>(at)]);
    if (written) continue;
    const auto code = written.error().code;
    if (code == ErrorCode::unavailable || code == ErrorCode::internal) return written;
    ++failed;
    SB_CHECK(session.execute(statements::insert_failure, {id, at, written.error().message}));
  }
  SB_CHECK(session.execute(statements::advance, {id, end, failed}));
  if (end == static_cast<std::int64_t>(rows->size()))
    SB_CHECK(session.execute(statements::finish, {id, "Complete", now}));
  return {};
}

Result<int> RowRequests::run() {
  return database_.write([&](db::Session& session) -> Result<int> {
    SB_TRY(request, session.query_one(statements::next_open));
    if (!request) return 0;
    SB_CHECK(work(session, *request));
    return 1;
  });
}

}  // namespace stockbell::engagement
