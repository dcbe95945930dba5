// The bulk side of QueryService: all rows of a query, in short transactions and little memory.
#include "crm/objects/values.h"
#include "crm/soql/compiler.h"
#include "crm/soql/page_reader.h"
#include "crm/soql/parser.h"
#include "crm/soql/query_service.h"

namespace stockbell::crm::soql {
namespace {

constexpr auto kMostTime = std::chrono::minutes(2);  // of one statement
constexpr std::int64_t kIdsOfStretch = 50'000;
constexpr std::size_t kRowsOfRead = 2000;

Result<Plan> plan_of(const Context& context) {
  SB_TRY(query, parse(context.query));
  SB_TRY(plan, compile(context, query));
  if (plan.kind != PlanKind::rows || !plan.children.empty())
    return fail(ErrorCode::invalid, "API_ERROR",
                "a bulk query takes neither aggregate functions nor child subqueries");
  return std::move(plan);
}

Result<std::vector<std::int64_t>> list_ids(db::Database& database, const std::string& text,
                                           const db::Params& params) {
  auto ids = database.read([&](db::Session& session) -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> found;
    SB_CHECK(session.limit_time(kMostTime));
    SB_CHECK(session.for_each(once(text), params, [&](const db::Row& row) -> Result<> {
      found.push_back(row.i64(0));
      return {};
    }));
    return found;
  });
  if (!ids && ids.error().reason == "store-timeout")
    return fail(ErrorCode::invalid, "QUERY_TIMEOUT",
                "Your query request was running for too long.");
  return ids;
}

class RowStream {
 public:
  RowStream(db::Database& database, const objects::Schema& schema, const Plan& plan,
            const EachRow& each)
      : db_(database), schema_(schema), plan_(plan), each_(each) {}

  // Rows were deleted meanwhile are passed over.
  Result<> hand_on(std::span<const std::int64_t> ids) {
    while (!ids.empty()) {
      const auto part = ids.first(std::min(ids.size(), kRowsOfRead));
      ids = ids.subspan(part.size());
      SB_TRY(rows, db_.read([&](db::Session& session) {
        return read_rows(session, plan_.rows, part, db_.is_postgresql());
      }));
      for (const auto id : part)
        if (const auto row = rows.find(id); row != rows.end()) SB_CHECK(hand_on(id, row->second));
    }
    return {};
  }
  std::int64_t count() const { return count_; }

 private:
  Result<> hand_on(std::int64_t id, const db::Row& row) {
    cells_.clear();
    for (std::size_t i = 0; i < plan_.rows.cells.size(); ++i) {
      const auto& cell = plan_.rows.cells[i];
      const auto& value = row.value(static_cast<std::size_t>(cell.column));
      if (cell.field->type == objects::FieldType::id)
        cells_.push_back(value.is_null() ? ""
                                         : objects::record_id(*cell.object,
                                                              std::get<std::int64_t>(value.get())));
      else if (cell.joined && value.is_null())
        cells_.emplace_back();
      else
        cells_.push_back(objects::to_csv_text(*cell.field, schema_, value));
    }
    SB_CHECK(each_(id, cells_));
    ++count_;
    return {};
  }

  db::Database& db_;
  const objects::Schema& schema_;
  const Plan& plan_;
  const EachRow& each_;
  std::vector<std::string> cells_;
  std::int64_t count_ = 0;
};

}  // namespace

Result<std::vector<std::string>> QueryService::columns(std::string_view soql) const {
  SB_TRY(plan, plan_of({soql, schema_, db_.is_postgresql(), false, clock_.now()}));
  std::vector<std::string> names;
  for (const auto& cell : plan.rows.cells) names.push_back(cell.name);
  return names;
}

Result<std::int64_t> QueryService::for_each_row(std::string_view soql, const RowsOptions& options,
                                                const EachRow& each) const {
  SB_TRY(plan, plan_of({soql, schema_, db_.is_postgresql(), options.all_rows, clock_.now()}));
  RowStream stream(db_, schema_, plan, each);
  if (plan.sorted) {
    if (options.after != 0)
      return fail(ErrorCode::invalid, "API_ERROR", "a sorted bulk query cannot be resumed");
    SB_TRY(ids, list_ids(db_, plan.membership.text, plan.membership.params));
    if (static_cast<std::int64_t>(ids.size()) > kMaxCursorRows)
      return fail(ErrorCode::invalid, "EXCEEDED_ID_LIMIT",
                  "a bulk query with ORDER BY or OFFSET has at most 1000000 rows");
    SB_CHECK(stream.hand_on(ids));
    return stream.count();
  }
  // The first stretch by whatever index is best. Once there are more than fit into it the rest is
  // read along the ids, or each stretch would sort all the matches again.
  auto after = options.after;
  auto left = plan.limit;
  for (const auto* sql = &plan.by_id; left > 0; sql = &plan.scan_by_id) {
    auto params = sql->params;
    const auto most = std::min(left, kIdsOfStretch);
    params[params.size() - 2] = after;
    params[params.size() - 1] = most;
    SB_TRY(ids, list_ids(db_, sql->text, params));
    if (!ids.empty()) after = ids.back();
    left -= static_cast<std::int64_t>(ids.size());
    SB_CHECK(stream.hand_on(ids));
    if (static_cast<std::int64_t>(ids.size()) < most) break;
  }
  return stream.count();
}

}  // namespace stockbell::crm::soql
