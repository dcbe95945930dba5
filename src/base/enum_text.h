// Enumerators are spelt as they are stored and sent, from one table per enum:
//   template <> inline constexpr auto stockbell::kEnumText<Color> =
//   std::to_array<EnumText<Color>>({{Color::red, "red"}});
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace stockbell {

template <class E>
struct EnumText {
  E value;
  std::string_view text;
};

template <class E>
inline constexpr std::array<EnumText<E>, 0> kEnumText{};

template <class E>
constexpr std::string_view to_text(E value) {
  for (const auto& row : kEnumText<E>)
    if (row.value == value) return row.text;
  return "?";
}

template <class E>
constexpr std::optional<E> parse_enum(std::string_view text) {
  for (const auto& row : kEnumText<E>)
    if (row.text == text) return row.value;
  return {};
}

}  // namespace stockbell
