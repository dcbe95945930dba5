// libFuzzer's door to the one target linked with it.
#include <cstddef>
#include <cstdint>

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto target = stockbell::fuzz::targets().begin()->second;
  target({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
