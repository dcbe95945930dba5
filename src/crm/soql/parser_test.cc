#include "crm/soql/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockbell::crm::soql {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

Query parsed(std::string_view text) {
  auto query = parse(text);
  EXPECT_TRUE(query) << text << "\n" << (query ? "" : query.error().message);
  return query ? std::move(*query) : Query();
}

std::string refusal(std::string_view text) {
  const auto query = parse(text);
  EXPECT_FALSE(query) << text;
  if (query) return "";
  EXPECT_EQ(query.error().reason, "MALFORMED_QUERY") << text;
  return query.error().message;
}

TEST(SoqlParser, ReadsEveryClause) {
  const auto query = parsed(
      "select Id, Contact__r.Account.Name, (SELECT Id FROM Back_In_Stocks__r) from Contact c "
      "WHERE a = 1 AND (b != 'x' OR NOT c like '%y') WITH SECURITY_ENFORCED "
      "GROUP BY d, e.f HAVING COUNT(Id) > 1 ORDER BY g DESC NULLS LAST, MAX(h) ASC "
      "LIMIT 5 OFFSET 10 FOR VIEW ALL ROWS");
  ASSERT_EQ(query.select.size(), 3u);
  EXPECT_THAT(query.select[1].operand.path.names, ElementsAre("Contact__r", "Account", "Name"));
  EXPECT_EQ(query.select[2].subquery->from, "Back_In_Stocks__r");
  EXPECT_EQ(query.from, "Contact");
  EXPECT_EQ(query.alias, "c");
  ASSERT_EQ(query.where->kind, Condition::Kind::all);
  const auto& either = query.where->parts[1];
  ASSERT_EQ(either.kind, Condition::Kind::any);
  EXPECT_EQ(either.parts[1].kind, Condition::Kind::negation);
  EXPECT_EQ(query.group_by.size(), 2u);
  EXPECT_EQ(query.having->operand.function, Function::count);
  EXPECT_TRUE(query.order_by[0].descending);
  EXPECT_EQ(query.order_by[0].nulls_first, false);
  EXPECT_EQ(query.order_by[1].operand.function, Function::max);
  EXPECT_EQ(query.limit, 5);
  EXPECT_EQ(query.offset, 10);
  EXPECT_TRUE(query.all_rows);
}

TEST(SoqlParser, ReadsAggregatesAndAliases) {
  const auto query = parsed("SELECT Status__c s, COUNT(Id) n, COUNT_DISTINCT(a), AVG(b) FROM X");
  EXPECT_EQ(query.select[0].alias, "s");
  EXPECT_EQ(query.select[1].operand.function, Function::count);
  EXPECT_EQ(query.select[1].alias, "n");
  EXPECT_EQ(query.select[2].operand.function, Function::count_distinct);
  EXPECT_EQ(parsed("SELECT COUNT() FROM X").select[0].operand.path.names.size(), 0u);
  EXPECT_EQ(parsed("SELECT fields(custom) FROM X").select[0].kind, SelectItem::Kind::fields_custom);
}

Literal literal(std::string_view written) {
  return parsed("SELECT Id FROM X WHERE a = " + std::string(written)).where->literals.at(0);
}

TEST(SoqlParser, ReadsLiterals) {
  EXPECT_EQ(literal("null").kind, Literal::Kind::null);
  EXPECT_EQ(literal("TRUE").integer, 1);
  EXPECT_EQ(literal("-12").integer, -12);
  EXPECT_EQ(literal("+7").integer, 7);
  EXPECT_DOUBLE_EQ(literal("1.5e3").number, 1500);
  EXPECT_EQ(literal("99999999999999999999").kind, Literal::Kind::number);
  EXPECT_EQ(literal("2026-01-31").text, "2026-01-31");
  EXPECT_EQ(literal("1970-01-01T00:00:01Z").integer, 1000);
  EXPECT_EQ(literal("1970-01-01T02:00:01.250+02:00").integer, 1250);
  EXPECT_EQ(literal("1970-01-01T00:00:00-0130").integer, 5'400'000);
  EXPECT_EQ(literal("1970-01-01T00:00:00.123456+00:00").integer, 123);
  EXPECT_EQ(literal("last_n_days:30").relative.shift, 30);
  EXPECT_EQ(literal("N_MONTHS_AGO:2").relative.shift, -2);
  EXPECT_EQ(literal("TODAY").kind, Literal::Kind::relative);
}

TEST(SoqlParser, DecodesEscapes) {
  EXPECT_EQ(literal(R"('O\'Brien \"x\" \\ \n\t')").text, "O'Brien \"x\" \\ \n\t");
  EXPECT_EQ(literal(R"('\u00e9\uD83D\uDE00')").text, "é😀");
  EXPECT_EQ(literal(R"('50\%\_%_\\')").pattern, R"(50\%\_%_\\)");
  EXPECT_EQ(literal(R"('50\%\_%_\\')").text, R"(50%_%_\)");
  for (const auto* bad : {R"('\x')", R"('\u12')", R"('\uD800')", R"('\u0000')", "'open", R"('\')"})
    refusal("SELECT Id FROM X WHERE a = " + std::string(bad));
}

TEST(SoqlParser, ReadsLists) {
  const auto query =
      parsed("SELECT Id FROM X WHERE a IN ('x', 'y') AND b NOT IN (SELECT c FROM Y)");
  EXPECT_EQ(query.where->parts[0].literals.size(), 2u);
  EXPECT_EQ(query.where->parts[1].comparison, Comparison::not_in);
  EXPECT_EQ(query.where->parts[1].inner->from, "Y");
}

TEST(SoqlParser, DrawsWhereItIsWrong) {
  EXPECT_EQ(refusal("SELECT Id, FROM Contact"),
            "\nSELECT Id, FROM Contact\n           ^\nERROR at Row:1:Column:12\n"
            "unexpected token: 'FROM'");
  EXPECT_EQ(refusal("SELECT Id\nFROM Contact WHERE\n  a = 'é' b"),
            "\n  a = 'é' b\n          ^\nERROR at Row:3:Column:11\nunexpected token: 'b'");
  EXPECT_THAT(refusal("SELECT Id FROM Contact WHERE"), EndsWith("unexpected token: <EOF>"));
  const auto lengthy = refusal("SELECT Id FROM Contact WHERE Name = '" + std::string(500, 'x') +
                               "' AND AND " + std::string(500, ' '));
  EXPECT_LT(lengthy.size(), 250u);
  EXPECT_THAT(lengthy, HasSubstr("Column:544\nunexpected token: 'AND'"));
}

TEST(SoqlParser, RefusesWhatIsNotSoql) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "unexpected token: <EOF>"},
      {"DELETE FROM Contact", "unexpected token: 'DELETE'"},
      {"SELECT FROM Contact", "unexpected token: 'FROM'"},
      {"SELECT * FROM Contact", "unexpected token: '*'"},
      {"SELECT Id FROM Contact; DROP TABLE contact", "unexpected token: ';'"},
      {"SELECT Id FROM Contact -- x", "unexpected token: '-'"},
      {"SELECT Id FROM Contact /* x */", "unexpected token: '/'"},
      {"SELECT Id FROM Contact WHERE a = 1 AND b = 2 OR c = 3", "unexpected token: 'OR'"},
      {"SELECT Id FROM Contact WHERE a = 1 OR b = 2 AND c = 3", "unexpected token: 'AND'"},
      {"SELECT Id FROM Contact WHERE a IS NULL", "unexpected token: 'IS'"},
      {"SELECT Id FROM Contact WHERE a = :x", "Bind variables only allowed in Apex code"},
      {"SELECT Id FROM Contact WHERE a = b", "unexpected token: 'b'"},
      {"SELECT Id FROM Contact WHERE a = \"b\"", "unexpected token: '\"'"},
      {"SELECT Id FROM Contact WHERE a = 2026-13-01", "invalid date: '2026-13-01'"},
      {"SELECT Id FROM Contact WHERE a = 2026-01-01T00:00:00", "invalid date"},
      {"SELECT Id FROM Contact WHERE a = 12x", "unexpected token: '12x'"},
      {"SELECT Id FROM Contact WHERE a INCLUDES ('x')", "includes or excludes"},
      {"SELECT Id FROM Contact WHERE a IN ()", "unexpected token: ')'"},
      {"SELECT Id FROM Contact WHERE (a = 1", "unexpected token: <EOF>"},
      {"SELECT Id FROM Contact LIMIT -1", "unexpected token: '-1'"},
      {"SELECT Id FROM Contact WHERE a = LAST_N_DAYS:0", "from 1 to 9999"},
      {"SELECT toLabel(Status__c) FROM X", "unexpected token: '('"},
      {"SELECT Id FROM Contact WHERE Name = '｡' ｡", "unexpected token: '｡'"},
      {"SELECT a.b.c.d.e.f.g.h FROM X", "at most five parents"},
  };
  for (const auto& [query, what] : cases) EXPECT_THAT(refusal(query), HasSubstr(what)) << query;
  EXPECT_EQ(parse("SELECT Id FROM X OFFSET 2001").error().reason, "NUMBER_OUTSIDE_VALID_RANGE");
}

TEST(SoqlParser, StopsAtItsBounds) {
  const auto nested = [](int depth) {
    return "SELECT Id FROM X WHERE " + std::string(depth, '(') + "a = 1" + std::string(depth, ')');
  };
  parsed(nested(31));
  EXPECT_THAT(refusal(nested(32)), HasSubstr("nested too deep"));
  EXPECT_THAT(refusal(nested(40'000)), HasSubstr("nested too deep"));
  std::string nots = "SELECT Id FROM X WHERE ";
  for (int i = 0; i < 20'000; ++i) nots += "NOT ";
  EXPECT_THAT(refusal(nots + "a = 1"), HasSubstr("nested too deep"));
  std::string wide = "SELECT Id FROM X WHERE a = 1";
  for (int i = 0; i < 1000; ++i) wide += " OR a = 1";
  EXPECT_THAT(refusal(wide), HasSubstr("too many conditions"));
  std::string list = "SELECT Id FROM X WHERE a IN (1";
  for (int i = 1; i < 4000; ++i) list += ",1";
  parsed(list + ")");
  EXPECT_THAT(refusal(list + ",1)"), HasSubstr("at most 4000"));
  EXPECT_THAT(refusal("SELECT Id FROM X WHERE a = '" + std::string(100'001, 'x') + "'"),
              HasSubstr("100000 characters"));
  EXPECT_THAT(refusal("SELECT Id FROM X WHERE a = '\xff'"), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(std::string_view("SELECT Id\0 FROM X", 17)), HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace stockbell::crm::soql
