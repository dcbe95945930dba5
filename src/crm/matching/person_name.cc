#include "crm/matching/person_name.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "crm/matching/folding.h"
#include "crm/matching/name_variants.h"
#include "crm/matching/similarity.h"

namespace stockbell::crm::matching {
namespace {

constexpr std::size_t kLongestName = 64;  // the comparisons cost length × length

struct Generation {
  std::string_view word, means;
};
constexpr auto kGenerations = std::to_array<Generation>({
    {"jr", "jr"},
    {"junior", "jr"},
    {"jun", "jr"},
    {"filho", "jr"},
    {"sr", "sr"},
    {"senior", "sr"},
    {"sen", "sr"},
    {"ii", "2"},
    {"iii", "3"},
    {"iv", "4"},
    {"2nd", "2"},
    {"3rd", "3"},
});

// Erica and Eric, Maria and Mario; Sara and Sarah are variants by the list.
bool other_gender(const PersonName& a, const PersonName& b) {
  return a.letters.ends_with('a') != b.letters.ends_with('a');
}

char first_vowel(const PersonName& name) {
  const auto at = name.letters.find_first_of("aeiouy");
  if (at == std::string::npos) return '\0';
  return name.letters[at] == 'y' ? 'i' : name.letters[at];
}

}  // namespace

PersonName read_name(std::string_view text) {
  // A hyphen joins: Jean-Pierre is one name, and Jean is not short for it.
  std::string joined(text);
  std::erase(joined, '-');
  PersonName name;
  name.words = fold_words(joined);
  if (name.words.size() > 1)
    for (const auto& [word, means] : kGenerations)
      if (name.words.back() == word) {
        name.generation = means;
        name.words.pop_back();
        break;
      }
  for (const auto& word : name.words) name.letters += word;
  if (name.letters.size() > kLongestName) name.letters.resize(kLongestName);
  name.sound = double_metaphone(name.letters);
  return name;
}

bool other_generation(const PersonName& a, const PersonName& b) {
  return !a.generation.empty() && !b.generation.empty() && a.generation != b.generation;
}

int exact_score(const PersonName& a, const PersonName& b) {
  return !a.blank() && a.letters == b.letters ? 100 : 0;
}

int initials_score(const PersonName& a, const PersonName& b) {
  const auto shared = std::min(a.words.size(), b.words.size());
  for (std::size_t i = 0; i < shared; ++i) {
    const auto &one = a.words[i], &other = b.words[i];
    const bool initial = (one.size() == 1 || other.size() == 1) && one[0] == other[0];
    if (one != other && !initial) return 0;
  }
  return shared > 0 ? 90 : 0;
}

int name_variants_score(const PersonName& a, const PersonName& b) {
  if (a.blank() || b.blank()) return 0;
  return name_variants(a.words[0], b.words[0]) || name_variants(a.letters, b.letters) ? 95 : 0;
}

int metaphone_score(const PersonName& a, const PersonName& b, bool given) {
  if (a.blank() || b.blank() || other_gender(a, b)) return 0;
  const auto &x = a.sound, &y = b.sound;
  const bool same = x.primary == y.primary || x.primary == y.alternate ||
                    x.alternate == y.primary || x.alternate == y.alternate;
  const auto shorter = std::min(x.primary.size(), y.primary.size());
  if (!same || shorter < 2) return 0;
  if (given && shorter == 2 && first_vowel(a) != first_vowel(b)) return 0;
  if (x.primary[0] == 'A' && a.letters[0] != b.letters[0]) return 0;
  return 95;
}

int jaro_winkler_score(const PersonName& a, const PersonName& b) {
  if (a.letters == b.letters) return exact_score(a, b);
  if (other_gender(a, b) || a.letters.starts_with(b.letters) || b.letters.starts_with(a.letters))
    return 0;
  return static_cast<int>(std::floor(100 * jaro_winkler(a.letters, b.letters)));
}

int keyboard_score(const PersonName& a, const PersonName& b) {
  return keyboard_score(std::string_view(a.letters), std::string_view(b.letters));
}

}  // namespace stockbell::crm::matching
