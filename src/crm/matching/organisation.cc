#include "crm/matching/organisation.h"

#include <algorithm>
#include <array>

#include "crm/matching/folding.h"

namespace stockbell::crm::matching {
namespace {

constexpr auto kLegalForms = std::to_array<std::string_view>(
    {"inc",  "incorporated", "corp", "corporation", "co",   "company", "ltd", "limited", "llc",
     "llp",  "lp",           "plc",  "gmbh",        "ag",   "kg",      "ohg", "ug",      "se",
     "ev",   "mbh",          "sarl", "sas",         "sasu", "sa",      "sl",  "srl",     "spa",
     "bv",   "nv",           "oy",   "oyj",         "ab",   "as",      "asa", "aps",     "pty",
     "kgaa", "holding",      "cia",  "ltda",        "sro",  "kft",     "and"});
constexpr auto kSmallWords =
    std::to_array<std::string_view>({"the", "of", "and", "for", "de", "der", "und", "et", "y"});

bool small(std::string_view word) {
  return std::ranges::find(kSmallWords, word) != kSmallWords.end();
}

}  // namespace

std::string read_company(std::string_view text) {
  const auto folded = fold(text);
  auto words = split_words(folded);
  while (words.size() > 1 && std::ranges::find(kLegalForms, words.back()) != kLegalForms.end())
    words.pop_back();
  if (words.size() > 1 && words.front() == "the") words.erase(words.begin());
  std::string out;
  for (auto word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::string acronym_of(std::string_view folded) {
  const auto words = split_words(folded);
  if (words.size() < 2) return std::string(folded);
  std::string initials;
  for (auto word : words)
    if (!small(word)) initials += word[0];
  return initials;
}

int acronym_score(std::string_view a, std::string_view b) {
  const bool a_long = a.find(' ') != std::string_view::npos;
  const bool b_long = b.find(' ') != std::string_view::npos;
  if (a.empty() || b.empty() || a_long == b_long) return 0;
  const auto& abbreviation = a_long ? b : a;
  return abbreviation.size() > 1 && acronym_of(a_long ? a : b) == abbreviation ? 90 : 0;
}

}  // namespace stockbell::crm::matching
