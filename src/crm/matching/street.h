// A street line cut into name, number, kind (street, avenue …) and suite. Reads "12 N Main St Apt
// 4", "Hauptstr. 12a", "12 rue de la Paix", "Calle Mayor 5". Plain value, thread-safe.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::crm::matching {

struct Street {
  std::string name;    // folded words
  std::string sound;   // of the name: what says that two names are the same
  std::string number;  // "12", "12a"
  std::string kind;    // "street", "avenue" … whatever its language and abbreviation
  std::string suite;   // of "Apt 4", "Suite 300", "#5"

  bool blank() const { return sound.empty(); }
};

Street read_street(std::string_view text);

// Weighted: name 50, number 20, kind 15, suite 15. Without a name on both sides 0.
int street_score(const Street& a, const Street& b);

// Upper-case letters and digits. Weighted: first five 90, next four 10 (of nine digits); other
// codes are equal or not.
std::string read_postal_code(std::string_view text);
int postal_code_score(std::string_view a, std::string_view b);

}  // namespace stockbell::crm::matching
