#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <stdexcept>

namespace stockbell {

std::uint64_t SystemRandom::next() {
  std::uint64_t word;
  while (getrandom(&word, sizeof word, 0) != sizeof word)
    if (errno != EINTR) throw std::runtime_error("getrandom failed");
  return word;
}

}  // namespace stockbell
