#include "engagement/queries/lexer.h"

#include "engagement/data_extensions/types.h"
#include "platform/text/text.h"

namespace stockbell::engagement::queries {
namespace {

constexpr std::size_t kLongestName = 200;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view query) : rest_(query) {}

  Result<std::vector<Token>> run() {
    for (;;) {
      SB_CHECK(skip());
      if (rest_.empty()) break;
      SB_CHECK(one());
    }
    tokens_.push_back({Token::Kind::end, "the end", "", line_});
    return std::move(tokens_);
  }

 private:
  void advance(std::size_t count) {
    line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, count), '\n'));
    rest_.remove_prefix(count);
  }

  Result<> skip() {
    for (;;) {
      if (rest_.starts_with("--")) {
        advance(std::min(rest_.find('\n'), rest_.size()));
      } else if (rest_.starts_with("/*")) {
        const auto end = rest_.find("*/", 2);
        if (end == rest_.npos) return bad_query(line_, "a comment does not end");
        advance(end + 2);
      } else if (!rest_.empty() && std::string_view(" \t\r\n").contains(rest_.front())) {
        advance(1);
      } else {
        return {};
      }
    }
  }

  void add(Token::Kind kind, std::string text, std::string as_is = {}) {
    tokens_.push_back({kind, std::move(text), std::move(as_is), line_});
  }

  // Up to `close`, which stands for itself when doubled.
  Result<std::string> quoted(char close, std::string_view what) {
    std::string text;
    for (advance(1);;) {
      const auto end = rest_.find(close);
      if (end == rest_.npos) return bad_query(line_, fmt::format("{} does not end", what));
      text += rest_.substr(0, end);
      advance(end + 1);
      if (!rest_.starts_with(close)) return text;
      text += close;
      advance(1);
    }
  }

  Result<> one() {
    const char c = rest_.front();
    const bool national = (c == 'N' || c == 'n') && rest_.size() > 1 && rest_[1] == '\'';
    if (c == '\'' || national) {
      if (national) advance(1);
      SB_TRY(text, quoted('\'', "a text"));
      add(Token::Kind::text, std::move(text));
      return {};
    }
    if (c == '[' || c == '"') {
      SB_TRY(name, quoted(c == '[' ? ']' : '"', "a name"));
      if (name.empty() || name.size() > kLongestName)
        return bad_query(line_, "a name has 1 to 200 bytes");
      add(Token::Kind::name, std::move(name));
      return {};
    }
    if (is_letter(c)) return word();
    if (is_digit(c) || (c == '.' && rest_.size() > 1 && is_digit(rest_[1]))) return number();
    for (const std::string_view mark : {"<=", ">=", "<>", "!="})
      if (rest_.starts_with(mark)) {
        add(Token::Kind::mark, mark == "!=" ? "<>" : std::string(mark));
        advance(2);
        return {};
      }
    if (!std::string_view("(),.*=<>+-/%;").contains(c))
      return bad_query(line_, "a character that has no meaning here");
    add(Token::Kind::mark, std::string(1, c));
    advance(1);
    return {};
  }

  Result<> word() {
    std::size_t length = 0;
    while (length < rest_.size() && (is_letter(rest_[length]) || is_digit(rest_[length]))) ++length;
    if (length > kLongestName) return bad_query(line_, "a name has at most 200 bytes");
    std::string as_is(rest_.substr(0, length));
    auto folded = fold_name(as_is);
    add(Token::Kind::word, std::move(folded), std::move(as_is));
    advance(length);
    return {};
  }

  Result<> number() {
    std::size_t length = 0;
    int points = 0;
    while (length < rest_.size() && (is_digit(rest_[length]) || rest_[length] == '.'))
      points += rest_[length++] == '.';
    if (points > 1 || length > 18 || (length < rest_.size() && is_letter(rest_[length])))
      return bad_query(line_, "a number has at most 17 digits and one point");
    add(Token::Kind::number, std::string(rest_.substr(0, length)));
    advance(length);
    return {};
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

std::unexpected<Error> bad_query(std::size_t line, std::string message) {
  return fail(ErrorCode::invalid, "query-invalid",
              line ? fmt::format("line {}: {}", line, message) : std::move(message), "queryText");
}

Result<std::vector<Token>> tokenize(std::string_view query) {
  if (query.size() > kLongestQuery)
    return bad_query(0, fmt::format("a query has at most {} bytes", kLongestQuery));
  if (!text::valid_utf8(query) || query.contains('\0'))
    return bad_query(0, "a query is UTF-8 text");
  return Lexer(query).run();
}

}  // namespace stockbell::engagement::queries
