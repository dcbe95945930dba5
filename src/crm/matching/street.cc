#include "crm/matching/street.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "crm/matching/double_metaphone.h"
#include "crm/matching/folding.h"
#include "crm/matching/weighted.h"

namespace stockbell::crm::matching {
namespace {

struct Kind {
  std::string_view word, kind;
};
constexpr auto kKinds = std::to_array<Kind>({
    {"st", "street"},
    {"str", "street"},
    {"street", "street"},
    {"strasse", "street"},
    {"straat", "street"},
    {"rue", "street"},
    {"calle", "street"},
    {"c", "street"},
    {"cl", "street"},
    {"via", "street"},
    {"ulica", "street"},
    {"ul", "street"},
    {"rua", "street"},
    {"gasse", "alley"},
    {"alley", "alley"},
    {"aly", "alley"},
    {"ave", "avenue"},
    {"av", "avenue"},
    {"avenue", "avenue"},
    {"avda", "avenue"},
    {"avenida", "avenue"},
    {"allee", "avenue"},
    {"laan", "avenue"},
    {"viale", "avenue"},
    {"road", "road"},
    {"rd", "road"},
    {"weg", "way"},
    {"way", "way"},
    {"wy", "way"},
    {"chemin", "way"},
    {"ch", "way"},
    {"camino", "way"},
    {"blvd", "boulevard"},
    {"boulevard", "boulevard"},
    {"bd", "boulevard"},
    {"bvd", "boulevard"},
    {"drive", "drive"},
    {"dr", "drive"},
    {"lane", "lane"},
    {"ln", "lane"},
    {"court", "court"},
    {"ct", "court"},
    {"square", "square"},
    {"sq", "square"},
    {"place", "place"},
    {"pl", "place"},
    {"platz", "place"},
    {"plaza", "place"},
    {"plein", "place"},
    {"piazza", "place"},
    {"circle", "circle"},
    {"cir", "circle"},
    {"terrace", "terrace"},
    {"ter", "terrace"},
    {"parkway", "parkway"},
    {"pkwy", "parkway"},
    {"highway", "highway"},
    {"hwy", "highway"},
    {"route", "route"},
    {"rte", "route"},
    {"ring", "ring"},
    {"trail", "trail"},
    {"trl", "trail"},
    {"close", "close"},
    {"crescent", "crescent"},
    {"cres", "crescent"},
    {"quai", "quay"},
    {"quay", "quay"},
});
// What German and Dutch write onto the name.
constexpr auto kAttached = std::to_array<Kind>({
    {"strasse", "street"},
    {"straat", "street"},
    {"str", "street"},
    {"gasse", "alley"},
    {"platz", "place"},
    {"plein", "place"},
    {"allee", "avenue"},
    {"laan", "avenue"},
    {"weg", "way"},
    {"ring", "ring"},
});
constexpr auto kSuites = std::to_array<std::string_view>(
    {"apt", "apartment", "suite", "ste", "unit", "flat", "room", "rm", "whg", "wohnung", "appt",
     "appartement", "piso", "bus", "top"});
struct Direction {
  std::string_view word, letter;
};
constexpr auto kDirections =
    std::to_array<Direction>({{"north", "n"}, {"south", "s"}, {"east", "e"}, {"west", "w"}});
constexpr auto kArticles = std::to_array<std::string_view>(
    {"de", "la", "le", "les", "du", "des", "del", "der", "die", "das", "den", "the", "of", "l"});

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}
bool house_number(std::string_view word) {
  if (word.size() > 1 && word.back() >= 'a' && word.back() <= 'z') word.remove_suffix(1);
  return all_digits(word) && word.size() <= 6;
}

std::optional<std::string_view> kind_of(std::string_view word) {
  auto found = std::ranges::find(kKinds, word, &Kind::word);
  if (found == kKinds.end()) return {};
  return found->kind;
}

using Words = std::vector<std::string>;

void take_suite(Words& words, Street& street) {
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (std::ranges::find(kSuites, words[i]) == kSuites.end()) continue;
    street.suite = words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    return;
  }
}

// In front, or at the end, perhaps with its letter apart ("12 a").
void take_number(Words& words, Street& street) {
  if (words.size() < 2) return;
  if (words.back().size() == 1 && words.size() > 2 && all_digits(words[words.size() - 2]) &&
      !all_digits(words.back())) {
    const auto letter = words.back();
    words.pop_back();
    words.back() += letter;
  }
  if (house_number(words.front())) {
    street.number = words.front();
    words.erase(words.begin());
  } else if (house_number(words.back())) {
    street.number = words.back();
    words.pop_back();
  }
}

// A word of its own, the last one that is a kind (St James Street), or written onto the name.
void take_kind(Words& words, Street& street) {
  if (words.empty()) return;
  for (std::size_t i = words.size(); i-- > 0;) {
    auto kind = kind_of(words[i]);
    if (!kind || words.size() == 1) continue;
    street.kind = *kind;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
  for (const auto& [ending, kind] : kAttached)
    if (words.back().size() > ending.size() + 2 && words.back().ends_with(ending)) {
      words.back().resize(words.back().size() - ending.size());
      street.kind = kind;
      return;
    }
}

}  // namespace

Street read_street(std::string_view text) {
  std::string spelled;
  for (char c : text.substr(0, 512)) {
    if (c == '#')
      spelled += " apt ";
    else
      spelled += c;
  }
  auto words = fold_words(spelled);
  Street street;
  take_suite(words, street);
  take_number(words, street);
  take_kind(words, street);
  for (auto& word : words) {
    if (word == "st") word = "saint";
    auto direction = std::ranges::find(kDirections, word, &Direction::word);
    if (direction != kDirections.end()) word = direction->letter;
    if (words.size() > 1 && std::ranges::find(kArticles, word) != kArticles.end()) continue;
    if (!street.name.empty()) street.name += ' ';
    street.name += word;
    auto sound = double_metaphone(word).primary;
    std::copy_if(word.begin(), word.end(), std::back_inserter(street.sound),
                 [](char c) { return c >= '0' && c <= '9'; });
    street.sound += sound.empty() ? word : sound;
    street.sound += ' ';
  }
  return street;
}

int street_score(const Street& a, const Street& b) {
  if (a.blank() || b.blank()) return 0;
  WeightedMean mean;
  mean.add(50, a.sound == b.sound);
  mean.add_equal(20, a.number, b.number);
  mean.add_equal(15, a.kind, b.kind);
  mean.add_equal(15, a.suite, b.suite);
  return mean.score();
}

std::string read_postal_code(std::string_view text) {
  std::string code;
  for (char c : fold(text.substr(0, 64)))
    if (c != ' ') code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return code;
}

int postal_code_score(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 0;
  const auto american = [](std::string_view code) {
    return all_digits(code) && (code.size() == 5 || code.size() == 9);
  };
  if (!american(a) || !american(b)) return a == b ? 100 : 0;
  WeightedMean mean;
  mean.add_equal(90, a.substr(0, 5), b.substr(0, 5));
  mean.add_equal(10, a.substr(5), b.substr(5));
  return mean.score();
}

}  // namespace stockbell::crm::matching
