#include "platform/db/postgresql_connection.h"

#include <charconv>
#include <cstring>

namespace stockbell::db {
namespace {

constexpr std::size_t kBatchChunk = 1000;
constexpr std::string_view kCursorRows = "1000";

// Parameters as libpq wants them: an array of C strings.
class TextParams {
 public:
  static Result<TextParams> of(const Params& params) {
    TextParams made;
    made.texts_.reserve(params.size());
    for (const Value& value : params) {
      std::string text;
      if (auto* number = std::get_if<std::int64_t>(&value.get())) text = fmt::format("{}", *number);
      if (auto* real = std::get_if<double>(&value.get())) text = fmt::format("{}", *real);
      if (auto* string = std::get_if<std::string>(&value.get())) text = *string;
      if (text.find('\0') != std::string::npos)
        return fail(ErrorCode::invalid, "store-text", "text must not hold a NUL character");
      made.texts_.push_back(std::move(text));
    }
    for (std::size_t i = 0; i < params.size(); ++i)
      made.pointers_.push_back(params[i].is_null() ? nullptr : made.texts_[i].c_str());
    return made;
  }
  int size() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

Value column_value(const PGresult* result, int number, int column) {
  if (PQgetisnull(result, number, column)) return {};
  const char* text = PQgetvalue(result, number, column);
  std::string_view view(text, static_cast<std::size_t>(PQgetlength(result, number, column)));
  switch (PQftype(result, column)) {
    case 16:
      return Value(static_cast<std::int64_t>(view == "t"));  // bool
    case 20:
    case 21:
    case 23:      // int8, int2, int4
    case 1700: {  // numeric: the sum of bigints is one
      std::int64_t integer = 0;
      auto end = view.data() + view.size();
      if (auto read = std::from_chars(view.data(), end, integer);
          read.ec == std::errc() && read.ptr == end)
        return Value(integer);
      [[fallthrough]];
    }
    case 700:
    case 701:
      return Value(std::strtod(text, nullptr));
    default:
      return Value(std::string(view));
  }
}

Error classify(std::string_view state, std::string message) {
  auto error = [&](ErrorCode code, const char* reason) {
    return Error{code, reason, std::move(message), {}};
  };
  if (state == "23505") return error(ErrorCode::conflict, "store-conflict");
  if (state == "23503") return error(ErrorCode::conflict, "store-reference");
  if (state.starts_with("23")) return error(ErrorCode::internal, "store-constraint");
  if (state == "40001" || state == "40P01") return error(ErrorCode::unavailable, "store-busy");
  if (state == "25006") return error(ErrorCode::internal, "store-read-only");
  if (state == "53100") return error(ErrorCode::unavailable, "store-full");
  if (state == "57014") return error(ErrorCode::unavailable, "store-timeout");
  if (state == "22021") return error(ErrorCode::invalid, "store-text");
  if (state.starts_with("08") || state.starts_with("57P") || state.starts_with("53"))
    return error(ErrorCode::unavailable, "store-away");
  return error(ErrorCode::internal, "store-failed");
}

}  // namespace

Result<std::unique_ptr<PostgresqlConnection>> PostgresqlConnection::open(
    const std::string& url, const std::string& schema) {
  const char* keys[] = {"dbname",          "application_name", "client_encoding",
                        "connect_timeout", "tcp_user_timeout", nullptr};
  const char* values[] = {url.c_str(), "stockbell", "UTF8", "5", "30000", nullptr};
  std::unique_ptr<PostgresqlConnection> connection(
      new PostgresqlConnection(PQconnectdbParams(keys, values, 1)));
  // libpq's own message may quote the address; it stays out of what people see.
  if (connection->lost())
    return fail(ErrorCode::unavailable, "store-away", "PostgreSQL cannot be reached");
  PQsetNoticeProcessor(connection->connection_.get(), [](void*, const char*) {}, nullptr);
  // Every row of a cursor is read, so plans must not be made for its first rows only.
  SB_CHECK(
      connection->run_script("SET search_path TO " + schema + "; SET cursor_tuple_fraction = 1"));
  return connection;
}

Result<PostgresqlConnection::Answer> PostgresqlConnection::check(PGresult* result,
                                                                 std::string_view what) {
  Answer answer(result, &PQclear);
  auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
  return failure(result, what);
}

std::unexpected<Error> PostgresqlConnection::failure(const PGresult* result,
                                                     std::string_view what) {
  if (lost()) return fail(ErrorCode::unavailable, "store-away", "the connection was lost");
  const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  std::string_view code = state ? state : "";
  if (code == "40001" || code == "40P01") retries_worth_ = kAlways;
  // Units that run at the same time may meet so although each has looked for the key before
  // (PostgreSQL 15 documentation, 13.5): after a few times it is the unit's own conflict.
  if (code == "23505") retries_worth_ = 3;
  // Not DETAIL: it quotes the row.
  return fail(classify(code, fmt::format("{}: {} ({})", what, primary ? primary : "failed", code)));
}

Result<> PostgresqlConnection::run_script(const std::string& sql) {
  SB_CHECK(check(PQexec(connection_.get(), sql.c_str()), "script"));
  return {};
}

Result<> PostgresqlConnection::prepare(const Statement& statement) {
  std::string name(statement.name), sql(statement.postgresql);
  auto found = prepared_.find(name);
  if (found != prepared_.end() && found->second == sql) return {};
  if (found != prepared_.end() && !name.empty())
    SB_CHECK(run_script("DEALLOCATE \"" + name + "\""));
  SB_CHECK(
      check(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr), statement.name));
  if (!name.empty()) prepared_[name] = std::move(sql);
  return {};
}

Result<PostgresqlConnection::Answer> PostgresqlConnection::run(const Statement& statement,
                                                               const Params& params) {
  SB_TRY(texts, TextParams::of(params));
  SB_CHECK(prepare(statement));
  std::string name(statement.name);
  return check(PQexecPrepared(connection_.get(), name.c_str(), texts.size(), texts.pointers(),
                              nullptr, nullptr, 0),
               statement.name);
}

Result<std::int64_t> PostgresqlConnection::run_batch(const Statement& statement,
                                                     std::span<const Params> batch) {
  SB_CHECK(prepare(statement));
  std::string name(statement.name);
  std::int64_t affected = 0;
  while (!batch.empty()) {
    auto chunk = batch.first(std::min(batch.size(), kBatchChunk));
    batch = batch.subspan(chunk.size());
    SB_TRY(count, run_chunk(name, chunk));
    affected += count;
  }
  return affected;
}

// One round trip for the whole chunk. All answers are read in any case, or the connection could not
// be used again.
Result<std::int64_t> PostgresqlConnection::run_chunk(const std::string& name,
                                                     std::span<const Params> chunk) {
  std::vector<TextParams> texts;
  for (const Params& params : chunk) {
    SB_TRY(made, TextParams::of(params));
    texts.push_back(std::move(made));
  }
  PGconn* connection = connection_.get();
  if (!PQenterPipelineMode(connection)) return failure(nullptr, name);
  bool sent = true;
  for (const TextParams& params : texts)
    sent = sent && PQsendQueryPrepared(connection, name.c_str(), params.size(), params.pointers(),
                                       nullptr, nullptr, 0);
  if (!sent || !PQpipelineSync(connection)) return failure(nullptr, name);
  std::int64_t affected_rows = 0;
  std::optional<Error> first_error;
  while (true) {
    Answer answer(PQgetResult(connection), &PQclear);
    if (!answer) {  // between two statements' answers
      if (lost()) return failure(nullptr, name);
      continue;
    }
    auto status = PQresultStatus(answer.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
      affected_rows += affected(answer);
    else if (!first_error)
      first_error = failure(answer.get(), name).error();
    if (lost()) return failure(nullptr, name);
  }
  PQexitPipelineMode(connection);
  if (first_error) return fail(std::move(*first_error));
  return affected_rows;
}

// By a cursor, so that `each` may use the connection in between.
Result<> PostgresqlConnection::stream(const Statement& statement, const Params& params,
                                      const std::function<Result<>(const Row&)>& each,
                                      bool& stopped) {
  SB_TRY(texts, TextParams::of(params));
  auto cursor = fmt::format("rows_{}", ++cursors_);
  auto declare = fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", cursor, statement.postgresql);
  SB_CHECK(check(PQexecParams(connection_.get(), declare.c_str(), texts.size(), nullptr,
                              texts.pointers(), nullptr, nullptr, 0),
                 statement.name));
  auto fetch = fmt::format("FETCH {} FROM {}", kCursorRows, cursor);
  while (true) {
    SB_TRY(answer, check(PQexec(connection_.get(), fetch.c_str()), statement.name));
    int count = PQntuples(answer.get());
    for (int i = 0; i < count; ++i)
      if (auto more = each(row(answer, i)); !more) {
        stopped = true;
        SB_CHECK(run_script("CLOSE " + cursor));
        return more;
      }
    if (count == 0) break;
  }
  return run_script("CLOSE " + cursor);
}

std::int64_t PostgresqlConnection::affected(const Answer& answer) {
  // A SELECT reports its rows here too, but affects none.
  std::string_view tag = PQcmdStatus(answer.get());
  if (tag.starts_with("SELECT") || tag.starts_with("FETCH")) return 0;
  const char* text = PQcmdTuples(answer.get());
  return std::strtoll(text, nullptr, 10);
}

Row PostgresqlConnection::row(const Answer& answer, int number) {
  std::vector<Value> columns;
  int count = PQnfields(answer.get());
  columns.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) columns.push_back(column_value(answer.get(), number, i));
  return Row(std::move(columns));
}

}  // namespace stockbell::db
