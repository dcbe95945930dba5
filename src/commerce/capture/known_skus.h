// SKUs that were found in the catalog a short while ago, so that not every request asks the store:
// a request for an item deleted meanwhile does no harm, it never rings. Thread-safe. Used by
// CaptureService.
#pragma once
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace stockbell::commerce {

class KnownSkus {
 public:
  explicit KnownSkus(const Clock& clock) : clock_(clock) {}
  bool contains(const std::string& sku) const {
    const auto now = clock_.now();
    std::lock_guard lock(mutex_);
    const auto found = seen_.find(sku);
    return found != seen_.end() && now < found->second + kFresh && now >= found->second;
  }
  void add(const std::string& sku) {
    const auto now = clock_.now();
    std::lock_guard lock(mutex_);
    if (seen_.size() >= kMost) seen_.clear();
    seen_[sku] = now;
  }

 private:
  static constexpr std::size_t kMost = 200'000;  // some 20 MB
  static constexpr std::chrono::minutes kFresh{1};
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Time> seen_;
};

}  // namespace stockbell::commerce
