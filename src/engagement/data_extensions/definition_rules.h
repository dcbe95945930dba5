// What a data extension of one's own may look like (reference 6.3). Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

inline constexpr std::size_t kMostColumns = 200;
inline constexpr std::size_t kMostExtensions = 1000;

// Fills what was left open (lengths, the key's columns are never null) and checks the rest. Errors:
// invalid, "data-extension-invalid", naming the member.
Result<> check_definition(DataExtension& extension);

}  // namespace stockbell::engagement
