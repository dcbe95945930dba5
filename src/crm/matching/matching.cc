#include "crm/matching/matching.h"

#include <algorithm>
#include <unordered_set>

#include "crm/matching/comparison.h"

namespace stockbell::crm::matching {
namespace {

// Leaves the pair turned the way that satisfied the stage.
bool satisfies(const MatchRule& rule, const Stage& stage, Pair& pair, bool& transposed) {
  if (pair.satisfies(stage.filter)) return true;
  if (!rule.transposed_names) return false;
  pair.transpose();
  transposed = !transposed;
  if (pair.satisfies(stage.filter)) return true;
  pair.transpose();
  transposed = !transposed;
  return false;
}

bool contradicted(const Stage& stage, Pair& pair) {
  return std::ranges::any_of(stage.unless_contradicted,
                             [&](Field field) { return pair.contradicts(field); });
}

bool strangers(const MatchRule& rule, const ContactFields& a, const ContactFields& b) {
  return rule.within_site_group && a.site_group != b.site_group;
}

struct Candidate {
  std::size_t index;
  Prepared prepared;
};

// Each contact once, without the incoming one itself and without strangers.
std::vector<Candidate> distinct(const MatchRule& rule, const ContactFields& incoming,
                                std::span<const ContactFields> candidates) {
  std::vector<Candidate> out;
  std::unordered_set<std::int64_t> seen;
  if (incoming.id) seen.insert(incoming.id.value);
  const auto count = std::min(candidates.size(), kMaxCandidates);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& candidate = candidates[i];
    if (strangers(rule, incoming, candidate)) continue;
    if (candidate.id && !seen.insert(candidate.id.value).second) continue;
    out.push_back({i, Prepared(rule, candidate)});
  }
  return out;
}

}  // namespace

Resolution resolve(const MatchRule& rule, const ContactFields& incoming,
                   std::span<const ContactFields> candidates) {
  Resolution resolution;
  Prepared own(rule, incoming);
  auto others = distinct(rule, incoming, candidates);
  for (const auto& stage : rule.stages) {
    for (auto& other : others) {
      Pair pair(rule, own, other.prepared);
      bool transposed = false;
      const bool satisfied = satisfies(rule, stage, pair, transposed);
      const int score = pair.score();
      if (transposed) other.prepared.transpose();  // back, for the next stage
      if (!satisfied) continue;
      if (contradicted(stage, pair))
        resolution.contradicted = true;
      else
        resolution.matches.push_back({other.index, score, stage.name});
    }
    if (resolution.matches.empty()) continue;
    resolution.ambiguous = stage.only_one && resolution.matches.size() > 1;
    break;
  }
  std::ranges::sort(resolution.matches, [&](const Match& a, const Match& b) {
    const auto &x = candidates[a.candidate], &y = candidates[b.candidate];
    if (a.score != b.score) return a.score > b.score;
    if (x.last_modified != y.last_modified) return x.last_modified > y.last_modified;
    return x.id < y.id;
  });
  return resolution;
}

Comparison compare(const MatchRule& rule, const ContactFields& a, const ContactFields& b) {
  Comparison comparison;
  Prepared one(rule, a), other(rule, b);
  Pair pair(rule, one, other);
  for (const auto& stage : rule.stages) {
    if (strangers(rule, a, b) || !satisfies(rule, stage, pair, comparison.transposed) ||
        contradicted(stage, pair))
      continue;
    comparison.matched = true;
    comparison.stage = stage.name;
    comparison.score = pair.score();
    break;
  }
  for (std::size_t n = 0; n < rule.fields.size(); ++n) {
    const auto [score, passed] = pair.scored(n);
    comparison.fields.push_back({rule.fields[n].field, score, rule.fields[n].threshold, passed});
  }
  return comparison;
}

}  // namespace stockbell::crm::matching
