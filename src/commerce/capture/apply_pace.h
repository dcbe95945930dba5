// How the journal's requests are applied beside a rush of new ones. An answer needs the processor
// for a moment, applying needs it for long: while requests come much faster than they can be
// applied, applying rests between its batches, so that shoppers are answered first, and catches up
// after the rush. The queue is bounded: once it is half full nothing rests any more. Pure.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace stockbell::commerce {

class ApplyPace {
 public:
  using Micros = std::chrono::microseconds;
  struct Seen {
    Micros took{0};              // the batch just applied
    std::uint64_t requests = 0;  // in it
    std::uint64_t appended = 0;  // requests taken since the start, of all
    std::uint64_t waiting_bytes = 0, most_bytes = 0;
  };

  // How long to rest after this batch.
  Micros rest_after(const Seen& seen) {
    const auto came = seen.appended - appended_;
    appended_ = seen.appended;
    if (came < kRush * seen.requests || seen.waiting_bytes > seen.most_bytes / 2) return Micros(0);
    return std::min<Micros>(kRests * seen.took, kLongest);
  }

 private:
  static constexpr std::uint64_t kRush = 2;  // times as many came as were applied
  static constexpr int kRests = 4;
  static constexpr Micros kLongest = std::chrono::milliseconds(250);
  std::uint64_t appended_ = 0;
};

}  // namespace stockbell::commerce
