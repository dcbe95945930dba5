#include "crm/matching/comparison.h"

#include <algorithm>
#include <cmath>

#include "crm/matching/double_metaphone.h"
#include "crm/matching/organisation.h"
#include "crm/matching/similarity.h"

namespace stockbell::crm::matching {
namespace {

bool is_name(Field field) { return field == Field::first_name || field == Field::last_name; }

int edit_score(const std::string& a, const std::string& b) {
  const auto longest = static_cast<int>(std::max(a.size(), b.size()));
  return longest > 0 ? 100 - 100 * edit_distance(a, b) / longest : 0;
}

int name_score(Method method, bool given, const PersonName& a, const PersonName& b) {
  switch (method) {
    case Method::initials:
      return initials_score(a, b);
    case Method::name_variants:
      return name_variants_score(a, b);
    case Method::jaro_winkler:
      return jaro_winkler_score(a, b);
    case Method::metaphone:
      return metaphone_score(a, b, given);
    case Method::keyboard_distance:
      return keyboard_score(a, b);
    case Method::edit_distance:
      return edit_score(a.letters, b.letters);
    default:
      return exact_score(a, b);
  }
}

}  // namespace

bool Pair::satisfies(const Filter& filter) {
  return filter.holds([&](std::size_t number) { return scored(number).passed; });
}

bool Pair::contradicts(Field field) {
  return !a_.blank(field) && !b_.blank(field) && a_.plain(field) != b_.plain(field);
}

Scored Pair::scored(std::size_t number) {
  auto& known = scores_[number];
  if (!known) known = compute(rule_.fields[number]);
  return *known;
}

void Pair::transpose() {
  b_.transpose();
  for (std::size_t n = 0; n < scores_.size(); ++n)
    if (is_name(rule_.fields[n].field)) scores_[n].reset();
}

int Pair::score() const {
  int sum = 0, count = 0;
  for (const auto& known : scores_)
    if (known && known->passed && known->score >= 0) {
      sum += known->score;
      ++count;
    }
  return count > 0 ? sum / count : 0;
}

Scored Pair::compute(const FieldRule& rule) {
  const bool blank_a = a_.blank(rule.field), blank_b = b_.blank(rule.field);
  if (blank_a || blank_b) {
    switch (rule.blank) {
      case Blank::no_match:
        return {-1, false};
      case Blank::match:
        return {-1, blank_a && blank_b};
      case Blank::either:
        return {-1, true};
      case Blank::ignore:
        break;
    }
    return {-1, !a_.blank(Field::email) && a_.plain(Field::email) == b_.plain(Field::email)};
  }
  if (is_name(rule.field) && other_generation(a_.name(rule.field), b_.name(rule.field)))
    return {0, rule.threshold <= 0};
  int best = 0, sum = 0, weights = 0;
  for (const auto& [method, weight] : rule.methods) {
    const int score = method_score(method, rule.field);
    best = std::max(best, score);
    sum += weight * score;
    weights += weight;
    if (rule.combine == Combine::maximum && best >= 100) break;
  }
  const int score = rule.combine == Combine::maximum ? best : sum / std::max(weights, 1);
  return {score, score >= rule.threshold};
}

int Pair::method_score(Method method, Field field) {
  if (is_name(field))
    return name_score(method, field == Field::first_name, a_.name(field), b_.name(field));
  const auto &a = a_.plain(field), &b = b_.plain(field);
  switch (method) {
    case Method::exact:
    case Method::initials:
    case Method::name_variants:
      break;
    case Method::jaro_winkler:
      return static_cast<int>(std::floor(100 * jaro_winkler(a, b)));
    case Method::metaphone: {
      const auto x = double_metaphone(a), y = double_metaphone(b);
      return !x.primary.empty() && x.primary == y.primary ? 95 : 0;
    }
    case Method::keyboard_distance:
      return keyboard_score(std::string_view(a), std::string_view(b));
    case Method::acronym:
      return acronym_score(a, b);
    case Method::edit_distance:
      return edit_score(a, b);
    case Method::phone:
      return phone_score(a_.phone(), b_.phone());
    case Method::street:
      return street_score(a_.street(), b_.street());
    case Method::postal_code:
      return postal_code_score(a, b);
  }
  return a == b ? 100 : 0;
}

}  // namespace stockbell::crm::matching
