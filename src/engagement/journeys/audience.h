// Which SKUs have requests that may enter now (step 11). SKUs are noted by restocks, by
// synchronised requests and at start, and worked off page by page, or wave by wave. Nothing is lost
// with the memory: at start it is computed again from the store. Thread-safe.
#pragma once
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engagement/journeys/journey_service.h"

namespace stockbell::engagement {

class Audience {
 public:
  Audience(db::Database& database, const Clock& clock, JourneyService& journeys,
           const StockLedger& stock)
      : database_(database), clock_(clock), journeys_(journeys), stock_(stock) {}

  Result<> load();  // notes every SKU that somebody waits for and that is available
  void note(const std::vector<std::string>& skus);
  // One page of each SKU that is noted or due. Returns how many requests were served; 0: nothing is
  // left to do now.
  Result<std::size_t> run();
  // One page of each of these, now. Returns how many requests were served.
  Result<std::size_t> serve(std::span<const std::string> skus);
  bool is_noted(const std::string& sku) const;
  std::optional<Time> next_due() const;  // when a wave is due by time alone

 private:
  db::Database& database_;
  const Clock& clock_;
  JourneyService& journeys_;
  const StockLedger& stock_;
  mutable std::mutex mutex_;
  std::set<std::string> noted_;
  std::set<std::pair<Time, std::string>> later_;
};

}  // namespace stockbell::engagement
