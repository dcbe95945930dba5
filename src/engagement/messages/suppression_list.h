// Addresses that are never messaged: unsubscribed, complained, bounced hard. Kept by digest of the
// normalised address, so that erasing a person does not forget the person's wish. In memory for the
// question at the last instant. Thread-safe.
#pragma once
#include <shared_mutex>
#include <string>
#include <unordered_set>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

class SuppressionList {
 public:
  Result<> load(db::Database& database);  // before anything else
  // In a transaction; then remember() after its commit.
  Result<> add(db::Session& session, const std::string& address_key, const std::string& reason,
               Time at);
  void remember(const std::string& address_key);
  void forget(const std::string& address_key);  // after the commit that took it off the list
  bool contains(const std::string& address_key) const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_set<std::string> keys_;
};

}  // namespace stockbell::engagement
