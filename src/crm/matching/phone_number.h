// A phone number cut into what a matching rule weighs. For comparing alone, never for dialling or
// for showing (docs/decisions/0005 says why not a library). Plain value, thread-safe.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::crm::matching {

struct PhoneNumber {
  std::string country;   // "1", "49"; "" when the number does not say
  std::string area;      // what is left in front; "" in a local number
  std::string exchange;  // the three digits before the last four
  std::string line;      // the last four

  bool blank() const { return line.empty(); }
  std::string without_last_four() const { return area + exchange; }
};

// Takes +49 (0)30 123 45 67, 0049…, 011 49…, (415) 555-1234 ext. 5, 1-415-555-1234. Blank: fewer
// than 6 or more than 15 digits.
PhoneNumber read_phone(std::string_view text);

// Weighted: country 10 (where both say it), area 50, exchange 30, line 10.
int phone_score(const PhoneNumber& a, const PhoneNumber& b);

}  // namespace stockbell::crm::matching
