#include "crm/matching/rule_lanes.h"

#include <algorithm>
#include <optional>

namespace stockbell::crm::matching {
namespace {

bool only_methods(const FieldRule& rule, std::initializer_list<Method> allowed) {
  return std::ranges::all_of(rule.methods, [&](const WeightedMethod& weighted) {
    return std::ranges::find(allowed, weighted.method) != allowed.end();
  });
}

// What is surely the same on both sides when the field is satisfied.
std::optional<KeyPart> lane_of(const FieldRule& rule) {
  if (rule.blank != Blank::no_match || rule.threshold < 1) return {};
  if (rule.combine != Combine::maximum && rule.methods.size() > 1) return {};
  if (only_methods(rule, {Method::exact})) return KeyPart{rule.field, Part::all};
  if (only_methods(rule, {Method::exact, Method::acronym}))
    return KeyPart{rule.field, Part::acronym};
  // Without an equal area code 50 can be reached, without an equal exchange 70.
  if (only_methods(rule, {Method::exact, Method::phone}) && rule.threshold > 70)
    return KeyPart{rule.field, Part::without_last_four};
  if (only_methods(rule, {Method::exact, Method::street}) && rule.threshold > 50)
    return KeyPart{rule.field, Part::street_name};
  if (only_methods(rule, {Method::exact, Method::postal_code}) && rule.threshold > 10)
    return KeyPart{rule.field, Part::first_letters, 1, 5};
  return {};
}

using Numbers = std::vector<std::size_t>;

// Nothing can be satisfied while none of these fields is (a filter has no NOT).
bool needed(const MatchRule& rule, const Numbers& lanes) {
  return std::ranges::none_of(rule.stages, [&](const Stage& stage) {
    return stage.filter.holds(
        [&](std::size_t n) { return std::ranges::find(lanes, n) == lanes.end(); });
  });
}

bool follows_from(const KeyPart& part, const KeyPart& lane) {
  return part.field == lane.field && (lane.part == Part::all || part == lane);
}

}  // namespace

void plan_keys(MatchRule& rule) {
  Numbers numbers;
  for (std::size_t n = 0; n < rule.fields.size(); ++n)
    if (lane_of(rule.fields[n])) numbers.push_back(n);
  rule.lanes.clear();
  rule.stored_keys.clear();
  if (needed(rule, numbers)) {
    for (auto i = numbers.size(); i-- > 0;) {  // as few as will do
      auto fewer = numbers;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (needed(rule, fewer)) numbers = std::move(fewer);
    }
    for (auto n : numbers) {
      auto lane = *lane_of(rule.fields[n]);
      if (std::ranges::find(rule.lanes, lane) == rule.lanes.end()) rule.lanes.push_back(lane);
    }
  }
  auto implied = [&](const KeyRule& key, const KeyPart& lane) {
    return std::ranges::any_of(rule.keys, [&](const KeyRule& other) {
      return other.selective && std::ranges::all_of(other.parts, [&](const KeyPart& part) {
               return follows_from(part, lane) ||
                      std::ranges::find(key.parts, part) != key.parts.end();
             });
    });
  };
  for (std::size_t k = 0; k < rule.keys.size(); ++k) {
    if (rule.keys[k].selective || rule.lanes.empty()) {
      rule.stored_keys.push_back({k, -1});
      continue;
    }
    for (std::size_t lane = 0; lane < rule.lanes.size(); ++lane)
      if (!implied(rule.keys[k], rule.lanes[lane]))
        rule.stored_keys.push_back({k, static_cast<int>(lane)});
  }
}

}  // namespace stockbell::crm::matching
