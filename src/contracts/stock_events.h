// Beside arrow 9: live stock, commerce to Engagement, at the speed of memory. The feed remains the
// truth that repairs.
#pragma once
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell {

struct StockObservation {
  std::string sku;
  bool in_stock = false;  // can be bought now from stock; back-order and pre-order are not in stock
  std::int64_t ats = 0;   // units available to sell from stock, >= 0
  Time observed_at{};  // when this was true in commerce; an older observation never undoes a newer
                       // one
  std::string site = "default";  // the shop that sells it: its requests are the ones that ring
};

class StockEvents {
 public:
  virtual ~StockEvents() = default;
  // Durable when it returns. Idempotent.
  virtual Result<> observe(const std::vector<StockObservation>& observations) = 0;
};

}  // namespace stockbell
