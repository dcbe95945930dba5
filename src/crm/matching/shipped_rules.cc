#include <array>

#include "crm/matching/match_rule.h"

namespace stockbell::crm::matching {
namespace {

struct Shipped {
  std::string_view name, text;
};

// The seven lines of the standard equation, each of which asks for both names, in one:
// title and company; e-mail; phone; street with title, city or postal code. The others follow.
// Two match keys reach further than the standard's: the one of the phone holds no initial, so that
// Bill is found as William, and there is one of street and house number.
constexpr std::string_view kStandardContact = R"({
  "name": "standard_contact",
  "label": "Standard contact rule: the same person, though spelled differently",
  "transposed_names": true,
  "default_last_name": "Unknown",
  "keys": [
    {"name": "email", "selective": true,
     "parts": [{"field": "email", "part": "local"}, {"field": "email", "part": "domain"}]},
    {"name": "initial_surname_host",
     "parts": [{"field": "first_name", "part": "words", "words": 1, "letters": 1},
               {"field": "last_name", "part": "metaphone"}, {"field": "email", "part": "host"}]},
    {"name": "initial_surname_company",
     "parts": [{"field": "first_name", "part": "words", "words": 1, "letters": 1},
               {"field": "last_name", "part": "metaphone"},
               {"field": "company", "part": "words", "words": 2, "letters": 5}]},
    {"name": "surname_phone", "selective": true,
     "parts": [{"field": "last_name", "part": "metaphone"},
               {"field": "phone", "part": "without_last_four"}]},
    {"name": "surname_street", "selective": true,
     "parts": [{"field": "last_name", "part": "metaphone"},
               {"field": "street", "part": "street_line"}]}
  ],
  "fields": [
    {"field": "first_name", "threshold": 85, "blank": "ignore",
     "methods": ["exact", "initials", "name_variants", "metaphone", "jaro_winkler"]},
    {"field": "last_name", "threshold": 90, "blank": "ignore",
     "methods": ["exact", "metaphone", "keyboard_distance"]},
    {"field": "title", "threshold": 50, "methods": ["exact", "acronym"]},
    {"field": "company", "threshold": 70, "methods": ["exact", "acronym", "edit_distance"]},
    {"field": "email", "threshold": 100, "methods": ["exact"]},
    {"field": "phone", "threshold": 80, "methods": ["phone"]},
    {"field": "street", "threshold": 80, "methods": ["street"]},
    {"field": "city", "threshold": 85, "methods": ["exact", "edit_distance"]},
    {"field": "postal_code", "threshold": 80, "methods": ["postal_code"]}
  ],
  "filter": "(5 OR 6 OR (3 AND 4) OR (7 AND (3 OR 8 OR 9))) AND 1 AND 2"
})";

constexpr std::string_view kContactResolution = R"({
  "name": "contact_resolution",
  "label": "Contact resolution: identifiers of the shop first, then the address",
  "default_last_name": "Unknown",
  "keys": [
    {"name": "customer_id", "selective": true, "parts": [{"field": "b2c_customer_id"}]},
    {"name": "list_customer_no", "selective": true,
     "parts": [{"field": "b2c_list_id"}, {"field": "b2c_customer_no"}]},
    {"name": "email", "selective": true, "parts": [{"field": "email"}]}
  ],
  "fields": [
    {"field": "b2c_customer_id"},
    {"field": "b2c_list_id"},
    {"field": "b2c_customer_no"},
    {"field": "email"},
    {"field": "last_name"},
    {"field": "last_name", "blank": "either"},
    {"field": "b2c_list_id", "blank": "either"}
  ],
  "stages": [
    {"name": "customer_id", "filter": "1",
     "unless_contradicted": ["b2c_list_id", "b2c_customer_no"]},
    {"name": "list_customer_no", "filter": "2 AND 3",
     "unless_contradicted": ["b2c_customer_id"]},
    {"name": "list_last_name_email", "filter": "2 AND 4 AND 5",
     "unless_contradicted": ["b2c_customer_id", "b2c_customer_no"]},
    {"name": "list_default_last_name_email", "filter": "2 AND 4 AND 6",
     "unless_contradicted": ["b2c_customer_id", "b2c_customer_no"]},
    {"name": "list_email", "filter": "2 AND 4",
     "unless_contradicted": ["b2c_customer_id", "b2c_customer_no"]},
    {"name": "last_name_email", "filter": "4 AND 5 AND 7", "only_one": true,
     "unless_contradicted": ["b2c_customer_id", "b2c_customer_no"]},
    {"name": "email", "filter": "4 AND 7", "only_one": true,
     "unless_contradicted": ["b2c_customer_id", "b2c_customer_no"]}
  ]
})";

constexpr std::string_view kEmailFirst = R"({
  "name": "email_first",
  "label": "E-mail first: one address, one contact",
  "keys": [{"name": "email", "selective": true, "parts": [{"field": "email"}]}],
  "fields": [{"field": "email"}],
  "filter": "1"
})";

constexpr auto kShipped = std::to_array<Shipped>({{"email_first", kEmailFirst},
                                                  {"standard_contact", kStandardContact},
                                                  {"contact_resolution", kContactResolution}});

}  // namespace

std::string_view shipped_rule_text(std::string_view name) {
  for (const auto& shipped : kShipped)
    if (shipped.name == name) return shipped.text;
  return {};
}

std::vector<std::string_view> shipped_rule_names() {
  std::vector<std::string_view> names;
  for (const auto& shipped : kShipped) names.push_back(shipped.name);
  return names;
}

Result<MatchRule> shipped_rule(std::string_view name) {
  const auto text = shipped_rule_text(name);
  if (text.empty())
    return fail(ErrorCode::not_found, "match-rule-unknown",
                "there is no such matching rule; shipped are email_first, standard_contact and "
                "contact_resolution",
                "rule");
  return parse_match_rule(text);
}

}  // namespace stockbell::crm::matching
