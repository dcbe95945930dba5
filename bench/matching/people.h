// Invented people: who they are, where they live, and what they type. Used by labelled_pairs.cc.
#pragma once
#include <string>
#include <string_view>

#include "base/random.h"
#include "crm/matching/types.h"

namespace stockbell::bench {

struct Home {
  std::string street, city, postal_code, country, phone;
};

class People {
 public:
  explicit People(Random& random) : random_(random) {}

  crm::matching::ContactFields person();
  Home home();
  void move_to(crm::matching::ContactFields& person, const Home& home);

  std::string first_name(bool woman);
  std::string last_name();
  std::string email(std::string_view first, std::string_view last);
  std::string mobile(std::string_view country);

  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_.next() % end); }
  template <class List>
  std::string one_of(const List& list) {
    return std::string(list[below(std::size(list))]);
  }
  std::string digits(int count);

  // One slip inside the word: neighbour key, swap, letter doubled or left out.
  std::string slip(std::string word);

 private:
  Random& random_;
};

}  // namespace stockbell::bench
