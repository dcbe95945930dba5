// One incoming contact against one candidate: scores each field when the filter asks for it. Local
// to one thread.
#pragma once
#include <optional>
#include <vector>

#include "crm/matching/prepared.h"

namespace stockbell::crm::matching {

struct Scored {
  int score = -1;  // -1: a blank
  bool passed = false;
};

class Pair {
 public:
  Pair(const MatchRule& rule, Prepared& a, Prepared& b)
      : rule_(rule), a_(a), b_(b), scores_(rule.fields.size()) {}

  bool satisfies(const Filter& filter);
  bool contradicts(Field field);  // given on both sides, and different
  Scored scored(std::size_t number);

  // Tries the candidate's names the other way round from now on.
  void transpose();

  // The mean of the scores asked for that passed.
  int score() const;

 private:
  Scored compute(const FieldRule& rule);
  int method_score(Method method, Field field);

  const MatchRule& rule_;
  Prepared& a_;
  Prepared& b_;
  std::vector<std::optional<Scored>> scores_;
};

}  // namespace stockbell::crm::matching
