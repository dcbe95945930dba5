// Invented shoppers and what they ask for, the same for a number every time: half of the addresses
// at one provider, one in six of those with a dot or a tag; 5,000 sold-out products, half of the
// requests for the fifty best of them; one in ten gives a name. Thread-safe.
#pragma once
#include <cstdint>

#include "contracts/notification_intake.h"

namespace stockbell::bench {

// `number` says who; `salt` which of a mailbox's requests it is (another product, usually).
NotificationRequest request_of(std::uint64_t number, std::uint64_t salt, Time at);

}  // namespace stockbell::bench
