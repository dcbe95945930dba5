// The stored list of name variants: Jon and Jonathan, Bob and Robert, Sepp and Josef. What the list
// does not hold is no variant, however alike it looks (Raj and Rajesh). Pure, thread-safe.
#pragma once
#include <string_view>

namespace stockbell::crm::matching {

// Both folded first names, one word each. A name is a variant of itself if the list holds it.
bool name_variants(std::string_view a, std::string_view b);

}  // namespace stockbell::crm::matching
