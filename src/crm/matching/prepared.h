// One side of a comparison with everything that the methods look at, each made when first asked for
// and once. Belongs to one thread; the fields must outlive it.
#pragma once
#include <array>
#include <optional>
#include <string>

#include "crm/matching/match_rule.h"
#include "crm/matching/person_name.h"
#include "crm/matching/phone_number.h"
#include "crm/matching/street.h"
#include "crm/matching/types.h"

namespace stockbell::crm::matching {

class Prepared {
 public:
  Prepared(const MatchRule& rule, const ContactFields& fields) : rule_(rule), fields_(fields) {}

  const ContactFields& fields() const { return fields_; }
  bool blank(Field field) { return plain(field).empty(); }
  const std::string& plain(Field field);  // normalised: equal texts are the same value
  const PersonName& name(Field first_or_last);
  const PhoneNumber& phone();
  const Street& street();

  // From now on the first name is the last and the other way round.
  void transpose() { transposed_ = !transposed_; }

 private:
  std::string make_plain(Field field);
  Field turned(Field field) const;

  const MatchRule& rule_;
  const ContactFields& fields_;
  bool transposed_ = false;
  std::array<std::optional<std::string>, kEnumText<Field>.size()> plain_;
  std::optional<PersonName> first_, last_;
  std::optional<PhoneNumber> phone_;
  std::optional<Street> street_;
};

// The text of a part for a match key; "" is blank. `alternate`: the other reading of a metaphone.
std::string part_of(Prepared& side, const KeyPart& part, bool alternate = false);

}  // namespace stockbell::crm::matching
