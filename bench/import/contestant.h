// What is asked of every contestant: seconds from the feed lying on the disk until its restocks,
// and until its matches, are synced; and how many of each, which must be right.
#pragma once
#include <cstdint>

namespace stockbell::bench {

struct ImportTimes {
  double restocks_s = 0, matches_s = 0;
  std::int64_t restocks = 0, matches = 0;
};

}  // namespace stockbell::bench
