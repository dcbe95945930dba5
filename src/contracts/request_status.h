// The life of a back-in-stock request (design 4) and the one transition table. CRM, Connect and
// Engagement all read it.
#pragma once
#include <utility>

#include "base/enum_text.h"

namespace stockbell {

enum class RequestStatus {
  pending,
  requested,
  queued,
  sent,
  opened,
  clicked,
  purchased,
  cancelled,
  expired,
  undeliverable
};

template <>
inline constexpr auto kEnumText<RequestStatus> = std::to_array<EnumText<RequestStatus>>({
    {RequestStatus::pending, "Pending"},
    {RequestStatus::requested, "Requested"},
    {RequestStatus::queued, "Queued"},
    {RequestStatus::sent, "Sent"},
    {RequestStatus::opened, "Opened"},
    {RequestStatus::clicked, "Clicked"},
    {RequestStatus::purchased, "Purchased"},
    {RequestStatus::cancelled, "Cancelled"},
    {RequestStatus::expired, "Expired"},
    {RequestStatus::undeliverable, "Undeliverable"},
});

// Open: still waiting to be messaged. One open request per contact, SKU and site.
constexpr bool is_open(RequestStatus s) {
  return s == RequestStatus::pending || s == RequestStatus::requested || s == RequestStatus::queued;
}

// Forward only; the one way back is Queued -> Requested (the item sold out before the message left,
// place kept).
constexpr bool may_become(RequestStatus from, RequestStatus to) {
  using enum RequestStatus;
  switch (from) {
    case pending:
      return to == requested || to == cancelled || to == expired;
    case requested:
      return to == queued || to == sent || to == opened || to == clicked || to == purchased ||
             to == cancelled || to == expired || to == undeliverable;
    case queued:
      return to == requested || to == sent || to == opened || to == clicked || to == purchased ||
             to == cancelled || to == expired || to == undeliverable;
    case sent:
      return to == opened || to == clicked || to == purchased || to == undeliverable;
    case opened:
      return to == clicked || to == purchased;
    case clicked:
      return to == purchased;
    case purchased:
    case cancelled:
    case expired:
    case undeliverable:
      return false;
  }
  return false;
}

}  // namespace stockbell
