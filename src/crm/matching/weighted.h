// The weighted mean of the parts of a phone number, a street, a postal code. Local value.
#pragma once
#include <string_view>

namespace stockbell::crm::matching {

class WeightedMean {
 public:
  // A part that is blank on both sides says nothing; on one side it is a difference.
  void add_equal(int weight, std::string_view a, std::string_view b) {
    if (a.empty() && b.empty()) return;
    add(weight, a == b);
  }
  void add(int weight, bool equal) {
    total_ += weight;
    if (equal) reached_ += weight;
  }
  int score() const { return total_ > 0 ? 100 * reached_ / total_ : 0; }

 private:
  int total_ = 0, reached_ = 0;
};

}  // namespace stockbell::crm::matching
