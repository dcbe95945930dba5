// What the matching rules look at and what they answer. Plain values; used by crm/contacts, which
// reads and writes the store. Step 4.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/id.h"

namespace stockbell::crm::matching {

enum class Field {
  first_name,
  last_name,
  title,
  company,
  email,
  phone,
  street,
  city,
  postal_code,
  country,
  b2c_customer_id,
  b2c_customer_no,
  b2c_list_id,
  site_group,
};

// One side of a comparison. An empty text is a blank. E-mails are compared as
// text::parse_email().normalized has them; both forms may be given. No field longer than
// kFieldOctets is looked at beyond that.
struct ContactFields {
  ContactId id;  // none for what just came in
  std::string first_name, last_name, title, company;
  std::string email, phone;
  std::string street, city, postal_code, country;
  std::string b2c_customer_id, b2c_customer_no, b2c_list_id;
  std::string site_group;
  Time last_modified{};
};
inline constexpr std::size_t kFieldOctets = 512;

const std::string& text_of(const ContactFields& fields, Field field);

// A row of the table contact_match_key (key BIGINT, contact BIGINT): the contacts that share a key
// with an incoming one are the candidates. Everything that a rule's filter needs beyond the key's
// own parts is hashed into it (see MatchRule::lanes), so a key leads to few contacts however many
// there are: there are thousands of "J, SM0, gmail.com", but few of them in one street.
struct MatchKey {
  std::int64_t hash = 0;  // bits of a 64-bit hash; the same in every process and version
  auto operator<=>(const MatchKey&) const = default;
};

struct Match {
  std::size_t candidate = 0;  // index into the candidates
  int score = 0;              // 0–100: the mean of the scores that satisfied the filter
  std::string stage;          // of the rule: which one matched; "" for a rule without stages
};

// What a rule says of all candidates together.
struct Resolution {
  std::vector<Match> matches;  // the best first; of equals the one modified last, then lowest id
  bool ambiguous = false;      // several, and the stage accepts only one: nobody is the winner
  bool contradicted = false;   // somebody matched but for an identifier that differs

  std::optional<std::size_t> winner() const {
    if (matches.empty() || ambiguous) return {};
    return matches.front().candidate;
  }
};

}  // namespace stockbell::crm::matching

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::matching::Field> =
    std::to_array<stockbell::EnumText<stockbell::crm::matching::Field>>({
        {stockbell::crm::matching::Field::first_name, "first_name"},
        {stockbell::crm::matching::Field::last_name, "last_name"},
        {stockbell::crm::matching::Field::title, "title"},
        {stockbell::crm::matching::Field::company, "company"},
        {stockbell::crm::matching::Field::email, "email"},
        {stockbell::crm::matching::Field::phone, "phone"},
        {stockbell::crm::matching::Field::street, "street"},
        {stockbell::crm::matching::Field::city, "city"},
        {stockbell::crm::matching::Field::postal_code, "postal_code"},
        {stockbell::crm::matching::Field::country, "country"},
        {stockbell::crm::matching::Field::b2c_customer_id, "b2c_customer_id"},
        {stockbell::crm::matching::Field::b2c_customer_no, "b2c_customer_no"},
        {stockbell::crm::matching::Field::b2c_list_id, "b2c_list_id"},
        {stockbell::crm::matching::Field::site_group, "site_group"},
    });
