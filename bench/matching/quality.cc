#include "matching/quality.h"

#include <algorithm>

#include "crm/matching/matching.h"

namespace stockbell::bench {
namespace {

using namespace crm::matching;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool exactly_equal(const LabelledPair& pair) {
  const auto &a = pair.stored, &b = pair.incoming;
  return lower(a.first_name) == lower(b.first_name) && lower(a.last_name) == lower(b.last_name) &&
         lower(a.email) == lower(b.email);
}

bool keys_meet(const MatchRule& rule, const LabelledPair& pair) {
  const auto stored = keys_of(rule, pair.stored);
  return std::ranges::any_of(probes_of(rule, pair.incoming), [&](const MatchKey& key) {
    return std::ranges::binary_search(stored, key);
  });
}

void judge(const MatchRule& rule, const LabelledPair& pair, KindQuality& quality) {
  if (resolve(rule, pair.incoming, {&pair.stored, 1}).matches.empty()) return;
  ++(keys_meet(rule, pair) ? quality.called_same : quality.beyond_keys);
}

}  // namespace

double Quality::precision() const {
  std::size_t right = 0, all = 0;
  for (const auto& kind : kinds) {
    all += kind.called_same;
    if (kind.kind.same_person) right += kind.called_same;
  }
  return all > 0 ? static_cast<double>(right) / static_cast<double>(all) : 0;
}

double Quality::recall() const {
  std::size_t right = 0, all = 0;
  for (const auto& kind : kinds)
    if (kind.kind.same_person) {
      right += kind.called_same;
      all += kind.pairs;
    }
  return all > 0 ? static_cast<double>(right) / static_cast<double>(all) : 0;
}

double Quality::share(std::string_view name) const {
  for (const auto& kind : kinds)
    if (kind.kind.name == name && kind.pairs > 0)
      return static_cast<double>(kind.called_same) / static_cast<double>(kind.pairs);
  return -1;
}

Quality measure_quality(const std::string& name, std::size_t pairs_per_kind, std::uint64_t seed) {
  Quality quality{name, {}};
  SeededRandom random(seed);
  const auto rule = shipped_rule(name == "exact" ? "email_first" : name);
  for (std::size_t kind = 0; kind < pair_kinds().size(); ++kind) {
    KindQuality of_kind{pair_kinds()[kind], pairs_per_kind};
    for (const auto& pair : make_pairs(kind, pairs_per_kind, random)) {
      if (name != "exact")
        judge(*rule, pair, of_kind);
      else if (exactly_equal(pair))
        ++of_kind.called_same;
    }
    quality.kinds.push_back(of_kind);
  }
  return quality;
}

}  // namespace stockbell::bench
