// The parser's part for WHERE and HAVING: fields, aggregates, comparisons, and the rule that AND
// and OR do not mix without parentheses. Used by parse() alone. Not thread-safe; lives for one
// query.
#pragma once
#include <functional>

#include "crm/soql/token_reader.h"

namespace stockbell::crm::soql {

class ConditionParser {
 public:
  // `subquery` reads the SELECT of a semi-join.
  ConditionParser(TokenReader& tokens, std::function<Result<Query>()> subquery)
      : tokens_(tokens), subquery_(std::move(subquery)) {}

  Result<Condition> parse();
  Result<Operand> operand();
  Result<Path> path();

  // Held while reading what stands in parentheses.
  class Level {
   public:
    explicit Level(int& depth) : depth_(&depth) { ++*depth_; }
    Level(Level&& other) noexcept : depth_(std::exchange(other.depth_, nullptr)) {}
    ~Level() {
      if (depth_) --*depth_;
    }

   private:
    int* depth_;
  };
  Result<Level> deeper();

 private:
  Result<Condition> single();
  Result<Condition> comparison();
  Result<Comparison> sign();
  Result<> values(Condition& condition);
  Result<Literal> literal();
  Result<Literal> named_literal();

  TokenReader& tokens_;
  std::function<Result<Query>()> subquery_;
  int depth_ = 0;
  int comparisons_ = 0;
};

}  // namespace stockbell::crm::soql
