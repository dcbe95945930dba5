// Pure decisions about shoppers' requests: what a state is called, who may be written to, what of a
// client's address is kept. Thread-safe.
#pragma once
#include <string>
#include <string_view>

#include "engagement/messages/notice_store.h"
#include "engagement/preferences/types.h"

namespace stockbell::engagement {

// `status`: the CRM's, as last synchronised; `messaged`: a message about it has left.
ShownState shown_state(Stage stage, RequestStatus status, bool messaged);

inline constexpr Duration kNoticePause = std::chrono::minutes(10);
inline constexpr Duration kNoticeDay = std::chrono::hours(24);
inline constexpr int kNoticesPerDay = 3;

enum class MayWrite { now, later, not_today };
// Of one kind to one mailbox: one in ten minutes, three in a day. `count` and `last` of the past
// day.
MayWrite may_write(const NoticeCount& past_day, Time now);

// "203.0.113.0/24" or "2001:db8:1::/48": proof of a consent without the whole address. "" for what
// is no address.
std::string client_network(const std::string& address);

// "a…@example.com"
std::string masked(const std::string& email);

}  // namespace stockbell::engagement
