#include "crm/rest/api_usage.h"

#include <fmt/format.h>

namespace stockbell::crm::rest {
namespace {

std::int64_t portion_of(Time time) { return to_ms(time) / (15 * 60 * 1000); }

}  // namespace

std::int64_t ApiUsage::count(std::int64_t now) const {
  std::int64_t calls = 0;
  for (const auto& portion : portions_)
    if (portion.number > now - kPortions) calls += portion.calls;
  return calls;
}

bool ApiUsage::admit() {
  const auto now = portion_of(clock_.now());
  std::lock_guard lock(mutex_);
  if (count(now) >= most_) return false;
  auto& portion = portions_[static_cast<std::size_t>(now % kPortions)];
  if (portion.number != now) portion = {now, 0};
  ++portion.calls;
  return true;
}

std::int64_t ApiUsage::used() const {
  std::lock_guard lock(mutex_);
  return count(portion_of(clock_.now()));
}

std::string ApiUsage::header() const { return fmt::format("api-usage={}/{}", used(), most_); }

}  // namespace stockbell::crm::rest
