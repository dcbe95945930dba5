#include "crm/contacts/contact_rules.h"

#include <boost/json/serialize.hpp>

#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::crm::contacts {
namespace {

constexpr std::size_t kMostOctets = 1024 * 1024;
constexpr std::size_t kMostRules = 20;

std::unexpected<Error> invalid(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "contact-rules-invalid", std::move(message), std::move(field));
}

matching::DuplicateRule email_duplicates() {
  matching::DuplicateRule rule;
  rule.name = "email_duplicates";
  rule.label = "Contacts with the same e-mail address";
  rule.matching_rule = kEmailFirst;
  return rule;
}

// Every rule that is named is there: the configured ones, and shipped ones when they are used.
Result<> take_shipped(ContactRules& rules, std::string_view name, const std::string& field) {
  if (rules.find(name)) return {};
  auto shipped = matching::shipped_rule(name);
  if (!shipped) return invalid(fmt::format("there is no matching rule \"{}\"", name), field);
  rules.matching_rules.push_back(std::move(*shipped));
  return {};
}

Result<std::vector<boost::json::value>> list_of(const boost::json::object& json,
                                                std::string_view name) {
  const auto* member = json.if_contains(name);
  if (!member) return std::vector<boost::json::value>();
  if (!member->is_array() || member->as_array().size() > kMostRules)
    return invalid(fmt::format("{} is a list of at most {} rules", name, kMostRules),
                   std::string(name));
  return std::vector<boost::json::value>(member->as_array().begin(), member->as_array().end());
}

std::unexpected<Error> at_place(Error error, std::string_view list, std::size_t index) {
  error.field = error.field.empty() ? fmt::format("{}[{}]", list, index)
                                    : fmt::format("{}[{}].{}", list, index, error.field);
  return fail(std::move(error));
}

Result<> read_matching_rules(const boost::json::object& json, ContactRules& rules) {
  SB_TRY(list, list_of(json, "matching_rules"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto rule = matching::parse_match_rule(boost::json::serialize(list[i]));
    if (!rule) return at_place(std::move(rule).error(), "matching_rules", i);
    if (rules.find(rule->name))
      return invalid(fmt::format("two matching rules are called \"{}\"", rule->name),
                     fmt::format("matching_rules[{}].name", i));
    rules.matching_rules.push_back(std::move(*rule));
  }
  return {};
}

Result<> read_duplicate_rules(const boost::json::object& json, ContactRules& rules) {
  if (!json.contains("duplicate_rules")) {
    rules.duplicate_rules = default_rules().duplicate_rules;
    return {};
  }
  SB_TRY(list, list_of(json, "duplicate_rules"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto rule = matching::parse_duplicate_rule(boost::json::serialize(list[i]));
    if (!rule) return at_place(std::move(rule).error(), "duplicate_rules", i);
    rules.duplicate_rules.push_back(std::move(*rule));
  }
  return {};
}

}  // namespace

const matching::MatchRule* ContactRules::find(std::string_view name) const {
  const auto found = std::ranges::find(matching_rules, name, &matching::MatchRule::name);
  return found == matching_rules.end() ? nullptr : &*found;
}

std::string ContactOptions::site_group_of(std::string_view site) const {
  const auto found = site_groups.find(std::string(site));
  return found == site_groups.end() ? std::string(kDefaultSiteGroup) : found->second;
}

ContactRules default_rules() {
  ContactRules rules;
  rules.matching_rules.push_back(matching::shipped_rule(kEmailFirst).value());
  rules.duplicate_rules.push_back(email_duplicates());
  return rules;
}

Result<ContactRules> parse_rules(std::string_view text) {
  SB_TRY(json, text::parse_json_object(text, kMostOctets));
  for (const auto& member : json)
    if (member.key() != "resolution" && member.key() != "matching_rules" &&
        member.key() != "duplicate_rules")
      return invalid("the members are resolution, matching_rules and duplicate_rules",
                     std::string(member.key()));
  ContactRules rules;
  SB_TRY(resolution, text::find_text(json, "resolution"));
  if (resolution) rules.resolution = *resolution;
  SB_CHECK(read_matching_rules(json, rules));
  SB_CHECK(read_duplicate_rules(json, rules));
  SB_CHECK(take_shipped(rules, rules.resolution, "resolution"));
  for (std::size_t i = 0; i < rules.duplicate_rules.size(); ++i)
    SB_CHECK(take_shipped(rules, rules.duplicate_rules[i].matching_rule,
                          fmt::format("duplicate_rules[{}].matching_rule", i)));
  return rules;
}

std::span<const TextField> text_fields() {
  static constexpr TextField kFields[] = {
      {"FirstName", "first_name", "First name", &Contact::first_name},
      {"LastName", "last_name", "Last name", &Contact::last_name},
      {"Email", "email", "E-mail", &Contact::email},
      {"Title", "title", "Title", &Contact::title},
      {"Phone", "phone", "Phone", &Contact::phone},
      {"MobilePhone", "mobile_phone", "Mobile phone", &Contact::mobile_phone},
      {"MailingStreet", "mailing_street", "Street", &Contact::street},
      {"MailingCity", "mailing_city", "City", &Contact::city},
      {"MailingState", "mailing_state", "State", &Contact::state},
      {"MailingPostalCode", "mailing_postal_code", "Postal code", &Contact::postal_code},
      {"MailingCountry", "mailing_country", "Country", &Contact::country},
      {"B2C_Customer_ID__c", "b2c_customer_id", "Shop customer id", &Contact::b2c_customer_id},
      {"B2C_Customer_No__c", "b2c_customer_no", "Shop customer number", &Contact::b2c_customer_no},
      {"B2C_CustomerList_ID__c", "b2c_customer_list_id", "Shop customer list",
       &Contact::b2c_list_id},
  };
  return kFields;
}

Contact contact_from(const NotificationRequest& request, std::string site_group) {
  Contact contact;
  contact.site_group = std::move(site_group);
  contact.email = request.email;
  contact.email_normalized = request.email_normalized;
  // Anybody can type into the form of another's mailbox; it would greet that person later.
  if (!request.needs_confirmation) {
    contact.first_name = request.first_name;
    contact.last_name = request.last_name;
  }
  contact.phone = request.phone;
  return contact;
}

matching::ContactFields fields_of(const Contact& contact) {
  matching::ContactFields fields;
  fields.id = contact.id;
  fields.first_name = contact.first_name;
  fields.last_name = contact.last_name;
  fields.title = contact.title;
  fields.company = contact.company;
  fields.email = contact.email_normalized;
  fields.phone = contact.phone.empty() ? contact.mobile_phone : contact.phone;
  fields.street = contact.street;
  fields.city = contact.city;
  fields.postal_code = contact.postal_code;
  fields.country = contact.country;
  fields.b2c_customer_id = contact.b2c_customer_id;
  fields.b2c_customer_no = contact.b2c_customer_no;
  fields.b2c_list_id = contact.b2c_list_id;
  fields.site_group = contact.site_group;
  fields.last_modified = contact.modified_at;
  return fields;
}

bool fill_missing(Contact& known, const Contact& news) {
  bool filled = false;
  const auto fill = [&](std::string Contact::* member) {
    if (!(known.*member).empty() || (news.*member).empty()) return;
    known.*member = news.*member;
    filled = true;
  };
  // A name is taken as a whole: no first name of one person before the last name of another.
  const bool nameless = known.last_name.empty() || known.last_name == kUnknownLastName;
  const bool named = !news.last_name.empty() && news.last_name != kUnknownLastName;
  if (nameless && named) {
    known.last_name = news.last_name;
    if (!news.first_name.empty()) known.first_name = news.first_name;
    filled = true;
  } else if (nameless || known.last_name == news.last_name) {
    fill(&Contact::first_name);
  }
  const bool no_address = known.street.empty() && known.city.empty() && known.postal_code.empty();
  for (const auto member :
       {&Contact::title, &Contact::phone, &Contact::mobile_phone, &Contact::b2c_customer_id,
        &Contact::b2c_customer_no, &Contact::b2c_list_id})
    fill(member);
  if (no_address)
    for (const auto member : {&Contact::street, &Contact::city, &Contact::state,
                              &Contact::postal_code, &Contact::country})
      fill(member);
  if (known.email.empty() && !news.email.empty()) {
    known.email = news.email;
    known.email_normalized = news.email_normalized;
    filled = true;
  }
  if (known.account == 0 && news.account != 0) {
    known.account = news.account;
    filled = true;
  }
  return filled;
}

std::string full_name(const Contact& contact) {
  return text::trim(contact.first_name + " " + contact.last_name);
}

}  // namespace stockbell::crm::contacts
