#include "engagement/tracking/tracking_service.h"

namespace stockbell::engagement {
namespace {

// a…@example.com
std::string mask(const std::string& email) {
  const auto at = email.rfind('@');
  if (at == std::string::npos || at == 0) return "";
  std::size_t first = 1;  // one whole UTF-8 character
  while (first < at && (static_cast<unsigned char>(email[first]) & 0xC0) == 0x80) ++first;
  return email.substr(0, first) + "…" + email.substr(at);
}

}  // namespace

Result<TrackedMessage> TrackingService::get(db::Session& session, MessageId message) {
  SB_TRY(found, messages_.find_tracked(session, message));
  if (!found) {  // about the requests themselves
    SB_TRY(notice, notices_.find_tracked(session, message));
    if (notice) return std::move(*notice);
  }
  if (!found) return fail(ErrorCode::not_found, "message-unknown", "there is no such message");
  return std::move(*found);
}

Result<> TrackingService::mark_opened(db::Session& session, const TrackedMessage& message,
                                      std::vector<StatusUpdate>& updates) {
  const auto now = parts_.clock.now();
  SB_TRY(first, messages_.mark_opened(session, message.id, now));
  if (first) updates.push_back({0, message.request, RequestStatus::opened, now, "message opened"});
  return {};
}

Result<> TrackingService::opened(MessageId message) {
  auto done = parts_.database.write([&](db::Session& session) -> Result<> {
    SB_TRY(tracked, get(session, message));
    std::vector<StatusUpdate> updates;
    SB_CHECK(mark_opened(session, tracked, updates));
    return parts_.outbox.append(session, updates);
  });
  if (done) parts_.outbox.announce();
  return done;
}

Result<std::string> TrackingService::clicked(MessageId message) {
  auto target = parts_.database.write([&](db::Session& session) -> Result<std::string> {
    SB_TRY(tracked, get(session, message));
    if (tracked.target_url.empty())
      return fail(ErrorCode::not_found, "link-unknown", "this link leads nowhere any more");
    std::vector<StatusUpdate> updates;
    SB_CHECK(mark_opened(session, tracked, updates));
    const auto now = parts_.clock.now();
    SB_TRY(first, messages_.mark_clicked(session, tracked.id, now));
    if (first)
      updates.push_back({0, tracked.request, RequestStatus::clicked, now, "link followed"});
    SB_CHECK(parts_.outbox.append(session, updates));
    return parts_.landing(tracked);
  });
  if (target) parts_.outbox.announce();
  return target;
}

Result<UnsubscribeChoice> TrackingService::choice(MessageId message) {
  return parts_.database.read([&](db::Session& session) -> Result<UnsubscribeChoice> {
    SB_TRY(tracked, get(session, message));
    SB_TRY(item, catalog_.find(session, tracked.sku));
    return UnsubscribeChoice{item ? item->name : tracked.sku, mask(tracked.email),
                             tracked.request_open};
  });
}

Result<std::string> TrackingService::unsubscribe(MessageId message, UnsubscribeScope scope) {
  struct Done {
    std::string product_name, address_key;
    std::vector<RequestId> closed;
  };
  auto done = parts_.database.write([&](db::Session& session) -> Result<Done> {
    SB_TRY(tracked, get(session, message));
    const auto now = parts_.clock.now();
    Done result;
    std::vector<RequestId> requests = {tracked.request};
    if (scope == UnsubscribeScope::all && !tracked.address_key.empty()) {
      result.address_key = tracked.address_key;
      SB_CHECK(parts_.suppressions.add(session, tracked.address_key, "unsubscribed", now));
      SB_TRY(open, extensions_.list_open_of_address(session, tracked.address_key));
      requests.insert(requests.end(), open.begin(), open.end());
    }
    std::vector<StatusUpdate> updates;
    for (const auto request : requests) {
      SB_TRY(closed, extensions_.close(session, request));
      if (!closed) continue;
      result.closed.push_back(request);
      updates.push_back({0, request, RequestStatus::cancelled, now, "unsubscribed by a link"});
    }
    // Those that had their message may wait for a reminder.
    SB_CHECK(parts_.journeys.leave(session, requests));
    SB_CHECK(parts_.outbox.append(session, updates));
    SB_TRY(item, catalog_.find(session, tracked.sku));
    result.product_name = item ? item->name : tracked.sku;
    return result;
  });
  if (!done) return std::unexpected(std::move(done).error());
  if (!done->address_key.empty()) parts_.suppressions.remember(done->address_key);
  for (const auto request : done->closed) parts_.cancel_in_flight(request);
  parts_.outbox.announce();
  return done->product_name;
}

}  // namespace stockbell::engagement
