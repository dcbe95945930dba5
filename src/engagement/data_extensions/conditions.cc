#include "engagement/data_extensions/conditions.h"

#include "base/id.h"
#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/column_values.h"
#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kLongestFilter = 4000;
constexpr std::size_t kDeepest = 20;

std::unexpected<Error> bad(std::string message, std::string field = "$filter") {
  return fail(ErrorCode::invalid, "filter-invalid", std::move(message), std::move(field));
}

struct Token {
  enum class Kind { word, text, open, close, end } kind = Kind::end;
  std::string text;
};

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : rest_(text) {}

  Result<Condition> parse() {
    SB_CHECK(next());
    SB_TRY(whole, any_of(0));
    if (now_.kind != Token::Kind::end) return bad("the filter goes on after its end: " + now_.text);
    return std::move(whole);
  }

 private:
  Result<> next() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    now_ = {};
    if (rest_.empty()) return {};
    const char c = rest_.front();
    if (c == '(' || c == ')') {
      now_ = {c == '(' ? Token::Kind::open : Token::Kind::close, std::string(1, c)};
      rest_.remove_prefix(1);
      return {};
    }
    if (c == '\'') return next_text();
    const auto end = std::min(rest_.find_first_of(" ()'"), rest_.size());
    now_ = {Token::Kind::word, std::string(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    return {};
  }

  Result<> next_text() {
    now_.kind = Token::Kind::text;
    for (rest_.remove_prefix(1);;) {
      const auto quote = rest_.find('\'');
      if (quote == rest_.npos) return bad("a text has no closing quote");
      now_.text += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('\'')) return {};
      now_.text += '\'';
      rest_.remove_prefix(1);
    }
  }

  bool is_word(std::string_view word) const {
    return now_.kind == Token::Kind::word && fold_name(now_.text) == word;
  }

  Result<Condition> any_of(std::size_t depth) { return chain(depth, "or", Condition::Kind::any); }

  Result<Condition> chain(std::size_t depth, std::string_view word, Condition::Kind kind) {
    if (depth > kDeepest) return bad("the filter is nested too deeply");
    const auto part = [&]() -> Result<Condition> {
      if (kind == Condition::Kind::any) return chain(depth, "and", Condition::Kind::all);
      return primary(depth);
    };
    SB_TRY(first, part());
    if (!is_word(word)) return std::move(first);
    Condition all;
    all.kind = kind;
    all.parts.push_back(std::move(first));
    while (is_word(word)) {
      SB_CHECK(next());
      SB_TRY(further, part());
      all.parts.push_back(std::move(further));
    }
    return all;
  }

  Result<Condition> primary(std::size_t depth) {
    if (now_.kind == Token::Kind::open) {
      SB_CHECK(next());
      SB_TRY(inside, any_of(depth + 1));
      if (now_.kind != Token::Kind::close) return bad("a bracket is not closed");
      SB_CHECK(next());
      return std::move(inside);
    }
    if (now_.kind != Token::Kind::word && now_.kind != Token::Kind::text)
      return bad("a column's name is wanted, as in: Name eq 'Ada'");
    Condition one;
    one.column = now_.text;
    SB_CHECK(next());
    if (is_word("is")) return null_test(std::move(one));
    SB_TRY(comparison, operation());
    one.comparison = comparison;
    SB_CHECK(next());
    if (now_.kind != Token::Kind::word && now_.kind != Token::Kind::text)
      return bad("a value is wanted after " + one.column);
    one.value = now_.text;
    SB_CHECK(next());
    return one;
  }

  Result<Condition> null_test(Condition one) {
    SB_CHECK(next());
    one.comparison = Comparison::is_null;
    if (is_word("not")) {
      one.comparison = Comparison::is_not_null;
      SB_CHECK(next());
    }
    if (!is_word("null")) return bad("after is stands: null, or not null");
    SB_CHECK(next());
    return one;
  }

  Result<Comparison> operation() const {
    constexpr std::pair<std::string_view, Comparison> kWords[] = {
        {"eq", Comparison::equal},          {"ne", Comparison::not_equal},
        {"neq", Comparison::not_equal},     {"gt", Comparison::greater},
        {"gte", Comparison::greater_equal}, {"ge", Comparison::greater_equal},
        {"lt", Comparison::less},           {"lte", Comparison::less_equal},
        {"le", Comparison::less_equal},     {"like", Comparison::like}};
    for (const auto& [word, comparison] : kWords)
      if (is_word(word)) return comparison;
    return bad("after a column stands eq, ne, gt, gte, lt, lte, like or is null");
  }

  std::string_view rest_;
  Token now_;
};

std::string_view sign_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return "=";
    case Comparison::not_equal:
      return "<>";
    case Comparison::greater:
      return ">";
    case Comparison::greater_equal:
      return ">=";
    case Comparison::less:
      return "<";
    default:
      return "<=";
  }
}

Result<std::string> comparison_sql(const DataExtension& extension, const Condition& condition,
                                   bool postgresql, db::Params& params) {
  const auto index = extension.find_column(condition.column);
  if (!index) return bad("there is no column " + condition.column.substr(0, 100));
  auto column = extension.columns[*index];
  auto sql = column_sql(*index);
  if (condition.comparison == Comparison::is_null) return sql + " IS NULL";
  if (condition.comparison == Comparison::is_not_null) return sql + " IS NOT NULL";
  const bool equality =
      condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
  if (!column.record_prefix.empty() &&
      (!equality || !parse_record_id(column.record_prefix, condition.value))) {
    sql = record_id_sql(column.record_prefix, sql);  // compared as the text it is
    column.record_prefix = {};
  }
  if (condition.comparison == Comparison::like) {
    if (column.type == ColumnType::number || column.type == ColumnType::decimal ||
        column.type == ColumnType::date || column.type == ColumnType::boolean)
      return bad("like is for columns of text");
    if (!text::valid_utf8(condition.value)) return bad("a value is no UTF-8 text");
    params.push_back(like_pattern(condition.value));
    return fmt::format("LOWER({}{}) LIKE LOWER(CAST(${} AS TEXT){}) ESCAPE '\\'", sql,
                       postgresql ? " COLLATE \"C\"" : "", params.size(),
                       postgresql ? " COLLATE \"C\"" : "");
  }
  if (column.type == ColumnType::text) column.length = INT32_MAX;
  if (column.type == ColumnType::email_address || column.type == ColumnType::phone ||
      column.type == ColumnType::locale) {
    column.type = ColumnType::text;  // what is no address is in no row
    column.length = INT32_MAX;
  }
  SB_TRY(value, parse_value(column, condition.value));
  params.push_back(value);
  return fmt::format("{} {} ${}", sql, sign_of(condition.comparison), params.size());
}

}  // namespace

Result<Condition> parse_filter(std::string_view text) {
  if (text.size() > kLongestFilter)
    return bad(fmt::format("a filter has at most {} bytes", kLongestFilter));
  return FilterParser(text).parse();
}

Result<std::string> condition_sql(const DataExtension& extension, const Condition& condition,
                                  bool postgresql, db::Params& params) {
  if (condition.kind == Condition::Kind::comparison)
    return comparison_sql(extension, condition, postgresql, params);
  std::string sql;
  for (const auto& part : condition.parts) {
    SB_TRY(one, condition_sql(extension, part, postgresql, params));
    sql += fmt::format(
        "{}({})", sql.empty() ? "" : (condition.kind == Condition::Kind::all ? " AND " : " OR "),
        one);
  }
  return sql.empty() ? Result<std::string>("1 = 1") : Result<std::string>(std::move(sql));
}

Result<std::string> order_sql(const DataExtension& extension, std::string_view text) {
  std::string sql;
  if (text.size() > kLongestFilter) return bad("$orderBy is too long", "$orderBy");
  while (!text::trim(text).empty()) {
    const auto comma = std::min(text.find(','), text.size());
    auto name = text::trim(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    std::string_view direction;
    const auto folded = fold_name(name);
    for (const auto* word : {" asc", " desc"})
      if (folded.ends_with(word)) direction = word;
    name = text::trim(std::string_view(name).substr(0, name.size() - direction.size()));
    const auto index = extension.find_column(name);
    if (!index) return bad("there is no column " + name.substr(0, 100), "$orderBy");
    sql += fmt::format("{}{}, ", column_sql(*index), direction == " desc" ? " DESC" : "");
  }
  return sql + "row_id";
}

std::string like_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace stockbell::engagement
