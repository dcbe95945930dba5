// Reads a query: one SELECT, or several joined by UNION. Anything else is refused by what it is.
// Pure; nesting and size are bounded.
#pragma once
#include "engagement/queries/ast.h"
#include "engagement/queries/lexer.h"

namespace stockbell::engagement::queries {

// Errors: invalid, "query-invalid", with the line.
Result<Query> parse(std::string_view text);

// What the two halves of the parser share: a place among the tokens.
class TokenReader {
 public:
  explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}
  const Token& now() const { return tokens_[at_]; }
  const Token& after() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  void next() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool is(std::string_view text) const {
    return now().text == text &&
           (now().kind == Token::Kind::word || now().kind == Token::Kind::mark);
  }
  bool take(std::string_view text) {
    const bool there = is(text);
    if (there) next();
    return there;
  }
  Result<> expect(std::string_view text) {
    if (take(text)) return {};
    return bad(fmt::format("{} is expected, not {}", text, now().text.substr(0, 50)));
  }
  std::unexpected<Error> bad(std::string message) const {
    return bad_query(now().line, std::move(message));
  }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}
  Result<Query> whole();

 private:
  Result<Query> query();
  Result<Select> select();
  Result<> items(Select& select);
  Result<> sources(Select& select);
  Result<Source> source();
  Result<std::string> alias();
  Result<std::vector<Expression::Order>> order_list();
  Result<std::vector<Expression>> list();

  // expression_parser.cc
  Result<Expression> expression() { return chain("or"); }
  Result<Expression> chain(std::string_view word);
  Result<Expression> negation();
  Result<Expression> comparison();
  Result<Expression> tested(Expression left);
  Result<Expression> sum();
  Result<Expression> product();
  Result<Expression> primary();
  Result<Expression> named();
  Result<Expression> call(std::string name);
  Result<Expression> choice();
  Result<Expression> cast(bool convert);
  Result<std::string> type_name();
  Result<std::shared_ptr<Query>> subquery();
  Result<> deeper();

  TokenReader tokens_;
  int depth_ = 0;
  std::size_t parts_ = 0;
};

bool is_keyword(std::string_view word);

}  // namespace stockbell::engagement::queries
