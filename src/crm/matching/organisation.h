// Companies and titles made comparable: without their legal form, and by their initials. Pure,
// thread-safe.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::crm::matching {

// Folded, without Inc, Corp, GmbH, "& Co. KG" … at the end and The in front.
std::string read_company(std::string_view text);

// Initials of several words (not of the, of, and …), one word as it is: what an abbreviation and
// its long form have in common.
std::string acronym_of(std::string_view folded);

// 90 when one is the abbreviation of the other, 0 else. Both folded.
int acronym_score(std::string_view a, std::string_view b);

}  // namespace stockbell::crm::matching
