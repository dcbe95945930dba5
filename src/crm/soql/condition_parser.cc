#include "crm/soql/condition_parser.h"

#include "crm/soql/date_literals.h"

namespace stockbell::crm::soql {
namespace {

constexpr int kMaxDepth = 32, kMaxComparisons = 1000;
constexpr std::size_t kMaxValues = 4000;
constexpr std::size_t kMaxParents = 5;

struct Named {
  std::string_view name;
  Function function;
};
constexpr Named kFunctions[] = {
    {"COUNT", Function::count}, {"COUNT_DISTINCT", Function::count_distinct},
    {"MIN", Function::min},     {"MAX", Function::max},
    {"SUM", Function::sum},     {"AVG", Function::avg},
};

}  // namespace

Result<ConditionParser::Level> ConditionParser::deeper() {
  if (depth_ == kMaxDepth) return tokens_.refuse(tokens_.peek().at, "the query is nested too deep");
  return Level(depth_);
}

Result<Condition> ConditionParser::parse() {
  SB_TRY(first, single());
  if (!tokens_.at_any({"AND", "OR"})) return std::move(first);
  Condition joined;
  joined.kind = tokens_.at_word("AND") ? Condition::Kind::all : Condition::Kind::any;
  joined.at = first.at;
  const std::string_view word = joined.kind == Condition::Kind::all ? "AND" : "OR";
  joined.parts.push_back(std::move(first));
  while (tokens_.take_word(word)) {
    SB_TRY(part, single());
    joined.parts.push_back(std::move(part));
  }
  if (tokens_.at_any({"AND", "OR"})) return tokens_.unexpected();
  return joined;
}

Result<Condition> ConditionParser::single() {
  const auto at = tokens_.peek().at;
  if (tokens_.take_word("NOT")) {
    const auto level = deeper();
    if (!level) return std::unexpected(level.error());
    SB_TRY(inner, single());
    Condition negation;
    negation.kind = Condition::Kind::negation;
    negation.at = at;
    negation.parts.push_back(std::move(inner));
    return negation;
  }
  if (tokens_.take_mark("(")) {
    const auto level = deeper();
    if (!level) return std::unexpected(level.error());
    SB_TRY(inner, parse());
    SB_CHECK(tokens_.need_mark(")"));
    return std::move(inner);
  }
  return comparison();
}

Result<Condition> ConditionParser::comparison() {
  Condition made;
  SB_TRY(left, operand());
  made.operand = std::move(left);
  made.at = made.operand.at;
  if (++comparisons_ > kMaxComparisons) return tokens_.refuse(made.at, "too many conditions");
  SB_TRY(found, sign());
  made.comparison = found;
  SB_CHECK(values(made));
  return made;
}

Result<Comparison> ConditionParser::sign() {
  static constexpr std::pair<std::string_view, Comparison> kSigns[] = {
      {"=", Comparison::equal},         {"!=", Comparison::not_equal},
      {"<>", Comparison::not_equal},    {"<", Comparison::less},
      {"<=", Comparison::less_equal},   {">", Comparison::greater},
      {">=", Comparison::greater_equal}};
  for (const auto& [mark, comparison] : kSigns)
    if (tokens_.take_mark(mark)) return comparison;
  if (tokens_.take_word("LIKE")) return Comparison::like;
  if (tokens_.take_word("IN")) return Comparison::in;
  if (tokens_.at_word("NOT") && tokens_.at_word("IN", 1)) {
    tokens_.take();
    tokens_.take();
    return Comparison::not_in;
  }
  if (tokens_.at_any({"INCLUDES", "EXCLUDES"}))
    return tokens_.refuse(tokens_.peek().at,
                          "includes or excludes operator only valid on multipicklist field");
  return tokens_.unexpected();
}

Result<> ConditionParser::values(Condition& condition) {
  if (condition.comparison != Comparison::in && condition.comparison != Comparison::not_in) {
    SB_TRY(value, literal());
    condition.literals.push_back(std::move(value));
    return {};
  }
  if (tokens_.at_mark(":"))
    return tokens_.refuse(tokens_.peek().at, "Bind variables only allowed in Apex code");
  SB_CHECK(tokens_.need_mark("("));
  if (tokens_.at_word("SELECT")) {
    SB_TRY(inner, subquery_());
    condition.inner = std::make_unique<Query>(std::move(inner));
    return tokens_.need_mark(")");
  }
  do {
    if (condition.literals.size() == kMaxValues)
      return tokens_.refuse(tokens_.peek().at, "an IN list holds at most 4000 values");
    SB_TRY(value, literal());
    condition.literals.push_back(std::move(value));
  } while (tokens_.take_mark(","));
  return tokens_.need_mark(")");
}

Result<Literal> ConditionParser::literal() {
  const auto& token = tokens_.peek();
  if (token.kind == Token::Kind::literal) return tokens_.take().literal;
  if (token.kind == Token::Kind::word) return named_literal();
  if (tokens_.at_mark(":"))
    return tokens_.refuse(token.at, "Bind variables only allowed in Apex code");
  return tokens_.unexpected();
}

Result<Literal> ConditionParser::named_literal() {
  Literal made;
  made.at = tokens_.peek().at;
  if (tokens_.take_word("null")) return made;
  if (tokens_.at_any({"true", "false"})) {
    made.kind = Literal::Kind::boolean;
    made.integer = tokens_.at_word("true");
    tokens_.take();
    return made;
  }
  const auto named = find_date_literal(tokens_.peek().text);
  if (!named) return tokens_.unexpected();
  tokens_.take();
  made.kind = Literal::Kind::relative;
  made.relative = named->date;
  if (!named->counted) return made;
  SB_CHECK(tokens_.need_mark(":"));
  const auto& number = tokens_.peek();
  if (number.kind != Token::Kind::literal || number.literal.kind != Literal::Kind::integer)
    return tokens_.unexpected();
  const auto fewest = named->date.span == RelativeDate::Span::one ? 0 : 1;
  if (number.literal.integer < fewest || number.literal.integer > kMaxDateShift)
    return tokens_.refuse(number.at, "the number of a date literal is from 1 to 9999");
  made.relative.shift *= static_cast<int>(number.literal.integer);
  tokens_.take();
  return made;
}

Result<Operand> ConditionParser::operand() {
  Operand made;
  made.at = tokens_.peek().at;
  if (tokens_.peek().kind == Token::Kind::word && tokens_.at_mark("(", 1)) {
    const auto name = tokens_.peek().text;
    const auto* known = std::ranges::find_if(
        kFunctions, [&](const Named& function) { return objects::same_name(function.name, name); });
    if (known == std::end(kFunctions)) {
      tokens_.take();
      return tokens_.unexpected();
    }
    made.function = known->function;
    tokens_.take();
    tokens_.take();
    if (made.function == Function::count && tokens_.take_mark(")")) return made;
    SB_TRY(argument, path());
    made.path = std::move(argument);
    SB_CHECK(tokens_.need_mark(")"));
    return made;
  }
  SB_TRY(plain, path());
  made.path = std::move(plain);
  return made;
}

Result<Path> ConditionParser::path() {
  Path made;
  made.at = tokens_.peek().at;
  do {
    if (tokens_.peek().kind != Token::Kind::word ||
        tokens_.at_any({"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "LIKE", "IN", "GROUP",
                        "HAVING", "LIMIT", "NULL", "NULLS", "WITH", "USING", "ASC", "DESC"}))
      return tokens_.unexpected();
    made.names.emplace_back(tokens_.take().text);
  } while (tokens_.take_mark("."));
  if (made.names.size() > kMaxParents + 2)  // an alias, five parents, a field
    return tokens_.refuse(made.at, "a path names at most five parents");
  return made;
}

}  // namespace stockbell::crm::soql
