// The sweep: goes over what waits and what is open, page by page, and mends what an event that was
// missed would leave behind: people who wait for an item that is there and that nobody noted,
// memory that is behind the store, restocks open though their item is sold out. A page costs the
// same however many wait. One thread.
#pragma once
#include <string>

#include "engagement/journeys/audience.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

struct Repaired {
  std::size_t served = 0;    // requests that waited unnoted
  std::size_t reloaded = 0;  // SKUs whose stock was not as the store has it
  std::size_t closed = 0;    // restocks of SKUs that are out
  bool any() const { return served + reloaded + closed > 0; }
};

class RestockSweep {
 public:
  RestockSweep(db::Database& database, StockLedger& stock, Audience& audience)
      : database_(database), stock_(stock), audience_(audience) {}

  // The next page; what it mended is logged. True: a whole round is over.
  Result<bool> run_page(Repaired& repaired, int skus = 500);

 private:
  Result<std::size_t> look_at_waiting(Repaired& repaired, int skus);
  Result<std::size_t> look_at_open(Repaired& repaired, int skus);

  db::Database& database_;
  StockLedger& stock_;
  Audience& audience_;
  // Where the round is: first over the SKUs that are waited for, then over the open restocks.
  bool at_open_ = false;
  std::string after_;
};

}  // namespace stockbell::engagement
