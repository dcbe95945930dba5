// Does the work of a challenge, as a client would: for tests.
#pragma once
#include "commerce/protection/proof_of_work.h"

namespace stockbell::commerce {

inline std::string solve(const Challenge& challenge) {
  std::string solution;
  int found = 0;
  for (std::uint32_t n = 0; found < challenge.count; ++n)
    if (is_solution(challenge.seed, n, challenge.bits)) {
      solution += (found++ ? "." : "") + std::to_string(n);
    }
  return solution;
}

}  // namespace stockbell::commerce
