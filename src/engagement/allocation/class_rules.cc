#include "engagement/allocation/class_rules.h"

#include <algorithm>
#include <tuple>

namespace stockbell::engagement {
namespace {
constexpr std::int64_t kPlace = 100;
}

TurnsOfClasses::TurnsOfClasses(std::span<const ClassQueue> queues)
    : queues_(queues), taken_(queues.size(), 0) {
  for (const auto& queue : queues) credit_.push_back(queue.credit);
}

const Waiter& TurnsOfClasses::first_of(std::size_t queue) const {
  return queues_[queue].waiting[taken_[queue]];
}

std::int64_t TurnsOfClasses::credit_now(std::size_t queue) const {
  const auto credit = credit_[queue] + queues_[queue].share_percent;
  // Who is not there gets over what it had before its time, and gathers nothing.
  return waits(queue) ? credit : std::min<std::int64_t>(credit, 0);
}

std::optional<std::size_t> TurnsOfClasses::next() const {
  std::optional<std::size_t> most, longest;
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (!waits(i)) continue;
    if (credit_now(i) > 0 && (!most || credit_now(i) > credit_now(*most))) most = i;
    const auto place = [&](std::size_t queue) {
      return std::tuple(first_of(queue).requested_at, first_of(queue).id);
    };
    if (!longest || place(i) < place(*longest)) longest = i;
  }
  return most ? most : longest;
}

void TurnsOfClasses::take(std::size_t queue) {
  for (std::size_t i = 0; i < queues_.size(); ++i) credit_[i] = credit_now(i);
  ++taken_[queue];
  // Places that it got because it waited longest cost it no more than the one place.
  credit_[queue] = std::max(credit_[queue] - kPlace, -kPlace);
}

}  // namespace stockbell::engagement
