// The parser's place in the tokens: looking, taking, and saying what was not expected. Used by the
// parser's parts. Not thread-safe; lives for one query.
#pragma once
#include <initializer_list>

#include "crm/objects/schema.h"
#include "crm/soql/diagnostics.h"
#include "crm/soql/lexer.h"

namespace stockbell::crm::soql {

class TokenReader {
 public:
  TokenReader(std::string_view query, std::vector<Token> tokens)
      : query_(query), tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() {
    const auto& token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool at_word(std::string_view word, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::word && objects::same_name(peek(ahead).text, word);
  }
  bool at_any(std::initializer_list<std::string_view> words) const {
    return std::ranges::any_of(words, [&](auto word) { return at_word(word); });
  }
  bool at_mark(std::string_view mark, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::mark && peek(ahead).text == mark;
  }
  bool take_word(std::string_view word) { return at_word(word) && (take(), true); }
  bool take_mark(std::string_view mark) { return at_mark(mark) && (take(), true); }
  Result<> need_word(std::string_view word) {
    if (take_word(word)) return {};
    return unexpected();
  }
  Result<> need_mark(std::string_view mark) {
    if (take_mark(mark)) return {};
    return unexpected();
  }
  std::unexpected<Error> unexpected() const {
    const auto& token = peek();
    return refuse(token.at, token.kind == Token::Kind::end
                                ? std::string("unexpected token: <EOF>")
                                : fmt::format("unexpected token: '{}'", token.text));
  }
  std::unexpected<Error> refuse(Offset at, std::string_view what) const {
    return malformed(query_, at, what);
  }

 private:
  std::string_view query_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace stockbell::crm::soql
