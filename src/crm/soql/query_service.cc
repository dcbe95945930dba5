#include "crm/soql/query_service.h"

#include "crm/objects/values.h"
#include "crm/soql/compiler.h"
#include "crm/soql/cursor_store.h"
#include "crm/soql/page_reader.h"
#include "crm/soql/parser.h"

namespace stockbell::crm::soql {
namespace {

// What the store says of a query that cost too much, in Salesforce's words.
Error in_words(Error error) {
  if (error.reason != "store-timeout") return error;
  return {ErrorCode::invalid, "QUERY_TIMEOUT", "Your query request was running for too long.", {}};
}

template <class F>
auto read_bounded(db::Database& database, Duration most_time, F&& unit)
    -> std::invoke_result_t<F, db::Session&> {
  auto outcome = database.read([&](db::Session& session) -> std::invoke_result_t<F, db::Session&> {
    SB_CHECK(session.limit_time(most_time));
    return unit(session);
  });
  if (!outcome) return fail(in_words(std::move(outcome).error()));
  return outcome;
}

std::unexpected<Error> no_locator() {
  return fail(ErrorCode::invalid, "INVALID_QUERY_LOCATOR", "invalid query locator");
}

Result<std::vector<std::int64_t>> list_members(db::Session& session, const Plan& plan) {
  std::vector<std::int64_t> ids;
  SB_CHECK(session.for_each(once(plan.membership.text), plan.membership.params,
                            [&](const db::Row& row) -> Result<> {
                              ids.push_back(row.i64(0));
                              return {};
                            }));
  if (static_cast<std::int64_t>(ids.size()) > QueryService::kMaxCursorRows)
    return fail(
        ErrorCode::invalid, "EXCEEDED_ID_LIMIT",
        "The query has more than 1000000 rows; restrict it, or use a Bulk API 2.0 query job");
  return ids;
}

Result<QueryPage> read_aggregate(db::Session& session, const objects::Schema& schema,
                                 const Plan& plan) {
  SB_TRY(rows, session.query(once(plan.aggregate.text), plan.aggregate.params));
  if (static_cast<std::int64_t>(rows.size()) > kMaxAggregateRows)
    return fail(ErrorCode::invalid, "EXCEEDED_ID_LIMIT",
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results "
                "to a single batch");
  text::JsonWriter json;
  json.begin_array();
  for (const auto& row : rows) {
    json.begin_object().key("attributes").begin_object();
    json.member("type", "AggregateResult").end_object();
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      const auto& column = plan.columns[i];
      json.key(column.name);
      if (column.field && column.field->type == objects::FieldType::id && !row.is_null(i))
        json.value(objects::record_id(*column.object, row.i64(i)));
      else if (column.field)
        objects::write_json(json, *column.field, schema, row.value(i));
      else if (row.is_null(i))
        json.value(nullptr);
      else if (const auto* whole = std::get_if<std::int64_t>(&row.value(i).get()))
        json.value(*whole);
      else
        json.value(row.real(i));
    }
    json.end_object();
  }
  json.end_array();
  return QueryPage{static_cast<std::int64_t>(rows.size()), true, {}, std::move(json).str()};
}

Result<Plan> compiled(const Context& context) {
  SB_TRY(query, parse(context.query));
  return compile(context, query);
}

Result<> save_nested(db::Database& database, const Cursor& outer,
                     std::span<const NestedResult> nested) {
  for (const auto& result : nested) {
    auto cursor = outer;
    cursor.id = result.cursor;
    cursor.child = result.child;
    cursor.batch_size = 2000;
    cursor.total = static_cast<std::int64_t>(result.ids.size());
    SB_CHECK(save_cursor(database, cursor, result.ids));
  }
  return {};
}

}  // namespace

std::span<const db::Migration> QueryService::migrations() { return cursor_migrations(); }

Result<QueryPage> QueryService::query(std::string_view soql, const QueryOptions& options) {
  const bool postgresql = db_.is_postgresql();
  const auto now = clock_.now();
  SB_TRY(plan, compiled({soql, schema_, postgresql, options.all_rows, now}));
  if (plan.kind == PlanKind::aggregate)
    return read_bounded(db_, most_time_, [&](db::Session& session) {
      return read_aggregate(session, schema_, plan);
    });
  if (plan.kind == PlanKind::count)
    return read_bounded(db_, most_time_, [&](db::Session& session) -> Result<QueryPage> {
      SB_TRY(row, session.query_one(once(plan.membership.text), plan.membership.params));
      return QueryPage{row->i64(0), true, {}, "[]"};
    });

  Cursor cursor{ids_.next(), options.user,  std::string(soql),
                -1,          plan.all_rows, std::clamp(options.batch_size, 200, 2000),
                0,           now,           now};
  std::vector<std::int64_t> ids;
  SB_TRY(page, read_bounded(db_, most_time_, [&](db::Session& session) -> Result<Page> {
           SB_TRY(members, list_members(session, plan));
           ids = std::move(members);
           const auto first = std::span(ids).first(
               std::min(ids.size(), static_cast<std::size_t>(cursor.batch_size)));
           return PageReader(session, schema_, ids_, options.version, postgresql)
               .read(plan.rows, plan.children, first);
         }));
  cursor.total = static_cast<std::int64_t>(ids.size());
  SB_CHECK(save_nested(db_, cursor, page.nested));
  QueryPage answer{cursor.total, page.taken == ids.size(), {}, std::move(page.records)};
  if (!answer.done) {
    SB_CHECK(save_cursor(db_, cursor, ids));
    answer.next_locator = to_locator({cursor.id, static_cast<std::int64_t>(page.taken)});
  }
  return answer;
}

Result<QueryPage> QueryService::more(std::string_view text, const QueryOptions& options) {
  const auto locator = parse_locator(text);
  if (!locator) return no_locator();
  const bool postgresql = db_.is_postgresql();
  const auto now = clock_.now();
  Cursor cursor;
  std::vector<NestedResult> nested;
  SB_TRY(answer, read_bounded(db_, most_time_, [&](db::Session& session) -> Result<QueryPage> {
           SB_TRY(found, find_cursor(session, locator->cursor, now));
           if (!found || found->user != options.user || locator->offset >= found->total)
             return no_locator();
           cursor = *found;
           const auto plan =
               compiled({cursor.query, schema_, postgresql, cursor.all_rows, cursor.made_at});
           if (!plan || cursor.child >= static_cast<int>(plan->children.size()))
             return no_locator();
           const bool own = cursor.child < 0;
           const auto& rows =
               own ? plan->rows : plan->children[static_cast<std::size_t>(cursor.child)].rows;
           const auto children =
               own ? std::span<const ChildPlan>(plan->children) : std::span<const ChildPlan>();
           PageReader reader(session, schema_, ids_, options.version, postgresql);
           QueryPage made{cursor.total, true, {}, "[]"};
           // A stretch whose rows are all gone is passed over, not answered as an empty page.
           for (auto offset = locator->offset; offset < cursor.total && made.records == "[]";) {
             SB_TRY(ids, list_cursor_ids(session, cursor, offset, cursor.batch_size));
             if (ids.empty()) return no_locator();
             SB_TRY(page, reader.read(rows, children, ids));
             nested = std::move(page.nested);
             made.records = std::move(page.records);
             offset += static_cast<std::int64_t>(page.taken);
             made.done = offset >= cursor.total;
             made.next_locator = made.done ? "" : to_locator({cursor.id, offset});
           }
           return made;
         }));
  auto used = cursor;
  used.used_at = used.made_at = now;  // nested results are as fresh as this page
  SB_CHECK(save_nested(db_, used, nested));
  SB_CHECK(touch_cursor(db_, cursor, now));
  return std::move(answer);
}

Result<> QueryService::drop_expired() { return drop_expired_cursors(db_, clock_.now()); }

Result<std::vector<std::string>> QueryService::retrieve(const objects::Object& object,
                                                        std::span<const std::int64_t> ids,
                                                        std::span<const std::string> fields,
                                                        const QueryOptions& options) const {
  return read_bounded(db_, most_time_, [&](db::Session& session) {
    return retrieve(session, object, ids, fields, options);
  });
}

Result<std::vector<std::string>> QueryService::retrieve(db::Session& session,
                                                        const objects::Object& object,
                                                        std::span<const std::int64_t> ids,
                                                        std::span<const std::string> fields,
                                                        const QueryOptions& options) const {
  std::string text;  // for the picture of a name that is wrong
  std::vector<Path> paths;
  std::vector<std::string_view> seen;
  for (const auto& field : fields) {
    if (std::ranges::any_of(seen, [&](auto known) { return objects::same_name(known, field); }))
      continue;
    seen.push_back(field);
    if (!text.empty()) text += ", ";
    Path path{{}, static_cast<Offset>(text.size())};
    for (std::size_t from = 0; from <= field.size();) {
      const auto dot = std::min(field.find('.', from), field.size());
      path.names.push_back(field.substr(from, dot - from));
      from = dot + 1;
    }
    paths.push_back(std::move(path));
    text += field;
  }
  const bool postgresql = db_.is_postgresql();
  SB_TRY(plan,
         compile_rows({text, schema_, postgresql, options.all_rows, clock_.now()}, object, paths));
  return PageReader(session, schema_, ids_, options.version, postgresql).read_each(plan, ids);
}

}  // namespace stockbell::crm::soql
