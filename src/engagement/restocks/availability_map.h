// The last known stock of every SKU, in memory: asked at the instant a message leaves, compared
// against while a feed is scanned. Rebuilt from the store at start. Thread-safe.
#pragma once
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "engagement/restocks/stock_rules.h"

namespace stockbell::engagement {

class AvailabilityMap {
 public:
  std::optional<KnownStock> find(const std::string& sku) const {
    std::shared_lock lock(mutex_);
    const auto found = known_.find(sku);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }
  bool available(const std::string& sku) const {
    std::shared_lock lock(mutex_);
    const auto found = known_.find(sku);
    return found != known_.end() && found->second.in_stock;
  }
  void set(const std::string& sku, const KnownStock& stock) {
    std::lock_guard lock(mutex_);
    known_[sku] = stock;
  }
  std::size_t size() const {
    std::shared_lock lock(mutex_);
    return known_.size();
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, KnownStock> known_;
};

}  // namespace stockbell::engagement
