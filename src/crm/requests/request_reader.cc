#include "crm/requests/request_reader.h"

#include <limits>

#include "platform/text/text.h"
#include "sql/crm_report.sql.h"

namespace stockbell::crm::requests {
namespace {

namespace sql = stockbell::sql::crm_report;

std::optional<Time> time_at(const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return {};
  return from_ms(row.i64(column));
}

RequestRow row_of(const db::Row& row) {
  RequestRow request;
  request.state = {RequestId{row.i64(0)},
                   parse_enum<RequestStatus>(row.text(1)).value_or(RequestStatus::requested),
                   time_at(row, 2),
                   time_at(row, 3),
                   time_at(row, 4),
                   time_at(row, 5),
                   row.i64(6)};
  request.sku = row.text(7);
  request.site = row.text(8);
  request.locale = row.text(9);
  request.quantity = static_cast<int>(row.i64(10));
  request.requested_at = from_ms(row.i64(11));
  request.contact = ContactId{row.i64(12)};
  request.email = row.text(13);
  request.first_name = row.text(14);
  request.last_name = row.text(15);
  request.consent = {row.text(16), from_ms(row.i64(17)), row.text(18)};
  return request;
}

Result<> count_days(db::Session& session, const db::Statement& statement, Funnel& funnel,
                    std::int64_t FunnelDay::* figure) {
  SB_TRY(rows,
         session.query(statement, {to_ms(funnel.from), to_ms(funnel.to + std::chrono::days(1))}));
  for (const auto& row : rows)
    funnel.days[std::chrono::sys_days(std::chrono::days(row.i64(0)))].*figure = row.i64(1);
  return {};
}

}  // namespace

Result<RequestId> parse_request_id(std::string_view text) {
  if (const auto id = parse_record_id(kRequestPrefix, text)) return RequestId{*id};
  return fail(ErrorCode::not_found, "request-not-found", "there is no request with this id");
}

Result<RequestRow> RequestReader::get(RequestId id) const {
  return db_.read([&](db::Session& session) -> Result<RequestRow> {
    SB_TRY(row, session.query_one(sql::get_request, {id.value}));
    if (!row)
      return fail(ErrorCode::not_found, "request-not-found", "there is no request with this id");
    return row_of(*row);
  });
}

Result<db::Rows> RequestReader::select(db::Session& session, const RequestFilter& filter,
                                       std::int64_t before) const {
  const std::string status(filter.status ? to_text(*filter.status) : "");
  const int rows = filter.limit + 1;  // one more tells whether there is a next page
  if (!filter.email.empty()) {
    SB_TRY(email, text::parse_email(filter.email));
    return session.query(sql::list_by_email, {email.normalized, before, filter.sku, status, rows});
  }
  if (!filter.sku.empty())
    return session.query(sql::list_by_sku, {filter.sku, before, status, rows});
  if (filter.status) return session.query(sql::list_by_status, {status, before, rows});
  return session.query(sql::list_requests, {before, rows});
}

Result<RequestPage> RequestReader::list(const RequestFilter& filter) const {
  if (filter.limit < 1 || filter.limit > 1000)
    return fail(ErrorCode::invalid, "limit-invalid", "the limit is 1 to 1000", "limit");
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!filter.cursor.empty()) {
    const auto last = parse_record_id(kRequestPrefix, filter.cursor);
    if (!last)
      return fail(ErrorCode::invalid, "cursor-invalid", "this is no cursor of this list", "cursor");
    before = *last;
  }
  SB_TRY(rows, db_.read([&](db::Session& session) { return select(session, filter, before); }));
  RequestPage page;
  const bool more = std::ssize(rows) > filter.limit;
  if (more) rows.pop_back();
  for (const auto& row : rows) page.rows.push_back(row_of(row));
  if (more) page.next_cursor = to_record_id(kRequestPrefix, page.rows.back().state.id.value);
  return page;
}

Result<std::vector<TimelineEvent>> RequestReader::timeline(RequestId id) const {
  SB_TRY(rows,
         db_.read([&](db::Session& session) { return session.query(sql::timeline, {id.value}); }));
  std::vector<TimelineEvent> events;
  for (const auto& row : rows) {
    const auto status = parse_enum<RequestStatus>(row.text(1)).value_or(RequestStatus::requested);
    events.push_back({id, from_ms(row.i64(0)), status, row.text(2), row.text(3), 0});
  }
  if (events.empty())  // every request has its first event
    return fail(ErrorCode::not_found, "request-not-found", "there is no request with this id");
  return events;
}

Result<std::vector<SkuDemand>> RequestReader::demand(int limit) const {
  SB_TRY(rows, db_.read([&](db::Session& session) { return session.query(sql::demand, {limit}); }));
  std::vector<SkuDemand> demand;
  for (const auto& row : rows) demand.push_back({row.text(0), row.i64(1), from_ms(row.i64(2))});
  return demand;
}

Result<Funnel> RequestReader::funnel(std::chrono::sys_days from, std::chrono::sys_days to) const {
  if (to < from || to - from > std::chrono::days(366))
    return fail(ErrorCode::invalid, "period-invalid",
                "'to' is on or after 'from', at most 366 days later", "to");
  return db_.read([&](db::Session& session) -> Result<Funnel> {
    Funnel funnel{from, to, {}, {}};
    for (auto day = from; day <= to; day += std::chrono::days(1)) funnel.days[day];
    for (const auto& status : kEnumText<RequestStatus>) funnel.totals[status.value] = 0;
    SB_TRY(totals,
           session.query(sql::funnel_totals, {to_ms(from), to_ms(to + std::chrono::days(1))}));
    for (const auto& row : totals)
      if (const auto status = parse_enum<RequestStatus>(row.text(0)))
        funnel.totals[*status] = row.i64(1);
    SB_CHECK(count_days(session, sql::requested_by_day, funnel, &FunnelDay::requested));
    SB_CHECK(count_days(session, sql::sent_by_day, funnel, &FunnelDay::sent));
    SB_CHECK(count_days(session, sql::opened_by_day, funnel, &FunnelDay::opened));
    SB_CHECK(count_days(session, sql::clicked_by_day, funnel, &FunnelDay::clicked));
    return funnel;
  });
}

}  // namespace stockbell::crm::requests
