// Step 12-13: Engagement hands rendered messages to a channel; the channel says what became of
// each.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace stockbell {

// A message ready to leave. Header values are checked by the MIME writer: no CR, LF or NUL can
// pass.
struct OutgoingMessage {
  MessageId id;
  std::string message_id;  // without <>; the same at every attempt
  std::string from;        // "Shop <shop@example.com>"
  std::string to_address, to_name;
  std::string return_path;  // envelope sender
  std::string subject, html, text;
  std::string unsubscribe_url;  // one-click URL (RFC 8058)
  std::string list_id;
  Time date{};
};

enum class DeliveryState {
  delivered,  // the server's final 250 (or: stored in the local mailbox)
  retry,      // 4xx or no connection: later
  refused,    // 5xx: never
  withdrawn,  // `still_wanted` said no at the last instant; nothing was sent
};

struct DeliveryOutcome {
  MessageId id;
  DeliveryState state = DeliveryState::retry;
  int smtp_code = 0;   // 0: no reply
  std::string detail;  // the server's reply or the error, at most 200 characters, without addresses
};

class MessageChannel {
 public:
  virtual ~MessageChannel() = default;
  // Delivers the messages over its connections and reports each exactly once, from this thread or
  // others, before returning. `still_wanted` is asked in the moment before a message's content
  // leaves (thread-safe, fast).
  virtual void deliver(const std::vector<OutgoingMessage>& messages,
                       const std::function<bool(MessageId)>& still_wanted,
                       const std::function<void(DeliveryOutcome)>& report) = 0;
};

}  // namespace stockbell
