// A whole number in an address or a query. Used by commerce's routes. Pure.
#pragma once
#include <charconv>
#include <cstdint>
#include <string_view>

namespace stockbell::commerce {

// 0 for anything that is not one.
inline std::int64_t whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace stockbell::commerce
