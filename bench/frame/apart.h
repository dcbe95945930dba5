// Measures a part of a benchmark in a process of its own: nothing of it stays in the memory of the
// next, and what it takes is its own. One thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>

namespace stockbell::bench {

// Copies `size` bytes out of the process that ran `work`. Throws when the process failed.
void run_apart(const std::function<void(void* found)>& work, void* found, std::size_t size);

template <class Measured>
Measured apart(const std::function<Measured()>& work) {
  static_assert(std::is_trivially_copyable_v<Measured>);
  Measured measured{};
  run_apart([&](void* found) { *static_cast<Measured*>(found) = work(); }, &measured,
            sizeof measured);
  return measured;
}

// Of this process, from the operating system.
double resident_mb();          // now
std::int64_t bytes_written();  // to files, whether they have reached the disk or not

}  // namespace stockbell::bench
