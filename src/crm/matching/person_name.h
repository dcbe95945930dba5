// A first or last name made comparable. Plain value, made once for each side of a comparison.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "crm/matching/double_metaphone.h"

namespace stockbell::crm::matching {

struct PersonName {
  std::string letters;             // folded, without spaces: "annamaria", "vanderberg"
  std::vector<std::string> words;  // folded; hyphened names are one word, initials are "j"
  std::string generation;          // "jr", "sr", "2", "3" … of a last name, taken off the words
  SoundCode sound;                 // of the letters

  bool blank() const { return letters.empty(); }
};

PersonName read_name(std::string_view text);

// Jr. and Sr. (or nobody says: no contradiction).
bool other_generation(const PersonName& a, const PersonName& b);

// 0–100 each. A blank on either side is 0.
int exact_score(const PersonName& a, const PersonName& b);
// 90: each word of the shorter equals its counterpart or is its initial (J. R., John R., John).
int initials_score(const PersonName& a, const PersonName& b);
// 95: the first words are variants of each other.
int name_variants_score(const PersonName& a, const PersonName& b);
// 95: they sound the same. `given`: first names of two consonants need the same first vowel, too
// (Tim, Tom); last names do not (Meyer, Maier). Not for names of one consonant, nor when different
// vowels begin them: then the code says too little. Nor, as with jaro_winkler_score, when one alone
// ends in an a: that is a woman's name and a man's (Eric, Erica; Mario, Maria).
int metaphone_score(const PersonName& a, const PersonName& b, bool given);
// Jaro-Winkler; 0 when one is the beginning of the other (Raj, Rajesh; Paul, Paula): that is for
// the list of variants to say.
int jaro_winkler_score(const PersonName& a, const PersonName& b);
int keyboard_score(const PersonName& a, const PersonName& b);

}  // namespace stockbell::crm::matching
