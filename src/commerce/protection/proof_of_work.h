// The work a misbehaving client does before its post is taken: find numbers whose SHA-256 begins
// with zero bits. Challenges are signed, bound to the client's network, good for one use and kept
// nowhere; of solved ones a digest is remembered until they run out (8 MiB at most). Thread-safe.
// Step 2.
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
  done,     // solved, and not taken yet
  expired,  // or of before the last start: there is a new one
  wrong,    // not a solution, of another network, or not our challenge
  used,     // solved, but taken before
};

class ProofOfWork {
 public:
  ProofOfWork(std::string_view key32, Random& random, Time started);

  // It takes 2^`effort` tries on average: 15 is 0.2 s on a phone, 20 is 5 s.
  Challenge make(std::uint64_t network, int effort, Time now) const;
  // Changes nothing.
  WorkState check(std::string_view value, std::string_view solution, std::uint64_t network,
                  Time now) const;
  // What was done is used from now on; false: it was already.
  bool use(std::string_view value, Time now);

 private:
  std::string mac(std::string_view payload) const;
  std::string key_;
  Random& random_;
  Time started_;
  Debts used_{std::size_t{1} << 19};
};

inline constexpr int kLeastEffort = 15, kMostEffort = 20;
inline constexpr int kSolutionNumbers = 8;  // several easy ones: less luck in it than in a hard one
inline constexpr Duration kChallengeLife = std::chrono::minutes(5);

// Does SHA-256(seed:number) begin with so many zero bits? For whoever solves in tests and tools.
bool is_solution(std::string_view seed, std::uint32_t number, int bits);

}  // namespace stockbell::commerce
