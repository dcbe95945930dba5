#include "crm/matching/name_variants.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "crm/matching/folding.h"
#include "crm/matching/name_variant_list.h"

namespace stockbell::crm::matching {
namespace {

using Groups = std::unordered_map<std::string_view, std::vector<int>>;

Groups read_groups() {
  Groups groups;
  int number = 0;
  for (auto rest = kNameVariantGroups; !rest.empty(); ++number) {
    const auto end = std::min(rest.find(','), rest.size());
    for (auto name : split_words(rest.substr(0, end))) {
      auto& of_name = groups[name];
      if (of_name.empty() || of_name.back() != number) of_name.push_back(number);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return groups;
}

}  // namespace

bool name_variants(std::string_view a, std::string_view b) {
  static const Groups groups = read_groups();
  const auto of_a = groups.find(a), of_b = groups.find(b);
  if (of_a == groups.end() || of_b == groups.end()) return false;
  return std::ranges::any_of(
      of_a->second, [&](int group) { return std::ranges::binary_search(of_b->second, group); });
}

}  // namespace stockbell::crm::matching
