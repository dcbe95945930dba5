// A matching rule as data: match keys (which contacts to look at), fields with methods and
// thresholds, and a filter over them. Read from JSON with parse_match_rule (docs/matching.md has
// the form); shipped ones come from shipped_rule. Immutable values, shared freely among threads.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/matching/filter.h"
#include "crm/matching/types.h"

namespace stockbell::crm::matching {

// How two values of a field are compared; each gives 0–100.
enum class Method {
  exact,              // equal after the field's normalisation
  initials,           // one is the initial of the other: J. and John
  name_variants,      // in one group of the stored list: Jon and Jonathan
  jaro_winkler,       // similarity, 0–100
  metaphone,          // same code of double metaphone
  keyboard_distance,  // typing slips: neighbouring keys, swapped, doubled or missing letters
  acronym,            // IBM and International Business Machines
  edit_distance,      // 100 × (1 − Damerau–Levenshtein ÷ length)
  phone,              // weighted: country 10, area 50, next three 30, last four 10
  street,             // weighted: name 50, number 20, suffix 15, suite 15
  postal_code,        // weighted: first five 90, next four 10
};

enum class Combine { maximum, weighted_mean };

// What a blank says.
enum class Blank {
  no_match,  // nothing: the field is not satisfied
  match,     // both blank is satisfied, one blank is not
  either,    // a blank on either side is satisfied
  ignore,    // the same, but only when the e-mails are equal
};

struct WeightedMethod {
  Method method;
  int weight = 1;  // of a weighted mean
};

struct FieldRule {
  Field field;
  std::vector<WeightedMethod> methods;
  Combine combine = Combine::maximum;
  int threshold = 100;  // 0–100: satisfied from here on
  Blank blank = Blank::no_match;
};

// The part of a field that goes into a match key. A blank part: no key.
enum class Part {
  all,                // the normalised value
  words,              // the first `words` words, `letters` letters of each
  metaphone,          // primary code of double metaphone
  local,              // of an e-mail, without underscores
  host,               // of an e-mail
  domain,             // of an e-mail: the last two labels of the host
  without_last_four,  // of a phone: area and the three that follow, without country
  street_name,        // of a street: how its name sounds
  street_line,        // the same with the house number: 123 MPL
  first_letters,      // the first `letters` letters
  acronym,            // of a company or title
};

struct KeyPart {
  Field field;
  Part part = Part::all;
  int words = 1;
  int letters = 1;
  bool operator==(const KeyPart&) const = default;
};

struct KeyRule {
  std::string name;
  std::vector<KeyPart> parts;
  bool selective = false;  // leads to few contacts by itself: no lane is added to it
};

// A step of a cascade: the first stage that somebody satisfies decides.
struct Stage {
  std::string name;
  Filter filter;
  std::vector<Field> unless_contradicted;  // given on both sides and different: not that one
  bool only_one = false;                   // more than one is ambiguous
};

struct MatchRule {
  std::string name;
  std::string label;
  bool within_site_group = true;  // contacts of other site groups are strangers
  bool transposed_names = false;  // try first and last name exchanged, too
  std::string default_last_name;  // stands for a blank: "Unknown"
  std::vector<KeyRule> keys;
  std::vector<FieldRule> fields;  // number n of the filter is fields[n - 1]
  std::vector<Stage> stages;      // at least one; a plain rule has one without a name

  // Worked out by the parser. No filter can be satisfied unless one of these fields has the same
  // projection on both sides (an equal e-mail, an equal area code …); empty: no such set is known.
  // A key is stored once for each, except where another key already follows from it.
  std::vector<KeyPart> lanes;
  struct StoredKey {
    std::size_t key;  // index into keys
    int lane;         // index into lanes; -1: the key alone
  };
  std::vector<StoredKey> stored_keys;
};

inline constexpr std::size_t kMaxRuleOctets = 64 * 1024;

// Errors: invalid, reason "match-rule-invalid", `field` is the JSON path ("fields[2].threshold"),
// the message says what is there and what would be right.
Result<MatchRule> parse_match_rule(std::string_view json);

// "standard_contact", "contact_resolution", "email_first"; not_found for another name.
Result<MatchRule> shipped_rule(std::string_view name);
std::vector<std::string_view> shipped_rule_names();
std::string_view shipped_rule_text(std::string_view name);  // its JSON; "" when there is none

}  // namespace stockbell::crm::matching

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::Method> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::Method>>({
        {stockbell::crm::matching::Method::exact, "exact"},
        {stockbell::crm::matching::Method::initials, "initials"},
        {stockbell::crm::matching::Method::name_variants, "name_variants"},
        {stockbell::crm::matching::Method::jaro_winkler, "jaro_winkler"},
        {stockbell::crm::matching::Method::metaphone, "metaphone"},
        {stockbell::crm::matching::Method::keyboard_distance, "keyboard_distance"},
        {stockbell::crm::matching::Method::acronym, "acronym"},
        {stockbell::crm::matching::Method::edit_distance, "edit_distance"},
        {stockbell::crm::matching::Method::phone, "phone"},
        {stockbell::crm::matching::Method::street, "street"},
        {stockbell::crm::matching::Method::postal_code, "postal_code"},
    });

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::Combine> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::Combine>>({
        {stockbell::crm::matching::Combine::maximum, "maximum"},
        {stockbell::crm::matching::Combine::weighted_mean, "weighted_mean"},
    });

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::Blank> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::Blank>>({
        {stockbell::crm::matching::Blank::no_match, "no_match"},
        {stockbell::crm::matching::Blank::match, "match"},
        {stockbell::crm::matching::Blank::either, "either"},
        {stockbell::crm::matching::Blank::ignore, "ignore"},
    });

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::Part> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::Part>>({
        {stockbell::crm::matching::Part::all, "all"},
        {stockbell::crm::matching::Part::words, "words"},
        {stockbell::crm::matching::Part::metaphone, "metaphone"},
        {stockbell::crm::matching::Part::local, "local"},
        {stockbell::crm::matching::Part::host, "host"},
        {stockbell::crm::matching::Part::domain, "domain"},
        {stockbell::crm::matching::Part::without_last_four, "without_last_four"},
        {stockbell::crm::matching::Part::street_name, "street_name"},
        {stockbell::crm::matching::Part::street_line, "street_line"},
        {stockbell::crm::matching::Part::first_letters, "first_letters"},
        {stockbell::crm::matching::Part::acronym, "acronym"},
    });
