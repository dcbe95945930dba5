// What a box's store remembers of the erasures it has carried out: their receipts, no address.
// Every box that holds personal data has this table in its own store and notes a receipt in the
// transaction that removes the rows. Stateless.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::erasures {

std::span<const db::Migration> migrations();
Result<> note(db::Session& session, std::span<const std::string> receipts, Time now);
// Those of `receipts` that are not noted, in their order.
Result<std::vector<std::string>> find_missing(db::Session& session,
                                              std::span<const std::string> receipts);

}  // namespace stockbell::erasures
