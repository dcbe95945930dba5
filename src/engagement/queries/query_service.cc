#include "engagement/queries/query_service.h"

#include "engagement/queries/parser.h"
#include "engagement/queries/row_fit.h"
#include "platform/log/log.h"
#include "platform/text/text.h"
#include "sql/engagement_query.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_query;

constexpr std::int64_t kMostQueries = 1000;

std::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "query-unknown", "there is no query activity with this id");
}

QueryActivity activity_of(const db::Row& row) {
  QueryActivity made;
  made.id = row.i64(0);
  made.key = row.text(1);
  made.name = row.text(2);
  made.description = row.text(3);
  made.text = row.text(4);
  made.target_key = row.text(5);
  made.update_type = static_cast<UpdateType>(row.i64(6));
  made.category = row.i64(7);
  made.created_at = from_ms(row.i64(8));
  made.modified_at = from_ms(row.i64(9));
  made.state = row.text(10);
  if (!row.is_null(11)) made.started_at = from_ms(row.i64(11));
  if (!row.is_null(12)) made.finished_at = from_ms(row.i64(12));
  made.rows_written = row.i64(13);
  made.error = row.text(14);
  return made;
}

Result<> check_names(const QueryActivity& activity) {
  for (const auto& [name, value, most] :
       {std::tuple("name", &activity.name, 200), std::tuple("key", &activity.key, 36)})
    if (value->empty() || value->size() > static_cast<std::size_t>(most) ||
        !text::valid_utf8(*value) || text::has_control(*value))
      return fail(ErrorCode::invalid, "query-invalid",
                  fmt::format("{} has 1 to {} characters", name, most), name);
  return {};
}

std::size_t size_of(const db::Value& value) {
  const auto* text = std::get_if<std::string>(&value.get());
  return sizeof(db::Value) + (text ? text->size() : 0);
}

}  // namespace

std::span<const db::Migration> QueryService::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.queries/1", statements::schema_1}};
  return kMigrations;
}

Result<QueryService::Plan> QueryService::plan(db::Session& session, const std::string& text,
                                              const std::string& target_key, UpdateType type) {
  Plan plan;
  const auto& definitions = extensions_.definitions();
  SB_TRY(target, definitions.get(session, target_key));
  SB_CHECK(RowStore::check_writable(target));
  plan.target = std::move(target);
  if (type == UpdateType::update && !plan.target.has_key())
    return queries::wrong("the target has no primary key: it is overwritten or appended to");
  SB_TRY(parsed, queries::parse(text));
  queries::CompileContext context;
  context.find = [&](std::string_view name) { return definitions.find_named(session, name); };
  context.postgresql = definitions.on_postgresql();
  context.now = extensions_.clock().now();
  SB_TRY(compiled, queries::compile(context, parsed));
  plan.compiled = std::move(compiled);
  for (const auto& column : plan.compiled.columns) {
    const auto place = plan.target.find_column(column.name);
    if (!place) return queries::wrong("the target has no column " + column.name);
    plan.places.push_back(*place);
  }
  for (std::size_t i = 0; i < plan.target.columns.size(); ++i) {
    const auto& column = plan.target.columns[i];
    const bool given = std::ranges::find(plan.places, i) != plan.places.end();
    if (!given && !column.nullable && !column.default_value)
      return queries::wrong("the query has no column " + column.name + ", which the target needs");
  }
  return plan;
}

Result<> QueryService::validate(const std::string& text, const std::string& target_key,
                                UpdateType type) {
  return extensions_.database().read([&](db::Session& session) -> Result<> {
    SB_CHECK(plan(session, text, target_key, type));
    return {};
  });
}

Result<QueryActivity> QueryService::create(QueryActivity activity) {
  if (activity.key.empty()) activity.key = make_guid(random_);
  SB_CHECK(check_names(activity));
  SB_CHECK(validate(activity.text, activity.target_key, activity.update_type));
  activity.id = ids_.next();
  const auto now = to_ms(extensions_.clock().now());
  auto done = extensions_.database().write([&](db::Session& session) -> Result<> {
    SB_TRY(count, session.query_one(statements::count_queries));
    if (count->i64(0) >= kMostQueries)
      return fail(
          ErrorCode::invalid, "queries-too-many",
          fmt::format("there are {} query activities, the most there may be", kMostQueries));
    SB_TRY(made, session.execute(statements::insert_query,
                                 {activity.id, activity.key, fold_name(activity.key), activity.name,
                                  activity.description, activity.text, activity.target_key,
                                  static_cast<int>(activity.update_type), activity.category, now}));
    if (made == 0)
      return fail(ErrorCode::conflict, "query-exists", "there is a query activity of this key",
                  "key");
    return {};
  });
  SB_CHECK(done);
  return get(activity.id);
}

Result<QueryActivity> QueryService::change(QueryActivity activity) {
  SB_CHECK(check_names(activity));
  SB_CHECK(validate(activity.text, activity.target_key, activity.update_type));
  auto done = extensions_.database().write([&](db::Session& session) -> Result<> {
    SB_TRY(changed,
           session.execute(statements::change_query,
                           {activity.id, activity.name, activity.description, activity.text,
                            activity.target_key, static_cast<int>(activity.update_type),
                            to_ms(extensions_.clock().now())}));
    return changed > 0 ? Result<>() : unknown();
  });
  SB_CHECK(done);
  return get(activity.id);
}

Result<QueryActivity> QueryService::get(std::int64_t id) {
  auto row = extensions_.database().read(
      [&](db::Session& session) { return session.query_one(statements::find_query, {id}); });
  SB_CHECK(row);
  if (!*row) return unknown();
  return activity_of(**row);
}

Result<std::vector<QueryActivity>> QueryService::list() {
  auto rows = extensions_.database().read(
      [&](db::Session& session) { return session.query(statements::list_queries); });
  SB_CHECK(rows);
  std::vector<QueryActivity> all;
  for (const auto& row : *rows) all.push_back(activity_of(row));
  return all;
}

Result<> QueryService::remove(std::int64_t id) {
  return extensions_.database().write([&](db::Session& session) -> Result<> {
    SB_TRY(gone, session.execute(statements::delete_query, {id}));
    return gone > 0 ? Result<>() : unknown();
  });
}

Result<> QueryService::start(std::int64_t id) {
  SB_CHECK(get(id));
  auto queued = extensions_.database().write([&](db::Session& session) {
    return session.execute(statements::queue_query, {id, to_ms(extensions_.clock().now())});
  });
  SB_CHECK(queued);
  if (*queued == 0)
    return fail(ErrorCode::conflict, "query-running", "this query activity runs already");
  if (wake_) wake_();
  return {};
}

Result<QueryService::State> QueryService::find_state(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(statements::find_query, {id}));
  if (!row) return unknown();
  const auto activity = activity_of(*row);
  return State{activity.state == "idle", activity.error};
}

Result<> QueryService::queue(db::Session& session, std::int64_t id) {
  SB_CHECK(session.execute(statements::queue_query, {id, to_ms(extensions_.clock().now())}));
  return {};
}

Result<std::vector<RowValues>> QueryService::read(const Plan& plan) {
  const auto& compiled = plan.compiled;
  return extensions_.database().read([&](db::Session& session) -> Result<std::vector<RowValues>> {
    SB_CHECK(session.limit_time(limits_.time));
    std::vector<RowValues> rows;
    std::size_t bytes = 0;
    const auto take = [&](const db::Row& row) -> Result<> {
      RowValues values(plan.target.columns.size());
      for (std::size_t i = 0; i < compiled.columns.size(); ++i) {
        const auto& to = plan.target.columns[plan.places[i]];
        auto value = queries::fit(compiled.columns[i], row.value(i), to);
        if (!value)
          return fail(std::move(value).error().within(fmt::format("row {}", rows.size() + 1)));
        if (value->is_null() && !to.nullable)
          return fail(
              ErrorCode::invalid, "row-invalid",
              fmt::format("row {}: the column {} must not be null", rows.size() + 1, to.name));
        bytes += size_of(*value);
        values[plan.places[i]] = std::move(*value);
      }
      rows.push_back(std::move(values));
      if (rows.size() > limits_.rows || bytes > limits_.bytes)
        return fail(ErrorCode::invalid, "query-result-too-large",
                    fmt::format("the query has more than {} rows, or more than {} MB", limits_.rows,
                                limits_.bytes >> 20));
      return {};
    };
    SB_CHECK(session.for_each({"", compiled.sql, compiled.sql}, compiled.params, take));
    return rows;
  });
}

Result<> QueryService::write(db::Session& session, const QueryActivity& activity, const Plan& plan,
                             const std::vector<RowValues>& rows) {
  SB_TRY(still, session.query_one(statements::still_runs, {activity.id}));
  if (!still) return {};  // it begins again
  // What was planned holds still: nobody has deleted the target since; an import may have put other
  // rows in their place.
  SB_TRY(target, extensions_.definitions().get(session, plan.target.key));
  if (target.id != plan.target.id || target.columns.size() < plan.target.columns.size())
    return queries::wrong("the target was made anew while the query ran");
  auto& store = extensions_.rows();
  if (activity.update_type == UpdateType::update) {
    SB_CHECK(store.upsert(session, target, rows));
  } else {
    if (activity.update_type == UpdateType::overwrite) SB_CHECK(store.clear(session, target));
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (auto done = store.insert(session, target, rows[i]); !done)
        return fail(std::move(done).error().within(fmt::format("row {}", i + 1)));
  }
  SB_CHECK(session.execute(statements::finish_query,
                           {activity.id, to_ms(extensions_.clock().now()), rows.size(), ""}));
  return {};
}

Result<> QueryService::run_one(const QueryActivity& activity) {
  auto planned = extensions_.database().read([&](db::Session& session) {
    return plan(session, activity.text, activity.target_key, activity.update_type);
  });
  SB_CHECK(planned);
  SB_TRY(rows, read(*planned));
  return extensions_.database().write(
      [&](db::Session& session) { return write(session, activity, *planned, rows); });
}

Result<> QueryService::finish(std::int64_t id, const std::string& error) {
  return extensions_.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(statements::finish_query,
                             {id, to_ms(extensions_.clock().now()), 0, error}));
    return {};
  });
}

Result<int> QueryService::run() {
  auto waiting = extensions_.database().read(
      [&](db::Session& session) { return session.query_one(statements::next_waiting); });
  SB_CHECK(waiting);
  if (!*waiting) return 0;
  const auto id = (*waiting)->i64(0);
  auto started = extensions_.database().write([&](db::Session& session) {
    return session.execute(statements::start_query, {id, to_ms(extensions_.clock().now())});
  });
  SB_CHECK(started);
  auto activity = get(id);
  if (!activity) return 1;  // deleted meanwhile
  const auto done = run_one(*activity);
  if (done) return 1;
  const auto& error = done.error();
  // A store that is away comes back; a query that takes too long does so again.
  if (error.code == ErrorCode::unavailable && error.reason != "store-timeout")
    return std::unexpected(error);
  const bool ours = error.code == ErrorCode::internal;
  if (ours) log::warning("query-failed", {{"query", std::to_string(id)}, {"reason", error.reason}});
  SB_CHECK(
      finish(id, ours ? "the store refused the query: a value out of its range, most likely"
                 : error.reason == "store-timeout"
                     ? fmt::format("the query took longer than {} s", limits_.time.count() / 1000)
                     : error.message));
  return 1;
}

}  // namespace stockbell::engagement
