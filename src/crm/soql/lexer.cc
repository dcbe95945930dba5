#include "crm/soql/lexer.h"

#include <charconv>

#include "base/clock.h"
#include "crm/soql/diagnostics.h"

namespace stockbell::crm::soql {
namespace {

constexpr std::size_t kMaxTextBytes = 32'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    while (true) {
      while (at_ < query_.size() && std::string_view(" \t\r\n\f").contains(query_[at_])) ++at_;
      if (at_ == query_.size()) break;
      SB_TRY(token, next());
      tokens.push_back(std::move(token));
    }
    tokens.push_back({Token::Kind::end, "<EOF>", {}, static_cast<Offset>(at_)});
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0';
  }
  std::string_view since(std::size_t start) const { return query_.substr(start, at_ - start); }

  Result<Token> next() {
    const char c = peek();
    if (c == '\'') return string();
    if (is_digit(c) || ((c == '-' || c == '+') && is_digit(peek(1))) ||
        (c == '.' && is_digit(peek(1)) && (at_ == 0 || !is_word(query_[at_ - 1]))))
      return number_or_date();
    const auto start = at_;
    if (is_word(c)) {
      while (is_word(peek())) ++at_;
      return Token{Token::Kind::word, since(start), {}, static_cast<Offset>(start)};
    }
    static constexpr std::string_view kPairs[] = {"<=", ">=", "!=", "<>"};
    for (const auto pair : kPairs)
      if (query_.substr(at_).starts_with(pair)) {
        at_ += 2;
        return Token{Token::Kind::mark, pair, {}, static_cast<Offset>(start)};
      }
    if (std::string_view("(),.:=<>").contains(c)) {
      ++at_;
      return Token{Token::Kind::mark, since(start), {}, static_cast<Offset>(start)};
    }
    do ++at_;  // the whole of a character that is none of ours
    while (at_ < query_.size() && (static_cast<unsigned char>(query_[at_]) & 0xc0) == 0x80);
    return malformed(query_, static_cast<Offset>(start),
                     fmt::format("unexpected token: '{}'", since(start)));
  }

  Result<Token> string() {
    const auto start = at_++;
    Literal literal;
    literal.kind = Literal::Kind::text;
    literal.at = static_cast<Offset>(start);
    while (true) {
      if (at_ == query_.size())
        return malformed(query_, static_cast<Offset>(start), "the string is not closed");
      const char c = query_[at_++];
      if (c == '\'') break;
      if (c == '\\') {
        SB_CHECK(escape(literal));
        continue;
      }
      literal.text += c;
      literal.pattern += c;
    }
    if (literal.text.size() > kMaxTextBytes)
      return malformed(query_, static_cast<Offset>(start), "the string is too long");
    return Token{Token::Kind::literal, since(start), std::move(literal),
                 static_cast<Offset>(start)};
  }

  Result<> escape(Literal& literal) {
    const auto start = static_cast<Offset>(at_ - 1);
    const char c = peek();
    ++at_;
    const auto plain = [&](std::string_view text) -> Result<> {
      literal.text += text;
      literal.pattern += text;
      return {};
    };
    switch (c) {
      case 'n':
      case 'N':
        return plain("\n");
      case 'r':
      case 'R':
        return plain("\r");
      case 't':
      case 'T':
        return plain("\t");
      case 'b':
      case 'B':
        return plain("\b");
      case 'f':
      case 'F':
        return plain("\f");
      case '\'':
        return plain("'");
      case '"':
        return plain("\"");
      case '\\':
      case '%':
      case '_':
        literal.text += c;
        literal.pattern += '\\';
        literal.pattern += c;
        return {};
      case 'u':
      case 'U':
        return code_point(literal, start);
      default:
        return malformed(query_, start, "invalid string escape sequence");
    }
  }

  // \uXXXX, two of them for characters beyond U+FFFF.
  Result<> code_point(Literal& literal, Offset start) {
    const auto unit = [&]() -> std::optional<unsigned> {
      unsigned value = 0;
      if (query_.size() - at_ < 4) return {};
      const auto* first = query_.data() + at_;
      if (auto read = std::from_chars(first, first + 4, value, 16);
          read.ec != std::errc() || read.ptr != first + 4)
        return {};
      at_ += 4;
      return value;
    };
    auto code = unit();
    if (code && *code >= 0xd800 && *code < 0xdc00 && peek() == '\\' &&
        (peek(1) == 'u' || peek(1) == 'U')) {
      at_ += 2;
      const auto low = unit();
      code = low && *low >= 0xdc00 && *low < 0xe000
                 ? std::optional(0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00))
                 : std::nullopt;
    }
    if (!code || *code == 0 || (*code >= 0xd800 && *code < 0xe000))
      return malformed(query_, start, "invalid string escape sequence");
    std::string text;
    append_utf8(text, *code);
    literal.pattern += text == "\\" || text == "%" || text == "_" ? "\\" + text : text;
    literal.text += text;
    return {};
  }

  Result<Token> number_or_date() {
    const auto start = at_;
    if (is_date_here()) return date();
    ++at_;
    while (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) ++at_;
    if ((peek() == 'e' || peek() == 'E') &&
        (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))))) {
      at_ += 2;
      while (is_digit(peek())) ++at_;
    }
    const auto written = since(start);
    auto digits = written;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    Literal literal;
    literal.at = static_cast<Offset>(start);
    literal.text = digits;
    const auto* end = digits.data() + digits.size();
    literal.kind = Literal::Kind::integer;
    auto read = std::from_chars(digits.data(), end, literal.integer);
    if (read.ec == std::errc() && read.ptr == end) {
      literal.number = static_cast<double>(literal.integer);
    } else {
      literal.kind = Literal::Kind::number;
      read = std::from_chars(digits.data(), end, literal.number);
    }
    if (read.ec != std::errc() || read.ptr != end || is_word(peek())) {
      while (is_word(peek())) ++at_;
      return malformed(query_, static_cast<Offset>(start),
                       fmt::format("unexpected token: '{}'", since(start)));
    }
    return Token{Token::Kind::literal, written, std::move(literal), static_cast<Offset>(start)};
  }

  bool is_date_here() const {
    static constexpr std::string_view kShape = "dddd-dd-dd";
    for (std::size_t i = 0; i < kShape.size(); ++i)
      if (kShape[i] == 'd' ? !is_digit(peek(i)) : peek(i) != '-') return false;
    return true;
  }

  Result<Token> date() {
    const auto start = at_;
    at_ += 10;
    Literal literal;
    literal.at = static_cast<Offset>(start);
    std::optional<Time> time;
    if (peek() == 'T' || peek() == 't') {
      ++at_;
      while (is_word(peek()) || peek() == ':' || peek() == '.' || peek() == '+' || peek() == '-')
        ++at_;
      literal.kind = Literal::Kind::date_time;
      time = zoned(since(start));
      if (time) literal.integer = to_ms(*time);
    } else {
      literal.kind = Literal::Kind::date;
      literal.text = since(start);
      time = parse_rfc3339(literal.text + "T00:00:00Z");
    }
    if (!time || is_word(peek()))
      return malformed(query_, static_cast<Offset>(start),
                       fmt::format("invalid date: '{}'", since(start)));
    return Token{Token::Kind::literal, since(start), std::move(literal),
                 static_cast<Offset>(start)};
  }

  // A date-time must say its zone: Z, +02:00 or +0200.
  static std::optional<Time> zoned(std::string_view text) {
    std::string exact(text);
    if (exact.back() == 'z') exact.back() = 'Z';
    exact[10] = 'T';
    if (exact.back() != 'Z') {
      const auto sign = exact.find_last_of("+-");
      if (sign < 16) return {};
      if (exact.size() - sign == 5) exact.insert(exact.size() - 2, ":");
    }
    return parse_rfc3339(exact);
  }

  std::string_view query_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view query) { return Lexer(query).run(); }

}  // namespace stockbell::crm::soql
