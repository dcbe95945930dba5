// How well a rule tells the labelled pairs apart. As in the store, a pair is found only if a stored
// key and a probe meet; then the rule decides. One thread.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "matching/labelled_pairs.h"

namespace stockbell::bench {

struct KindQuality {
  PairKind kind;
  std::size_t pairs = 0;
  std::size_t called_same = 0;
  std::size_t beyond_keys = 0;  // the rule would say so, but no key leads there
};

struct Quality {
  std::string rule;
  std::vector<KindQuality> kinds;
  double precision() const;                   // of those called the same, how many are
  double recall() const;                      // of the same, how many were called so
  double share(std::string_view kind) const;  // called the same, 0–1
};

// The shipped rule of this name; "exact" is the naive baseline: equal names and e-mail, without
// case.
Quality measure_quality(const std::string& rule, std::size_t pairs_per_kind, std::uint64_t seed);

}  // namespace stockbell::bench
