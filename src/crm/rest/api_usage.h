// How many calls the REST surface answered in the last 24 hours, for Sforce-Limit-Info and the
// daily limit. In memory: a restart begins at none. Thread-safe.
#pragma once
#include <array>
#include <mutex>

#include "base/clock.h"

namespace stockbell::crm::rest {

class ApiUsage {
 public:
  ApiUsage(const Clock& clock, std::int64_t most) : clock_(clock), most_(most) {}

  bool admit();  // counts a call; false, and not counted, beyond the limit
  std::int64_t used() const;
  std::int64_t most() const { return most_; }
  std::string header() const;  // "api-usage=18/5000"

 private:
  static constexpr std::int64_t kPortions = 96;  // of 15 minutes
  std::int64_t count(std::int64_t portion) const;

  const Clock& clock_;
  const std::int64_t most_;
  mutable std::mutex mutex_;
  struct Portion {
    std::int64_t number = -1, calls = 0;
  };
  std::array<Portion, kPortions> portions_;
};

}  // namespace stockbell::crm::rest
