// The back-in-stock record of the CRM and what is read of it. Plain values, used by crm/ and the
// command line. Steps 5, 15.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "contracts/notification_intake.h"
#include "contracts/request_status.h"
#include "crm/contacts/types.h"

namespace stockbell::crm::requests {

// Where a request stands and when it came there. What a status update changes.
struct RequestState {
  RequestId id;
  RequestStatus status = RequestStatus::requested;
  std::optional<Time> queued_at, sent_at, opened_at, clicked_at;
  std::int64_t update_sequence =
      0;             // the last update of Engagement that was considered; older ones are repeats
  Time status_at{};  // when it came to this status
  std::string status_reason{};  // why, as the last update said
  Time asked_at{};              // when the shopper last asked for it
};

using contacts::Written;

struct RequestRow {
  RequestState state;
  std::string sku, site, locale;
  int quantity = 1;
  Time requested_at{};
  ContactId contact;
  std::string email, first_name, last_name;
  Consent consent;  // of the post that created the request
};

struct TimelineEvent {
  RequestId request;
  Time at{};
  RequestStatus status = RequestStatus::requested;
  std::string reason;
  std::string source;                // "commerce", "engagement", "api"
  std::int64_t update_sequence = 0;  // of Engagement's update, or 0
};

struct RequestFilter {
  std::string sku;
  std::string email;  // as typed; normalised before the search
  std::optional<RequestStatus> status;
  int limit = 50;      // 1 to 1000
  std::string cursor;  // next_cursor of the page before
};

struct RequestPage {
  std::vector<RequestRow> rows;  // newest first
  std::string next_cursor;       // "" at the end
};

struct SkuDemand {
  std::string sku;
  std::int64_t waiting = 0;  // Requested or Queued
  Time oldest_at{};
};

struct FunnelDay {
  std::int64_t requested = 0, sent = 0, opened = 0, clicked = 0;
};

struct Funnel {
  std::chrono::sys_days from{}, to{};  // both included, UTC
  std::map<RequestStatus, std::int64_t>
      totals;  // present status of the requests made in these days
  std::map<std::chrono::sys_days, FunnelDay>
      days;  // what happened on each day; every day has a row
};

}  // namespace stockbell::crm::requests
