// How long a restock's next wave waits (design 5, Allocation): a fixed time, or one that goes by
// what became of the invitations before. Where many of them buy, the next are invited later, when
// it is known what is left; where few answer, sooner. Pure.
#pragma once
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace stockbell::engagement {

// What became of the messages of waves that were measured. Who followed the link has opened it, who
// bought did both.
struct Conversion {
  std::int64_t sent = 0, opened = 0, clicked = 0, purchased = 0;
  bool operator==(const Conversion&) const = default;
};

// As long as fewer were sent, nothing can be said.
inline constexpr std::int64_t kFewestMeasured = 20;

// Of ten thousand invited, so many are expected to buy: whoever bought, a quarter of those who
// followed the link, a twentieth of those who only opened. At most 10,000.
std::int64_t interest_of(const Conversion& measured);

// `base` where interest is one in ten or is not known, in proportion otherwise; from a quarter of
// it to four times.
Duration interval_by(Duration base, const Conversion& measured);
Duration shortest_interval(Duration base);

// "30 min: of 120 sent 40 opened, 12 followed, 3 bought"
std::string interval_text(Duration interval, const Conversion& measured);

}  // namespace stockbell::engagement
