// The work a misbehaving client does before its post is taken: find numbers whose SHA-256 begins
// with zero bits. Challenges are signed, bound to the client's network, good for one use and kept
// nowhere; of solved ones a digest is remembered until they run out. Thread-safe. Step 2.
//
// A challenge in JSON: {"kind": "proof-of-work", "value", "seed", "bits", "count", "expires_at"}.
// A client solves it by `count` different numbers n < 2^32, rising, for which the first `bits` bits
// of SHA-256(seed + ":" + n) are zero (n in decimal; all ASCII), and repeats its post with
// "challenge": value and "solution": the numbers joined by ".". It takes count × 2^bits tries.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "commerce/protection/debts.h"

namespace stockbell::commerce {

struct Challenge {
  std::string value;  // sent back with the solution
  std::string seed;   // what is hashed
  int bits = 0, count = 0;
  Time expires_at{};
};

enum class WorkState {
  missing,  // no solution in the post
  done,
  expired,  // or of before the last start: gets a new one
  wrong,    // not a solution, of another network, or not our challenge
  used,     // a solution that was taken before
};

class ProofOfWork {
 public:
  ProofOfWork(std::string key32, Random& random, Time started)
      : key_(std::move(key32)), random_(random), started_(started) {}

  // `tries` is what it takes on average, from 2^15 (0.2 s on a phone) to 2^20 (5 s).
  Challenge make(std::uint64_t network, int tries_log2, Time now) const;
  // Takes the solution: done once, then used.
  WorkState take(std::string_view value, std::string_view solution, std::uint64_t network,
                 Time now);

 private:
  std::string key_;
  Random& random_;
  Time started_;
  Debts used_{std::size_t{1} << 17};
};

inline constexpr int kSolutionNumbers = 8;  // several easy ones vary less than a hard one
inline constexpr Duration kChallengeLife = std::chrono::minutes(5);

}  // namespace stockbell::commerce
