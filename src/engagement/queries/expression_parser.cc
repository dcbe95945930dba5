#include "engagement/queries/parser.h"

namespace stockbell::engagement::queries {
namespace {

constexpr int kLongestRow = 20;
constexpr std::size_t kMostConditions = 400;

Expression operation(std::string name, Expression left, Expression right) {
  Expression made;
  made.kind = Expression::Kind::operation;
  made.name = std::move(name);
  made.arguments.push_back(std::move(left));
  made.arguments.push_back(std::move(right));
  return made;
}

Expression of(Expression::Kind kind, Expression first, bool negated) {
  Expression made;
  made.kind = kind;
  made.negated = negated;
  made.arguments.push_back(std::move(first));
  return made;
}

}  // namespace

Result<Expression> Parser::chain(std::string_view word) {
  SB_CHECK(deeper());
  ++depth_;
  const auto part = [&] { return word == "or" ? chain("and") : negation(); };
  SB_TRY(left, part());
  while (tokens_.take(word)) {
    SB_CHECK(deeper());
    SB_TRY(right, part());
    // A long row of the same stays flat: what is deep is what nests.
    if (left.kind == Expression::Kind::operation && left.name == word &&
        left.arguments.size() < kMostConditions)
      left.arguments.push_back(std::move(right));
    else
      left = operation(std::string(word), std::move(left), std::move(right));
  }
  --depth_;
  return std::move(left);
}

Result<Expression> Parser::negation() {
  if (!tokens_.take("not")) return comparison();
  SB_CHECK(deeper());
  ++depth_;
  SB_TRY(inner, negation());
  --depth_;
  Expression made;
  made.kind = Expression::Kind::operation;
  made.name = "not";
  made.arguments.push_back(std::move(inner));
  return made;
}

Result<Expression> Parser::comparison() {
  if (tokens_.take("exists")) {
    Expression made;
    made.kind = Expression::Kind::exists;
    SB_TRY(inner, subquery());
    made.query = std::move(inner);
    return made;
  }
  SB_TRY(left, sum());
  for (const std::string_view sign : {"=", "<>", "<=", ">=", "<", ">"})
    if (tokens_.take(sign)) {
      SB_TRY(right, sum());
      return operation(std::string(sign), std::move(left), std::move(right));
    }
  return tested(std::move(left));
}

Result<Expression> Parser::tested(Expression left) {
  if (tokens_.take("is")) {
    const bool negated = tokens_.take("not");
    SB_CHECK(tokens_.expect("null"));
    return of(Expression::Kind::is_null, std::move(left), negated);
  }
  const bool negated = tokens_.is("not") && tokens_.take("not");
  if (tokens_.take("like")) {
    auto made = of(Expression::Kind::like, std::move(left), negated);
    SB_TRY(pattern, sum());
    made.arguments.push_back(std::move(pattern));
    return made;
  }
  if (tokens_.take("between")) {
    auto made = of(Expression::Kind::between, std::move(left), negated);
    SB_TRY(low, sum());
    SB_CHECK(tokens_.expect("and"));
    SB_TRY(high, sum());
    made.arguments.push_back(std::move(low));
    made.arguments.push_back(std::move(high));
    return made;
  }
  if (tokens_.take("in")) {
    auto made = of(Expression::Kind::in, std::move(left), negated);
    if (tokens_.is("(") && tokens_.after().text == "select" &&
        tokens_.after().kind == Token::Kind::word) {
      SB_TRY(inner, subquery());
      made.query = std::move(inner);
      return made;
    }
    SB_CHECK(tokens_.expect("("));
    SB_TRY(values, list());
    SB_CHECK(tokens_.expect(")"));
    for (auto& value : values) made.arguments.push_back(std::move(value));
    return made;
  }
  if (negated) return tokens_.bad("after NOT stands LIKE, IN or BETWEEN");
  return left;
}

Result<Expression> Parser::sum() {
  SB_TRY(left, product());
  int length = 0;
  while (tokens_.is("+") || tokens_.is("-")) {
    SB_CHECK(deeper());
    const auto sign = tokens_.now().text;
    tokens_.next();
    SB_TRY(right, product());
    left = operation(sign, std::move(left), std::move(right));
    // Each operation holds the one before: a row of them is as deep as it is long.
    if (++length > kLongestRow) return tokens_.bad("too many operations in a row");
  }
  return std::move(left);
}

Result<Expression> Parser::product() {
  SB_TRY(left, primary());
  int length = 0;
  while (tokens_.is("*") || tokens_.is("/") || tokens_.is("%")) {
    SB_CHECK(deeper());
    const auto sign = tokens_.now().text;
    tokens_.next();
    SB_TRY(right, primary());
    left = operation(sign, std::move(left), std::move(right));
    if (++length > kLongestRow) return tokens_.bad("too many operations in a row");
  }
  return std::move(left);
}

Result<Expression> Parser::primary() {
  SB_CHECK(deeper());
  const auto token = tokens_.now();
  if (token.kind == Token::Kind::text || token.kind == Token::Kind::number) {
    Expression made;
    made.kind = token.kind == Token::Kind::text ? Expression::Kind::text : Expression::Kind::number;
    made.name = token.text;
    tokens_.next();
    return made;
  }
  if (tokens_.take("-")) {
    ++depth_;
    SB_TRY(inner, primary());
    --depth_;
    Expression made;
    made.kind = Expression::Kind::operation;
    made.name = "negate";
    made.arguments.push_back(std::move(inner));
    return made;
  }
  if (tokens_.take("(")) {
    ++depth_;
    SB_TRY(inner, expression());
    --depth_;
    SB_CHECK(tokens_.expect(")"));
    return std::move(inner);
  }
  if (tokens_.take("null")) return Expression();
  if (tokens_.take("case")) return choice();
  return named();
}

Result<Expression> Parser::named() {
  const auto token = tokens_.now();
  if (token.kind != Token::Kind::name &&
      (token.kind != Token::Kind::word || is_keyword(token.text)) &&
      !(tokens_.is("left") || tokens_.is("right")))
    return tokens_.bad("a value is expected, not " + token.text.substr(0, 50));
  tokens_.next();
  if (token.kind == Token::Kind::word && tokens_.is("(")) return call(token.text);
  if (token.kind == Token::Kind::word && is_keyword(token.text))
    return tokens_.bad("a value is expected, not " + token.text);
  Expression made;
  made.kind = Expression::Kind::column;
  made.name = token.kind == Token::Kind::word ? token.as_is : token.text;
  if (!tokens_.take(".")) return made;
  const auto& column = tokens_.now();
  if (column.kind != Token::Kind::name && column.kind != Token::Kind::word)
    return tokens_.bad("a column's name is expected after the point");
  made.qualifier = std::move(made.name);
  made.name = column.kind == Token::Kind::word ? column.as_is : column.text;
  tokens_.next();
  return made;
}

Result<Expression> Parser::call(std::string name) {
  if (name == "cast" || name == "convert") return cast(name == "convert");
  SB_CHECK(deeper());
  ++depth_;
  SB_CHECK(tokens_.expect("("));
  Expression made;
  made.kind = Expression::Kind::function;
  made.name = std::move(name);
  if (made.name == "count" && tokens_.take("*")) {
    made.star = true;
  } else if (!tokens_.is(")")) {
    made.distinct = tokens_.take("distinct");
    SB_TRY(arguments, list());
    made.arguments = std::move(arguments);
  }
  SB_CHECK(tokens_.expect(")"));
  if (made.name == "row_number") {
    if (!made.arguments.empty()) return tokens_.bad("ROW_NUMBER() takes nothing");
    made.kind = Expression::Kind::row_number;
    SB_CHECK(tokens_.expect("over"));
    SB_CHECK(tokens_.expect("("));
    if (tokens_.take("partition")) {
      SB_CHECK(tokens_.expect("by"));
      SB_TRY(partition, list());
      made.arguments = std::move(partition);
    }
    SB_CHECK(tokens_.expect("order"));
    SB_CHECK(tokens_.expect("by"));
    SB_TRY(orders, order_list());
    made.orders = std::move(orders);
    SB_CHECK(tokens_.expect(")"));
  }
  --depth_;
  return made;
}

Result<Expression> Parser::choice() {
  SB_CHECK(deeper());
  ++depth_;
  Expression made;
  made.kind = Expression::Kind::choice;
  std::optional<Expression> subject;
  if (!tokens_.is("when")) {
    SB_TRY(value, expression());
    subject = std::move(value);
  }
  while (tokens_.take("when")) {
    SB_TRY(when, expression());
    SB_CHECK(tokens_.expect("then"));
    SB_TRY(then, expression());
    made.arguments.push_back(subject ? operation("=", *subject, std::move(when)) : std::move(when));
    made.arguments.push_back(std::move(then));
  }
  if (made.arguments.empty()) return tokens_.bad("after CASE stands WHEN");
  if (tokens_.take("else")) {
    SB_TRY(otherwise, expression());
    made.arguments.push_back(std::move(otherwise));
    made.has_else = true;
  }
  SB_CHECK(tokens_.expect("end"));
  --depth_;
  return made;
}

Result<Expression> Parser::cast(bool convert) {
  SB_CHECK(deeper());
  ++depth_;
  SB_CHECK(tokens_.expect("("));
  Expression made;
  made.kind = Expression::Kind::cast;
  if (convert) {
    SB_TRY(type, type_name());
    made.name = std::move(type);
    SB_CHECK(tokens_.expect(","));
  }
  SB_TRY(value, expression());
  made.arguments.push_back(std::move(value));
  if (!convert) {
    SB_CHECK(tokens_.expect("as"));
    SB_TRY(type, type_name());
    made.name = std::move(type);
  }
  SB_CHECK(tokens_.expect(")"));
  --depth_;
  return made;
}

// varchar(50), decimal(9, 2): its sizes say nothing here, the target's column does.
Result<std::string> Parser::type_name() {
  if (tokens_.now().kind != Token::Kind::word) return tokens_.bad("a type's name is expected");
  auto name = tokens_.now().text;
  tokens_.next();
  if (tokens_.take("(")) {
    do {
      if (tokens_.now().kind != Token::Kind::number && !tokens_.is("max"))
        return tokens_.bad("a type's size is a number");
      tokens_.next();
    } while (tokens_.take(","));
    SB_CHECK(tokens_.expect(")"));
  }
  return name;
}

Result<std::shared_ptr<Query>> Parser::subquery() {
  SB_CHECK(tokens_.expect("("));
  SB_TRY(inner, query());
  SB_CHECK(tokens_.expect(")"));
  return std::make_shared<Query>(std::move(inner));
}

}  // namespace stockbell::engagement::queries
