#include <sys/mman.h>

#include "fuzz/fuzz.h"

namespace stockbell::fuzz {

MemoryFile::MemoryFile(std::string_view content) : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
  REQUIRE(fd_ >= 0);
  while (!content.empty()) {
    auto written = ::write(fd_, content.data(), content.size());
    REQUIRE(written > 0);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  REQUIRE(::lseek(fd_, 0, SEEK_SET) == 0);
}

}  // namespace stockbell::fuzz
