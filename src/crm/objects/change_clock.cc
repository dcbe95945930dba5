#include "crm/objects/change_clock.h"

#include "sql/crm_stamp.sql.h"

namespace stockbell::crm::objects {

ChangeClock::Stamp::Stamp(ChangeClock& owner) : owner_(owner) {
  std::lock_guard lock(owner_.mutex_);
  owner_.last_ = time_ = std::max(owner_.last_, owner_.clock_.now());
  owner_.open_.insert(time_);
}

ChangeClock::Stamp::~Stamp() {
  std::lock_guard lock(owner_.mutex_);
  owner_.open_.erase(owner_.open_.find(time_));
}

Result<Time> ChangeClock::settled_before() {
  Time settled{};
  {
    std::lock_guard lock(mutex_);
    last_ = std::max(last_, clock_.now());
    settled = open_.empty() ? last_ : *open_.begin();
    if (open_.empty()) last_ += Duration(1);  // nothing later is stamped with the time given away
  }
  if (!db_.is_postgresql()) return settled;
  SB_TRY(row, db_.read([](db::Session& session) {
    return session.query_one(sql::crm_stamp::oldest_transaction);
  }));
  const auto age = row ? row->i64(0) : 0;
  if (age <= 0) return settled;
  return std::min(settled, clock_.now() - Duration(age) - std::chrono::seconds(1));
}

}  // namespace stockbell::crm::objects
