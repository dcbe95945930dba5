#include "engagement/messages/suppression_list.h"

#include <mutex>

#include "sql/engagement_message.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_message;

Result<> SuppressionList::load(db::Database& database) {
  return database.read([&](db::Session& session) {
    return session.for_each(statements::all_suppressions, {}, [&](const db::Row& row) -> Result<> {
      remember(row.text(0));
      return {};
    });
  });
}

Result<> SuppressionList::add(db::Session& session, const std::string& address_key,
                              const std::string& reason, Time at) {
  SB_CHECK(session.execute(statements::suppress, {address_key, reason, to_ms(at)}));
  return {};
}

void SuppressionList::remember(const std::string& address_key) {
  std::lock_guard lock(mutex_);
  keys_.insert(address_key);
}

void SuppressionList::forget(const std::string& address_key) {
  std::lock_guard lock(mutex_);
  keys_.erase(address_key);
}

bool SuppressionList::contains(const std::string& address_key) const {
  std::shared_lock lock(mutex_);
  return keys_.contains(address_key);
}

}  // namespace stockbell::engagement
