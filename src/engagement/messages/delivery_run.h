// Hands messages to the channel and has what becomes of them recorded in groups while the rest is
// under way, by a thread of its own for the length of the call. Every message gets exactly one
// outcome. Used by the senders of step 12.
#pragma once
#include <functional>
#include <vector>

#include "contracts/message_channel.h"

namespace stockbell::engagement {

// `outcomes`: those known before anything leaves. `record` is called from one thread at a time.
void deliver_and_record(MessageChannel& channel, const std::vector<OutgoingMessage>& messages,
                        std::vector<DeliveryOutcome> outcomes,
                        const std::function<bool(MessageId)>& still_wanted,
                        const std::function<void(std::vector<DeliveryOutcome>)>& record);

}  // namespace stockbell::engagement
