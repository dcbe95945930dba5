// How alike two short texts are. All take folded text (lower case ASCII, see folding.h), are pure
// and thread-safe, and cost at most length × length steps; longer texts than kFieldOctets are the
// caller's to cut.
#pragma once
#include <string_view>

namespace stockbell::crm::matching {

// 0–1, with Winkler's bonus of 0.1 for each of the first four letters shared.
double jaro_winkler(std::string_view a, std::string_view b);

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
int edit_distance(std::string_view a, std::string_view b);

// 0–100: like edit distance, but what fingers do to a word costs half: the neighbour of a key
// (QWERTY; y and z for QWERTZ), two letters swapped, one doubled or left out inside the word.
int keyboard_score(std::string_view a, std::string_view b);

}  // namespace stockbell::crm::matching
