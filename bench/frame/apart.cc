#include "frame/apart.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <vector>

namespace stockbell::bench {

void run_apart(const std::function<void(void*)>& work, void* found, std::size_t size) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const auto child = ::fork();
  if (child == 0) {
    std::vector<std::max_align_t> room(size / sizeof(std::max_align_t) + 1);
    int code = 0;
    try {
      work(room.data());
    } catch (const std::exception& failed) {
      fmt::print(stderr, "bench: {}\n", failed.what());
      code = 1;
    }
    const auto sent = code == 0 ? ::write(ends[1], room.data(), size) : 0;
    ::_exit(code == 0 && sent != static_cast<ssize_t>(size) ? 1 : code);
  }
  ::close(ends[1]);
  const auto taken = ::read(ends[0], found, size);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0 || taken != static_cast<ssize_t>(size))
    throw std::runtime_error("a part of the benchmark failed");
}

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  std::int64_t whole = 0, resident = 0;
  in >> whole >> resident;
  return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

std::int64_t bytes_written() {
  std::ifstream in("/proc/self/io");
  std::string name;
  std::int64_t value = 0;
  while (in >> name >> value)
    if (name == "wchar:") return value;
  throw std::runtime_error("/proc/self/io tells nothing");
}

}  // namespace stockbell::bench
