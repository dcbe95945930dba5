#include "engagement/allocation/wave_interval.h"

#include <fmt/format.h>

#include <algorithm>

namespace stockbell::engagement {
namespace {
constexpr std::int64_t kUsualInterest = 1000;  // one in ten
constexpr std::int64_t kMost = 1'000'000'000'000;
}  // namespace

std::int64_t interest_of(const Conversion& measured) {
  const auto sent = std::clamp<std::int64_t>(measured.sent, 0, kMost);
  if (sent < kFewestMeasured) return kUsualInterest;
  // What came back of more than were sent, or out of order, counts as far as it makes sense.
  const auto bought = std::clamp<std::int64_t>(measured.purchased, 0, sent);
  const auto clicked = std::clamp<std::int64_t>(measured.clicked, bought, sent);
  const auto opened = std::clamp<std::int64_t>(measured.opened, clicked, sent);
  return (bought * 10'000 + (clicked - bought) * 2'500 + (opened - clicked) * 500) / sent;
}

Duration shortest_interval(Duration base) { return base / 4; }

Duration interval_by(Duration base, const Conversion& measured) {
  const auto interest = interest_of(measured);
  return std::clamp(Duration(base.count() * interest / kUsualInterest), shortest_interval(base),
                    base * 4);
}

std::string interval_text(Duration interval, const Conversion& measured) {
  const auto minutes = static_cast<double>(interval.count()) / 60'000;
  auto text = fmt::format("{:.3g} min", minutes);
  if (measured.sent < kFewestMeasured) return text;
  return text + fmt::format(": of {} sent {} opened, {} followed, {} bought", measured.sent,
                            measured.opened, measured.clicked, measured.purchased);
}

}  // namespace stockbell::engagement
