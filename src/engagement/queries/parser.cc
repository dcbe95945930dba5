#include "engagement/queries/parser.h"

#include <charconv>

namespace stockbell::engagement::queries {
namespace {

constexpr std::size_t kMostItems = 300;
constexpr std::size_t kMostSources = 20;
constexpr std::size_t kMostUnions = 20;

}  // namespace

bool is_keyword(std::string_view word) {
  for (const std::string_view one :
       {"select", "from",   "where", "group", "having", "order", "by",    "union",
        "all",    "inner",  "left",  "right", "full",   "outer", "cross", "join",
        "on",     "as",     "and",   "or",    "not",    "in",    "like",  "between",
        "is",     "null",   "case",  "when",  "then",   "else",  "end",   "distinct",
        "top",    "exists", "asc",   "desc",  "with",   "into"})
    if (word == one) return true;
  return false;
}

Result<Query> parse(std::string_view text) {
  SB_TRY(tokens, tokenize(text));
  return Parser(std::move(tokens)).whole();
}

Result<Query> Parser::whole() {
  if (!tokens_.is("select")) return tokens_.bad("a query is a SELECT; nothing else is run here");
  SB_TRY(parsed, query());
  tokens_.take(";");
  if (tokens_.now().kind != Token::Kind::end)
    return tokens_.bad("the query goes on after its end: " + tokens_.now().text.substr(0, 50));
  return std::move(parsed);
}

Result<> Parser::deeper() {
  if (depth_ > 60 || ++parts_ > 5000)
    return tokens_.bad("the query is nested too deeply, or too long");
  return {};
}

Result<Query> Parser::query() {
  SB_CHECK(deeper());
  ++depth_;
  Query made;
  for (;;) {
    SB_TRY(one, select());
    made.selects.push_back(std::move(one));
    if (!tokens_.take("union")) break;
    made.all.push_back(tokens_.take("all"));
    if (made.selects.size() >= kMostUnions) return tokens_.bad("too many UNIONs");
  }
  if (tokens_.take("order")) {
    SB_CHECK(tokens_.expect("by"));
    SB_TRY(orders, order_list());
    made.orders = std::move(orders);
    if (made.selects.size() > 1 || !made.selects[0].top)
      return tokens_.bad("ORDER BY needs TOP, and no UNION");
  }
  --depth_;
  return made;
}

Result<Select> Parser::select() {
  SB_CHECK(tokens_.expect("select"));
  Select made;
  made.distinct = tokens_.take("distinct");
  if (tokens_.take("top")) {
    const bool bracket = tokens_.take("(");
    std::int64_t count = 0;
    const auto& text = tokens_.now().text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (tokens_.now().kind != Token::Kind::number || error != std::errc() ||
        end != text.data() + text.size())
      return tokens_.bad("after TOP stands a whole number");
    made.top = count;
    tokens_.next();
    if (bracket) SB_CHECK(tokens_.expect(")"));
    if (tokens_.is("percent")) return tokens_.bad("TOP counts rows, not percents");
  }
  SB_CHECK(items(made));
  if (tokens_.is("into")) return tokens_.bad("a query is a SELECT; it writes to its target alone");
  SB_CHECK(tokens_.expect("from"));
  SB_CHECK(sources(made));
  if (tokens_.take("where")) {
    SB_TRY(where, expression());
    made.where = std::move(where);
  }
  if (tokens_.take("group")) {
    SB_CHECK(tokens_.expect("by"));
    SB_TRY(groups, list());
    made.groups = std::move(groups);
  }
  if (tokens_.take("having")) {
    SB_TRY(having, expression());
    made.having = std::move(having);
  }
  return made;
}

Result<> Parser::items(Select& select) {
  do {
    Item item;
    if (tokens_.is("*")) return tokens_.bad("name the columns; * is not taken here");
    SB_TRY(value, expression());
    item.value = std::move(value);
    SB_TRY(name, alias());
    item.alias = std::move(name);
    select.items.push_back(std::move(item));
    if (select.items.size() > kMostItems) return tokens_.bad("too many columns");
  } while (tokens_.take(","));
  return {};
}

// [AS] name; "" when there is none.
Result<std::string> Parser::alias() {
  const bool as = tokens_.take("as");
  const auto& token = tokens_.now();
  const bool name = token.kind == Token::Kind::name || token.kind == Token::Kind::text ||
                    (token.kind == Token::Kind::word && !is_keyword(token.text));
  if (!name) return as ? Result<std::string>(tokens_.bad("after AS stands a name")) : std::string();
  auto found = token.kind == Token::Kind::word ? token.as_is : token.text;
  tokens_.next();
  return found;
}

Result<> Parser::sources(Select& select) {
  SB_TRY(first, source());
  select.sources.push_back(std::move(first));
  for (;;) {
    if (tokens_.is(",")) return tokens_.bad("join by JOIN ... ON");
    bool left = false;
    if (tokens_.take("left")) {
      left = true;
      tokens_.take("outer");
    } else if (tokens_.is("right") || tokens_.is("full") || tokens_.is("cross")) {
      return tokens_.bad("the joins are INNER JOIN and LEFT JOIN");
    } else {
      const bool inner = tokens_.take("inner");
      if (!inner && !tokens_.is("join")) return {};
    }
    SB_CHECK(tokens_.expect("join"));
    SB_TRY(next, source());
    SB_CHECK(tokens_.expect("on"));
    SB_TRY(on, expression());
    next.left = left;
    next.on = std::move(on);
    select.sources.push_back(std::move(next));
    if (select.sources.size() > kMostSources) return tokens_.bad("too many joins");
  }
}

Result<Source> Parser::source() {
  Source made;
  if (tokens_.take("(")) {
    SB_TRY(inner, query());
    SB_CHECK(tokens_.expect(")"));
    made.query = std::make_shared<Query>(std::move(inner));
  } else {
    for (bool more = true; more;) {
      const auto& token = tokens_.now();
      if (token.kind != Token::Kind::name &&
          (token.kind != Token::Kind::word || is_keyword(token.text)))
        return tokens_.bad("a data extension's name is expected");
      made.name = token.kind == Token::Kind::word ? token.as_is : token.text;
      tokens_.next();
      // Ent. stands before what the whole enterprise shares: here there is one account.
      more = tokens_.is(".") && (made.name == "Ent" || made.name == "ent" || made.name == "ENT");
      if (more) tokens_.next();
    }
  }
  SB_TRY(name, alias());
  made.alias = name.empty() ? made.name : name;
  if (made.alias.empty()) return tokens_.bad("a query in brackets needs a name after it");
  if (tokens_.take("with")) {  // WITH (NOLOCK)
    SB_CHECK(tokens_.expect("("));
    SB_CHECK(tokens_.expect("nolock"));
    SB_CHECK(tokens_.expect(")"));
  }
  return made;
}

Result<std::vector<Expression::Order>> Parser::order_list() {
  std::vector<Expression::Order> orders;
  do {
    SB_TRY(by, expression());
    Expression::Order order{std::move(by), false};
    if (tokens_.take("desc"))
      order.descending = true;
    else
      tokens_.take("asc");
    orders.push_back(std::move(order));
  } while (tokens_.take(","));
  return orders;
}

Result<std::vector<Expression>> Parser::list() {
  std::vector<Expression> all;
  do {
    SB_TRY(one, expression());
    all.push_back(std::move(one));
  } while (tokens_.take(","));
  return all;
}

}  // namespace stockbell::engagement::queries
