// The silhouettes of the demo shop on a 400 × 400 sheet. In `behind` and `details` $c is the
// product's colour, $d darker, $l lighter, $k dark line, $w nearly white.
#pragma once
#include <string_view>

namespace stockbell::demo {

struct Drawing {
  std::string_view kind;
  std::string_view shape;  // path data, filled with the colour's gradient, shade and pattern
  std::string_view behind;
  std::string_view details;
  int ground = 348;  // y of the shadow
  bool patterned = true;
};

// Of an unknown kind: the cushion.
const Drawing& drawing_of(std::string_view kind);

}  // namespace stockbell::demo
