// Which SKUs have requests that may enter now (step 11). SKUs are noted by restocks, by
// synchronised requests and at start, and worked off page by page. Nothing is lost with the memory:
// at start it is computed again from the store. Thread-safe.
#pragma once
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engagement/journeys/journey_service.h"

namespace stockbell::engagement {

class Audience {
 public:
  Audience(db::Database& database, JourneyService& journeys, const StockLedger& stock)
      : database_(database), journeys_(journeys), stock_(stock) {}

  Result<> load();  // notes every SKU that somebody waits for and that is available
  void note(const std::vector<std::string>& skus);
  // One page of each noted SKU. Returns how many requests were served; 0: nothing is left to do.
  Result<std::size_t> run();

 private:
  db::Database& database_;
  JourneyService& journeys_;
  const StockLedger& stock_;
  std::mutex mutex_;
  std::set<std::string> noted_;
};

}  // namespace stockbell::engagement
