#include "platform/sftp/login_guard.h"

#include <algorithm>

namespace stockbell::sftp {

bool LoginGuard::is_locked(const std::string& address, const std::string& user) {
  std::lock_guard lock(mutex_);
  auto found = counts_.find({address, user});
  if (found == counts_.end()) return false;
  if (clock_.now() - found->second.last < lock_out_) return found->second.failures >= allowed_;
  counts_.erase(found);
  return false;
}

bool LoginGuard::failed(const std::string& address, const std::string& user) {
  std::lock_guard lock(mutex_);
  if (counts_.size() >= kMostCounts) forget_old();
  auto& count = counts_[{address, user}];
  // A client that goes on guessing while locked out does not lengthen its lock: the way back stays
  // predictable.
  if (count.failures >= allowed_) return false;
  count.last = clock_.now();
  return ++count.failures == allowed_;
}

void LoginGuard::succeeded(const std::string& address, const std::string& user) {
  std::lock_guard lock(mutex_);
  counts_.erase({address, user});
}

void LoginGuard::forget_old() {
  auto now = clock_.now();
  std::erase_if(counts_, [&](const auto& entry) { return now - entry.second.last >= lock_out_; });
  if (counts_.size() < kMostCounts) return;
  counts_.erase(
      std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.last; }));
}

}  // namespace stockbell::sftp
