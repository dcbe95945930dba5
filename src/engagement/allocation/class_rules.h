// Whose turn it is among the classes of those who wait for a SKU (design 5, Allocation): a class
// has a share of the places, say 30 of 100, as long as somebody of it waits; the other places go to
// whoever waits longest, of whatever class. What a class cannot use goes to the others, and is not
// saved up for later. Pure.
//
// A class has a credit, in hundredths of a place: with each place that is given it gains its share,
// and it pays 100 for one that it gets. Whoever has most of it, above none, comes first. The credit
// goes on from wave to wave of a SKU: single places count like one large wave.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace stockbell::engagement {

inline constexpr std::string_view kStandardName = "standard";  // whoever is of none of the classes

struct RequestClass {
  std::string name;
  int share_percent = 0;  // of the places, 0 to 90; together 90 at most, so that nobody starves
  bool operator==(const RequestClass&) const = default;
};

// One who waits, as far as it matters for the order.
struct Waiter {
  Time requested_at{};
  std::int64_t id = 0;      // of the request: decides among those of the same moment
  std::int64_t wanted = 1;  // units
};

// Those of one class who wait for a SKU, longest-waiting first.
struct ClassQueue {
  int share_percent = 0;
  std::int64_t credit = 0;  // as the SKU's last wave left it
  std::span<const Waiter> waiting{};
};

class TurnsOfClasses {
 public:
  // The queues as they stand; they must outlive it. Those of the configuration in their order.
  explicit TurnsOfClasses(std::span<const ClassQueue> queues);

  // The queue whose first is next; nothing: nobody waits. The same until take().
  std::optional<std::size_t> next() const;
  const Waiter& first_of(std::size_t queue) const;
  void take(std::size_t queue);  // its first got a place

  std::size_t taken_of(std::size_t queue) const { return taken_[queue]; }
  std::int64_t credit_of(std::size_t queue) const { return credit_[queue]; }

 private:
  bool waits(std::size_t queue) const { return taken_[queue] < queues_[queue].waiting.size(); }
  // With the gain of the place that is being given.
  std::int64_t credit_now(std::size_t queue) const;

  std::span<const ClassQueue> queues_;
  std::vector<std::size_t> taken_;
  std::vector<std::int64_t> credit_;
};

}  // namespace stockbell::engagement
