// Wrong passwords and secrets, counted: ten for one account, or a hundred from one network, within
// 15 minutes lock it. Used by AccessBox; every function runs in the caller's unit of work.
#pragma once
#include <string>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::access {

// One caller's try at one account. `account` is whatever was typed, so that unknown ones lock
// alike; `network` an address (of IPv6 the first 64 bits count), empty when there is none.
class Attempt {
 public:
  Attempt(const std::string& account, const std::string& network, Time now);

  // Errors: rate_limited, "account-locked".
  Result<> check(db::Session& store) const;
  Result<> count_failure(db::Session& store) const;
  // It was right: the account's failures are forgotten. The network's stay, as one good account
  // must not clear the way for guesses at others; only what this try itself counted is taken back.
  Result<> forgive(db::Session& store) const;

 private:
  std::string account_hash_, network_hash_;
  std::int64_t now_ms_, window_start_ms_;
};

}  // namespace stockbell::access
