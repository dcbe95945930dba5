// What the demo shop sells: kinds of products with their words, sizes and prices, and the colours
// they come in.
#pragma once
#include <array>
#include <span>
#include <string_view>

namespace stockbell::demo {

struct Color {
  std::string_view name, code, hex;  // "Navy", "NAV", "#2b3f63"
};

struct Kind {
  std::string_view key;       // also the drawing: "crew-sweater"
  std::string_view category;  // "Knitwear"
  std::string_view noun;      // "Crew Sweater"
  std::array<std::string_view, 3> materials;
  std::span<const std::string_view> sizes;  // empty: one size
  int most_colors;                          // 0: no colours to choose from
  int price_from, price_to;                 // whole euros
  std::string_view praise;                  // a sentence of the description
};

std::span<const Kind> kinds();
std::span<const Color> colors();
std::span<const std::string_view> series();   // "Fjord", "Harbour", ...
std::span<const std::string_view> details();  // a closing sentence of the description

}  // namespace stockbell::demo
