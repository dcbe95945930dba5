// What all fuzz targets share: FUZZ_TARGET(name) { ... input ... } defines one, REQUIRE stops at a
// broken promise, Bytes cuts the input into fields. A target is linked alone with fuzz_main.cc for
// libFuzzer, and all of them with replay_test.cc for the corpus.
#pragma once
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace stockbell::fuzz {

using Target = void (*)(std::string_view input);

// The targets linked into this program, by name.
inline std::map<std::string, Target>& targets() {
  static std::map<std::string, Target> all;
  return all;
}

struct Registered {
  Registered(const char* name, Target target) { targets().emplace(name, target); }
};

[[noreturn]] inline void broken(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
  std::abort();
}

// Takes pieces off the front; the rest is never read twice.
class Bytes {
 public:
  explicit Bytes(std::string_view input) : rest_(input) {}
  unsigned char byte() {
    if (rest_.empty()) return 0;
    auto taken = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return taken;
  }
  // Up to the next line feed or the end.
  std::string_view line() {
    auto taken = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(taken.size() + 1, rest_.size()));
    return taken;
  }
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// The input as a file without touching a disk, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content);
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

}  // namespace stockbell::fuzz

#define FUZZ_TARGET(name)                                                         \
  static void fuzz_##name(std::string_view input);                                \
  static const stockbell::fuzz::Registered registered_##name(#name, fuzz_##name); \
  static void fuzz_##name(std::string_view input)

#define REQUIRE(condition) \
  ((condition) ? void() : stockbell::fuzz::broken(#condition, __FILE__, __LINE__))
