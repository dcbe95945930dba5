// Matching and duplicate rules as an operator writes them, their filter, and contacts under them.
#include "crm/matching/duplicate_rule.h"
#include "crm/matching/matching.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::crm::matching;

namespace {

// Fields from the input's lines, the same line for several of them.
ContactFields contact_of(fuzz::Bytes& bytes) {
  ContactFields contact;
  contact.first_name = bytes.line();
  contact.last_name = bytes.line();
  contact.email = bytes.line();
  contact.phone = contact.postal_code = bytes.line();
  contact.street = contact.company = bytes.line();
  contact.title = contact.city = contact.b2c_list_id = contact.first_name;
  return contact;
}

void use(const MatchRule& rule, const ContactFields& a, const ContactFields& b) {
  const auto keys = keys_of(rule, a), probes = probes_of(rule, a);
  REQUIRE(keys.size() <= kMaxKeys && probes.size() <= kMaxKeys);
  REQUIRE(probes.size() == kMaxKeys || std::ranges::includes(probes, keys));
  const auto there = compare(rule, a, b);
  REQUIRE(there.score >= 0 && there.score <= 100);
  for (const auto& field : there.fields) REQUIRE(field.score >= -1 && field.score <= 100);
  const auto found = resolve(rule, a, {&b, 1});
  REQUIRE(found.matches.size() == (there.matched ? 1U : 0U));
}

}  // namespace

// The first line is a filter, the next ten are two contacts, the rest is a rule.
FUZZ_TARGET(matching_rule) {
  static const auto standard = *shipped_rule("standard_contact");
  static const auto resolution = *shipped_rule("contact_resolution");
  fuzz::Bytes bytes(input);
  const auto filter = Filter::parse(bytes.line(), 9);
  if (filter) {
    const auto text = filter->to_text();
    const auto again = Filter::parse(text, 9);
    REQUIRE(again.has_value() || text.size() > kMaxFilterOctets);
    for (unsigned truth : {0U, 0x155U, 0x0F3U, 0x1FFU}) {
      auto satisfied = [&](std::size_t n) { return (truth >> n & 1) != 0; };
      if (again) REQUIRE(filter->holds(satisfied) == again->holds(satisfied));
    }
    REQUIRE(!filter->holds([](std::size_t) { return false; }));
  }
  const auto a = contact_of(bytes), b = contact_of(bytes);
  use(standard, a, b);
  use(resolution, a, b);
  const auto rule = parse_match_rule(bytes.rest());
  if (rule) use(*rule, a, b);
  const auto duplicate = parse_duplicate_rule(bytes.rest());
  if (duplicate) static_cast<void>(duplicate->applies_to(a));
}
