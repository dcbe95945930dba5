// What is configured of contacts: which sites share them, by which rule an incoming one is
// resolved, and which duplicate rules watch over them. Immutable values, made once at start; pure
// decisions, thread-safe. Step 4.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/notification_intake.h"
#include "crm/contacts/types.h"
#include "crm/matching/duplicate_rule.h"
#include "crm/matching/match_rule.h"

namespace stockbell::crm::contacts {

// Salesforce requires a last name; this one stands where the shopper gave none.
inline constexpr std::string_view kUnknownLastName = "Unknown";
inline constexpr std::string_view kEmailFirst = "email_first";
inline constexpr std::string_view kDefaultSiteGroup = "default";

struct ContactRules {
  std::string resolution{kEmailFirst};              // a matching rule's name
  std::vector<matching::MatchRule> matching_rules;  // those in use
  std::vector<matching::DuplicateRule> duplicate_rules;

  const matching::MatchRule* find(std::string_view name) const;
};

struct ContactOptions {
  std::map<std::string, std::string> site_groups{};  // site -> group; the others: "default"
  ContactRules rules;

  std::string site_group_of(std::string_view site) const;
};

// E-mail first; a second contact with an address is let in after an alert and reported.
ContactRules default_rules();

// The file crm.rules: {"resolution": "email_first", "matching_rules": [ ... ],
// "duplicate_rules": [ ... ]}, each may be left out. Shipped matching rules need not be listed.
// Errors: invalid; `field` is the JSON path.
Result<ContactRules> parse_rules(std::string_view json);

// What a request says of its contact.
Contact contact_from(const NotificationRequest& request, std::string site_group);

matching::ContactFields fields_of(const Contact& contact);

// Puts what `known` lacks from `news` into it ("Unknown" is a lack, too); false: nothing was
// missing. Never changes what is there.
bool fill_missing(Contact& known, const Contact& news);

std::string full_name(const Contact& contact);

}  // namespace stockbell::crm::contacts
