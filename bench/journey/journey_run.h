// Entrants through the shipped journey on the embedded store: recheck, e-mail queued, delivered,
// update object. The mail server is left out: every message that is leased counts as delivered at
// once.
#pragma once
#include <cstdint>
#include <filesystem>

namespace stockbell::bench {

struct JourneyRunResult {
  double fill_seconds = 0;   // contacts and waiting requests into the store
  double enter_seconds = 0;  // until the last message is queued
  double all_seconds = 0;    // until the last update object is written
  double resident_early_mb = 0, resident_late_mb = 0;  // after a tenth, at the end
  std::int64_t sent = 0, updates = 0, counted = 0;     // by the store, to be compared
};

// `folder` is emptied first. `per_sku` wait for each SKU, side by side.
JourneyRunResult run_journey(const std::filesystem::path& folder, std::int64_t entrants,
                             std::int64_t per_sku);

}  // namespace stockbell::bench
