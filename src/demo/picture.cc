#include "demo/picture.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "demo/drawings.h"
#include "fmt/format.h"

namespace stockbell::demo {
namespace {

struct Rgb {
  int r, g, b;
};

Rgb parse_hex(std::string_view hex) {
  const auto value = std::strtol(std::string(hex.substr(1)).c_str(), nullptr, 16);
  return {static_cast<int>(value >> 16 & 255), static_cast<int>(value >> 8 & 255),
          static_cast<int>(value & 255)};
}

// part = 0 keeps `a`, 1 is `b`.
std::string mix(Rgb a, Rgb b, double part) {
  auto blend = [&](int x, int y) { return static_cast<int>(x + (y - x) * part); };
  return fmt::format("#{:02x}{:02x}{:02x}", blend(a.r, b.r), blend(a.g, b.g), blend(a.b, b.b));
}

// Replaces $c, $d, $l, $k, $w in a drawing by the picture's colours.
std::string paint(std::string_view drawing,
                  const std::array<std::pair<char, std::string>, 5>& inks) {
  std::string out;
  for (std::size_t i = 0; i < drawing.size(); ++i) {
    if (drawing[i] == '$' && i + 1 < drawing.size()) {
      auto ink = std::find_if(inks.begin(), inks.end(),
                              [&](auto& row) { return row.first == drawing[i + 1]; });
      if (ink != inks.end()) {
        out += ink->second;
        ++i;
        continue;
      }
    }
    out += drawing[i];
  }
  return out;
}

constexpr std::string_view kPatterns[] = {
    "",
    R"svg(<pattern id="p" width="26" height="26" patternUnits="userSpaceOnUse"><rect width="26" height="9" fill="#fff" opacity=".22"/></pattern>)svg",
    R"svg(<pattern id="p" width="22" height="22" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><circle cx="11" cy="11" r="2.6" fill="#fff" opacity=".5"/></pattern>)svg",
    R"svg(<pattern id="p" width="34" height="34" patternUnits="userSpaceOnUse"><path d="M0 8h34M8 0v34" stroke="#000" stroke-width="7" opacity=".10"/><path d="M0 25h34M25 0v34" stroke="#fff" stroke-width="2" opacity=".35"/></pattern>)svg"};

}  // namespace

std::string draw_picture(std::string_view kind, std::string_view hex, int pattern,
                         std::string_view title) {
  const Rgb base = parse_hex(hex), white{255, 255, 255}, black{24, 22, 30}, sand{246, 242, 235};
  const bool pale = base.r + base.g + base.b > 560;
  const std::array<std::pair<char, std::string>, 5> inks{
      {{'c', std::string(hex)},
       {'d', mix(base, black, 0.28)},
       {'l', mix(base, white, 0.22)},
       {'k', mix(base, black, pale ? 0.55 : 0.62)},
       {'w', mix(base, sand, 0.90)}}};
  const Drawing& drawing = drawing_of(kind);
  const auto overlay =
      pattern > 0 && drawing.patterned
          ? R"svg(<rect width="400" height="400" fill="url(#p)" clip-path="url(#s)"/>)svg"
          : "";
  return fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="800" height="800" role="img">)svg"
      "<title>{title}</title><defs>"
      R"svg(<radialGradient id="g" cx=".5" cy=".42" r=".75"><stop offset="0" stop-color="{light}"/><stop offset="1" stop-color="{edge}"/></radialGradient>)svg"
      R"svg(<linearGradient id="b" x1=".1" y1="0" x2=".5" y2="1"><stop offset="0" stop-color="{l}"/><stop offset=".55" stop-color="{c}"/><stop offset="1" stop-color="{d}"/></linearGradient>)svg"
      R"svg(<linearGradient id="h" x1="0" x2="1"><stop offset="0" stop-color="#fff" stop-opacity=".16"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".20"/></linearGradient>)svg"
      R"svg(<radialGradient id="o"><stop offset="0" stop-color="#1b1620" stop-opacity=".30"/><stop offset="1" stop-color="#1b1620" stop-opacity="0"/></radialGradient>)svg"
      R"svg({pattern}<clipPath id="s"><path d="{shape}"/></clipPath></defs>)svg"
      R"svg(<rect width="400" height="400" fill="url(#g)"/><ellipse cx="200" cy="{ground}" rx="150" ry="17" fill="url(#o)"/>)svg"
      R"svg({behind}<path d="{shape}" fill="url(#b)"/>{overlay}<path d="{shape}" fill="url(#h)"/>{details}</svg>)svg"
      "\n",
      fmt::arg("title", title), fmt::arg("light", mix(base, Rgb{253, 251, 247}, 0.93)),
      fmt::arg("edge", mix(base, Rgb{236, 230, 221}, 0.84)), fmt::arg("l", inks[2].second),
      fmt::arg("c", hex), fmt::arg("d", inks[1].second),
      fmt::arg("pattern", kPatterns[drawing.patterned ? pattern : 0]),
      fmt::arg("shape", drawing.shape), fmt::arg("ground", drawing.ground),
      fmt::arg("behind", paint(drawing.behind, inks)), fmt::arg("overlay", overlay),
      fmt::arg("details", paint(drawing.details, inks)));
}

}  // namespace stockbell::demo
