#include "crm/soql/parser.h"

#include "crm/soql/condition_parser.h"
#include "platform/text/text.h"

namespace stockbell::crm::soql {
namespace {

constexpr std::size_t kMaxCharacters = 100'000;
constexpr std::size_t kMaxSelected = 500, kMaxSubqueries = 20, kMaxSorted = 32;
constexpr std::int64_t kMaxOffset = 2000;

class Parser {
 public:
  explicit Parser(TokenReader& tokens)
      : tokens_(tokens), conditions_(tokens, [this] { return query(); }) {}

  Result<Query> whole() {
    SB_TRY(parsed, query());
    if (tokens_.peek().kind != Token::Kind::end) return tokens_.unexpected();
    return std::move(parsed);
  }

 private:
  Result<Query> query() {
    const auto level = conditions_.deeper();
    if (!level) return std::unexpected(level.error());
    Query made;
    SB_CHECK(tokens_.need_word("SELECT"));
    SB_CHECK(select(made));
    SB_CHECK(tokens_.need_word("FROM"));
    SB_CHECK(from(made));
    if (tokens_.take_word("WHERE")) {
      SB_TRY(condition, conditions_.parse());
      made.where = std::move(condition);
    }
    while (tokens_.take_word("WITH")) {
      if (!tokens_.take_word("SECURITY_ENFORCED") && !tokens_.take_word("USER_MODE") &&
          !tokens_.take_word("SYSTEM_MODE"))
        return tokens_.unexpected();
    }
    SB_CHECK(group(made));
    SB_CHECK(order(made));
    if (tokens_.at_word("LIMIT")) SB_CHECK(count(made.limit, made.limit_at));
    if (tokens_.at_word("OFFSET")) SB_CHECK(count(made.offset, made.offset_at));
    if (made.offset.value_or(0) > kMaxOffset) return malformed_offset(made);
    while (tokens_.take_word("FOR"))
      if (!tokens_.take_word("UPDATE") && !tokens_.take_word("VIEW") &&
          !tokens_.take_word("REFERENCE"))
        return tokens_.unexpected();
    if (tokens_.take_word("ALL")) {
      SB_CHECK(tokens_.need_word("ROWS"));
      made.all_rows = true;
    }
    return made;
  }

  std::unexpected<Error> malformed_offset(const Query& made) const {
    auto refused = tokens_.refuse(made.offset_at, "OFFSET is at most 2000").error();
    refused.reason = "NUMBER_OUTSIDE_VALID_RANGE";
    return fail(std::move(refused));
  }

  Result<> select(Query& made) {
    std::size_t subqueries = 0;
    do {
      if (made.select.size() == kMaxSelected)
        return tokens_.refuse(tokens_.peek().at, "too many fields are selected");
      SB_TRY(item, selected());
      if (item.kind == SelectItem::Kind::subquery && ++subqueries > kMaxSubqueries)
        return tokens_.refuse(item.at, "too many subqueries");
      made.select.push_back(std::move(item));
    } while (tokens_.take_mark(","));
    return {};
  }

  Result<SelectItem> selected() {
    SelectItem item;
    item.at = tokens_.peek().at;
    if (tokens_.take_mark("(")) {
      SB_TRY(inner, query());
      SB_CHECK(tokens_.need_mark(")"));
      item.kind = SelectItem::Kind::subquery;
      item.subquery = std::make_unique<Query>(std::move(inner));
      return item;
    }
    if (tokens_.at_word("FIELDS") && tokens_.at_mark("(", 1)) {
      tokens_.take();
      tokens_.take();
      if (tokens_.take_word("ALL"))
        item.kind = SelectItem::Kind::fields_all;
      else if (tokens_.take_word("STANDARD"))
        item.kind = SelectItem::Kind::fields_standard;
      else if (tokens_.take_word("CUSTOM"))
        item.kind = SelectItem::Kind::fields_custom;
      else
        return tokens_.unexpected();
      SB_CHECK(tokens_.need_mark(")"));
      return item;
    }
    if (tokens_.at_word("FROM")) return tokens_.unexpected();
    SB_TRY(operand, conditions_.operand());
    item.operand = std::move(operand);
    if (item.operand.function != Function::none) item.kind = SelectItem::Kind::aggregate;
    if (tokens_.peek().kind == Token::Kind::word && !tokens_.at_word("FROM"))
      item.alias = tokens_.take().text;
    return item;
  }

  Result<> from(Query& made) {
    made.from_at = tokens_.peek().at;
    if (tokens_.peek().kind != Token::Kind::word) return tokens_.unexpected();
    made.from = tokens_.take().text;
    if (tokens_.take_word("USING")) {
      SB_CHECK(tokens_.need_word("SCOPE"));
      SB_CHECK(tokens_.need_word("EVERYTHING"));
    }
    if (tokens_.peek().kind == Token::Kind::word &&
        !tokens_.at_any({"WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR",
                         "ALL", "USING"}))
      made.alias = tokens_.take().text;
    return {};
  }

  Result<> group(Query& made) {
    if (tokens_.take_word("GROUP")) {
      SB_CHECK(tokens_.need_word("BY"));
      do {
        SB_TRY(path, conditions_.path());
        made.group_by.push_back(std::move(path));
        if (made.group_by.size() > kMaxSorted)
          return tokens_.refuse(made.group_by.back().at, "too many fields to group by");
      } while (tokens_.take_mark(","));
    }
    if (tokens_.take_word("HAVING")) {
      SB_TRY(condition, conditions_.parse());
      made.having = std::move(condition);
    }
    return {};
  }

  Result<> order(Query& made) {
    if (!tokens_.take_word("ORDER")) return {};
    SB_CHECK(tokens_.need_word("BY"));
    do {
      OrderItem item;
      SB_TRY(operand, conditions_.operand());
      item.operand = std::move(operand);
      item.descending = !tokens_.take_word("ASC") && tokens_.take_word("DESC");
      if (tokens_.take_word("NULLS")) {
        item.nulls_first = tokens_.take_word("FIRST");
        if (!*item.nulls_first) SB_CHECK(tokens_.need_word("LAST"));
      }
      if (made.order_by.size() == kMaxSorted)
        return tokens_.refuse(item.operand.at, "too many fields to order by");
      made.order_by.push_back(std::move(item));
    } while (tokens_.take_mark(","));
    return {};
  }

  Result<> count(std::optional<std::int64_t>& into, Offset& at) {
    tokens_.take();
    const auto& token = tokens_.peek();
    at = token.at;
    if (token.kind != Token::Kind::literal || token.literal.kind != Literal::Kind::integer ||
        token.literal.integer < 0)
      return tokens_.unexpected();
    into = token.literal.integer;
    tokens_.take();
    return {};
  }

  TokenReader& tokens_;
  ConditionParser conditions_;
};

}  // namespace

Result<Query> parse(std::string_view query) {
  if (query.size() > 4 * kMaxCharacters || std::ranges::count_if(query, [](char c) {
                                             return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                                           }) > static_cast<std::ptrdiff_t>(kMaxCharacters))
    return fail(ErrorCode::invalid, "MALFORMED_QUERY",
                "SOQL statements cannot be longer than 100000 characters.");
  if (!text::valid_utf8(query) || query.find('\0') != query.npos)
    return fail(ErrorCode::invalid, "MALFORMED_QUERY", "the query is not UTF-8 text");
  SB_TRY(tokens, tokenize(query));
  TokenReader reader(query, std::move(tokens));
  return Parser(reader).whole();
}

}  // namespace stockbell::crm::soql
