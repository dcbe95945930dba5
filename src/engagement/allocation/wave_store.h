// Rows of waves and of the invitations that take up units. A wave is written once, in the
// transaction of its entries, and never changed: it says why so many were invited and no more.
// Stateless; every method runs inside the caller's transaction.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "engagement/allocation/allocation_rules.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct WaveClass {
  std::string name;
  std::int64_t share_percent = 0, invited = 0;
};

struct Wave {
  RestockId restock;
  std::int64_t number = 1;  // of its restock, from 1
  Time decided_at{};
  AllocationRule rule = AllocationRule::everyone;
  std::int64_t units = 0;  // available to sell when it was decided
  // What else the rule `units` went by; empty with `everyone`.
  std::optional<std::int64_t> factor_percent, open_units;
  std::int64_t invited = 0, invited_units = 0;
  // How long it had to wait after the one before, and what that goes by; only where it goes by
  // conversion.
  std::optional<Duration> interval{};
  Conversion measured{};
  std::vector<WaveClass> classes{};  // in their order, standard last; none where there are none
};

struct Invitation {
  RequestId request;
  std::int64_t units = 1;
};

struct SentInvitation {
  RestockId restock;
  RequestId request;
  Time at{};
};

struct OpenInvitations {
  std::int64_t units = 0;
  std::optional<Time> first_end;  // when the first of them may end by itself
};

class WaveStore {
 public:
  static std::span<const db::Migration> migrations();

  Result<std::optional<Wave>> find_last(db::Session& session, RestockId restock);
  Result<> add(db::Session& session, const Wave& wave);
  // What became of the newest waves of a restock up to now; where too few were sent, of the newest
  // waves at all. At most some thousand messages are looked at.
  Result<Conversion> measure(db::Session& session, RestockId restock);
  // How the classes stand with the SKU's next wave (ClassQueue::credit), by their names.
  Result<std::map<std::string, std::int64_t>> credits(db::Session& session, const std::string& sku);
  Result<> save_credits(db::Session& session, const std::string& sku,
                        const std::map<std::string, std::int64_t>& credits);
  // Whoever was invited at the same restock before, and was not messaged, is once more. Only those
  // of the rule `units` take up units.
  Result<> invite(db::Session& session, const Wave& wave, const std::string& sku,
                  std::span<const Invitation> invitations);
  // Their messages have left.
  Result<> sent(db::Session& session, std::span<const SentInvitation> invitations);
  // The SKU's invitations over all restocks that are open at `now`: the message has not left, or
  // left within the window, and the request is not bought, withdrawn or undeliverable. Those that
  // are found not to be open are ended for good; of those that are, one index alone is read, and
  // rows only of those whose message has not left.
  Result<OpenInvitations> count_open(db::Session& session, const std::string& sku, Time now,
                                     Duration window);
  // Of the restocks that RestockStore::list gives for the same page: the newest waves of each, at
  // most 20, oldest first.
  Result<std::vector<Wave>> list(db::Session& session, std::int64_t before, const std::string& sku,
                                 int limit);
};

}  // namespace stockbell::engagement
