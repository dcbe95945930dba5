// Millions of invented contacts, the same for a seed and a number: names as skewed as real ones
// (the commonest surname has nearly a percent of all), half of the addresses at one provider,
// phones in 300 areas. Contact `number` can be made at any time without the others. Thread-safe.
#pragma once
#include <string>
#include <vector>

#include "crm/contacts/types.h"

namespace stockbell::bench {

class Population {
 public:
  Population();
  crm::contacts::Contact contact(std::uint64_t number) const;
  // The same person as they would type it another time: a slip, a nickname, another address.
  crm::contacts::Contact returning(std::uint64_t number) const;
  // Somebody who is not there; with a name like the others'.
  crm::contacts::Contact stranger(std::uint64_t number) const;

 private:
  std::vector<std::string> first_names_, last_names_, streets_, cities_;
};

}  // namespace stockbell::bench
