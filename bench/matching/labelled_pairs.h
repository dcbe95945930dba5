// Pairs of contacts of which we know whether they are one person, made from a seed: typing slips,
// nicknames, moves, families, namesakes. Every kind is as frequent as every other, so the figures
// compare rules with each other; they are no forecast for a shop.
#pragma once
#include <string_view>
#include <vector>

#include "base/random.h"
#include "crm/matching/types.h"

namespace stockbell::bench {

struct LabelledPair {
  crm::matching::ContactFields stored, incoming;
};

struct PairKind {
  std::string_view name;
  std::string_view story;  // for the table of docs/matching.md
  bool same_person;
};

const std::vector<PairKind>& pair_kinds();
std::vector<LabelledPair> make_pairs(std::size_t kind, std::size_t count, Random& random);

}  // namespace stockbell::bench
