#include "crm/matching/prepared.h"

#include "crm/matching/folding.h"
#include "crm/matching/organisation.h"
#include "platform/text/text.h"

namespace stockbell::crm::matching {
namespace {

std::string lower(std::string_view text) {
  auto out = text::trim(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string plain_email(std::string_view text) {
  auto address = text::parse_email(text);
  return address ? std::move(address->normalized) : lower(text);
}

std::string plain_street(const Street& street) {
  if (street.blank()) return {};
  return street.name + '|' + street.number + '|' + street.kind + '|' + street.suite;
}

bool is_name(Field field) { return field == Field::first_name || field == Field::last_name; }

std::string host_of(const std::string& email) { return email.substr(email.rfind('@') + 1); }

std::string domain_of(const std::string& email) {
  auto host = host_of(email);
  auto dot = host.rfind('.');
  if (dot != std::string::npos && dot > 0) dot = host.rfind('.', dot - 1);
  return dot == std::string::npos ? host : host.substr(dot + 1);
}

std::string first_words(std::span<const std::string_view> words, const KeyPart& part) {
  std::string out;
  for (std::size_t i = 0; i < words.size() && i < static_cast<std::size_t>(part.words); ++i)
    out += words[i].substr(0, static_cast<std::size_t>(part.letters));
  return out;
}

}  // namespace

Field Prepared::turned(Field field) const {
  if (!transposed_ || !is_name(field)) return field;
  return field == Field::first_name ? Field::last_name : Field::first_name;
}

const std::string& Prepared::plain(Field field) {
  field = turned(field);
  auto& made = plain_[static_cast<std::size_t>(field)];
  if (!made) made = make_plain(field);
  return *made;
}

// `field` is where the text stands, not whose part it plays.
std::string Prepared::make_plain(Field field) {
  const std::string_view text = std::string_view(text_of(fields_, field)).substr(0, kFieldOctets);
  switch (field) {
    case Field::first_name:
    case Field::last_name:
      return name(turned(field)).letters;
    case Field::title:
    case Field::city:
    case Field::country:
      return fold(text);
    case Field::company:
      return read_company(text);
    case Field::email:
      return plain_email(text);
    case Field::phone:
      return phone().without_last_four() + phone().line;
    case Field::street:
      return plain_street(street());
    case Field::postal_code:
      return read_postal_code(text);
    case Field::b2c_customer_id:
    case Field::b2c_customer_no:
    case Field::b2c_list_id:
      return lower(text);
    case Field::site_group:
      break;
  }
  return std::string(text);
}

const PersonName& Prepared::name(Field first_or_last) {
  const bool first = turned(first_or_last) == Field::first_name;
  auto& made = first ? first_ : last_;
  if (!made) {
    made = read_name(first ? fields_.first_name : fields_.last_name);
    if (!first && !rule_.default_last_name.empty() &&
        made->letters == read_name(rule_.default_last_name).letters)
      made = PersonName();
  }
  return *made;
}

const PhoneNumber& Prepared::phone() {
  if (!phone_) phone_ = read_phone(fields_.phone);
  return *phone_;
}

const Street& Prepared::street() {
  if (!street_) street_ = read_street(fields_.street);
  return *street_;
}

std::string part_of(Prepared& side, const KeyPart& part, bool alternate) {
  const auto& plain = side.plain(part.field);
  if (plain.empty()) return {};
  switch (part.part) {
    case Part::all:
      return plain;
    case Part::words: {
      if (!is_name(part.field)) return first_words(split_words(plain), part);
      const auto& words = side.name(part.field).words;
      return first_words(std::vector<std::string_view>(words.begin(), words.end()), part);
    }
    case Part::metaphone: {
      const auto sound =
          is_name(part.field) ? side.name(part.field).sound : double_metaphone(plain);
      const auto& code = alternate ? sound.alternate : sound.primary;
      return code.empty() ? plain : code;
    }
    case Part::local: {
      auto local = plain.substr(0, plain.rfind('@'));
      std::erase(local, '_');
      return local;
    }
    case Part::host:
      return host_of(plain);
    case Part::domain:
      return domain_of(plain);
    case Part::without_last_four:
      return side.phone().without_last_four();
    case Part::street_name:
      return side.street().sound;
    case Part::street_line:
      return side.street().number.empty() ? "" : side.street().number + ' ' + side.street().sound;
    case Part::first_letters:
      return plain.substr(0, static_cast<std::size_t>(part.letters));
    case Part::acronym:
      break;
  }
  return acronym_of(plain);
}

}  // namespace stockbell::crm::matching
