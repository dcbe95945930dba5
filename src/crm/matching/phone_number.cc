#include "crm/matching/phone_number.h"

#include <algorithm>
#include <array>

#include "crm/matching/weighted.h"

namespace stockbell::crm::matching {
namespace {

// Country codes of E.164 with one or two digits; all others have three.
constexpr auto kShortCodes = std::to_array<std::string_view>(
    {"1",  "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
     "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64",
     "65", "66", "7",  "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"});

bool digit(char c) { return c >= '0' && c <= '9'; }

// Cuts an extension off: "ext. 5", "x5", "#5", "Durchwahl 5".
std::string_view without_extension(std::string_view text) {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (digit(text[i])) ++digits;
    const bool letter = (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z';
    if (digits >= 6 && (letter || text[i] == '#' || text[i] == ';' || text[i] == ','))
      return text.substr(0, i);
  }
  return text;
}

std::string take_country(std::string& digits) {
  for (auto code : kShortCodes)
    if (digits.starts_with(code)) {
      digits.erase(0, code.size());
      return std::string(code);
    }
  auto code = digits.substr(0, 3);
  digits.erase(0, code.size());
  return code;
}

}  // namespace

PhoneNumber read_phone(std::string_view text) {
  text = without_extension(text.substr(0, 64));
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), digit);
  if (digits.size() < 6) return {};
  const auto first = text.find_first_of("+0123456789");
  bool international = text[first] == '+';
  for (std::string_view prefix : {"00", "011"})
    if (!international && digits.starts_with(prefix)) {
      digits.erase(0, prefix.size());
      international = true;
    }
  if (digits.size() > 15) return {};
  PhoneNumber phone;
  if (international) {
    phone.country = take_country(digits);
  } else if (digits.size() == 11 && digits[0] == '1') {  // North America's trunk digit
    phone.country = take_country(digits);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));  // others': (0)30
  if (digits.size() < 5) return {};
  phone.line = digits.substr(digits.size() - 4);
  digits.resize(digits.size() - 4);
  const auto exchange = std::min<std::size_t>(3, digits.size());
  phone.exchange = digits.substr(digits.size() - exchange);
  phone.area = digits.substr(0, digits.size() - exchange);
  return phone;
}

int phone_score(const PhoneNumber& a, const PhoneNumber& b) {
  if (a.blank() || b.blank()) return 0;
  WeightedMean mean;
  if (!a.country.empty() && !b.country.empty()) mean.add_equal(10, a.country, b.country);
  mean.add_equal(50, a.area, b.area);
  mean.add_equal(30, a.exchange, b.exchange);
  mean.add_equal(10, a.line, b.line);
  return mean.score();
}

}  // namespace stockbell::crm::matching
