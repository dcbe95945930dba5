// What people and programs read of the CRM's requests: lists, one request, its timeline, demand,
// the funnel. One consistent read each. Thread-safe. Used by the routes, the command line and
// CrmBox.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "contracts/request_explanation.h"
#include "crm/requests/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

class RequestReader {
 public:
  explicit RequestReader(db::Database& db) : db_(db) {}
  // Who else knows why; without it the timeline alone tells.
  void explain_with(RequestExplanations& explanations) { explanations_ = &explanations; }

  Result<RequestRow> get(RequestId id) const;  // not_found: "request-not-found"
  // Errors: invalid "email-invalid", "cursor-invalid", "limit-invalid".
  Result<RequestPage> list(const RequestFilter& filter) const;
  Result<std::vector<TimelineEvent>> timeline(
      RequestId id) const;                                 // oldest first; not_found as get
  Result<std::vector<SkuDemand>> demand(int limit) const;  // most waiting first
  Result<Funnel> funnel(std::chrono::sys_days from, std::chrono::sys_days to) const;

  // For people: the request and why it stands where it stands, line by line.
  Result<std::string> explain(RequestId id) const;
  // CSV with a header line (RFC 4180), page by page: `write` gets whole lines. filter.limit and
  // cursor are not used.
  Result<> export_csv(RequestFilter filter,
                      const std::function<Result<>(std::string_view)>& write) const;

 private:
  std::string what_engagement_knows(RequestId id, const RequestRow& row) const;
  Result<db::Rows> select(db::Session& session, const RequestFilter& filter,
                          std::int64_t before) const;

  db::Database& db_;
  RequestExplanations* explanations_ = nullptr;
};

// Reads "a0B…" as an id; not_found: "request-not-found".
Result<RequestId> parse_request_id(std::string_view text);

}  // namespace stockbell::crm::requests
