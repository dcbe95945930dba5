// Draws a product as an SVG picture: a silhouette of its kind in its colour, with light, shade and
// a pattern. Deterministic.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::demo {

// `kind` is a Kind's key, `hex` like "#2b3f63", `pattern` 0..3 (0 plain). `title` is what a screen
// reader says.
std::string draw_picture(std::string_view kind, std::string_view hex, int pattern,
                         std::string_view title);

}  // namespace stockbell::demo
