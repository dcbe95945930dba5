#include "engagement/data_extensions/column_values.h"

#include <gmock/gmock.h>

#include "engagement/data_extensions/conditions.h"
#include "engagement/data_extensions/definition_rules.h"

namespace stockbell::engagement {
namespace {

using ::testing::HasSubstr;

Column column(ColumnType type, int length = 0, int scale = 0) {
  Column made;
  made.name = "C";
  made.type = type;
  made.length = length;
  made.scale = scale;
  return made;
}

std::string round_trip(const Column& of, std::string_view text) {
  const auto value = parse_value(of, text);
  if (!value) return "!" + value.error().reason;
  return format_value(of, *value).value_or("null");
}

TEST(ColumnValues, KeepWhatTheirTypeTakes) {
  EXPECT_EQ(round_trip(column(ColumnType::text, 3), "äöü"), "äöü");
  EXPECT_EQ(round_trip(column(ColumnType::text, 3), "abcd"), "!value-invalid");
  EXPECT_EQ(round_trip(column(ColumnType::text, 3), ""), "");
  EXPECT_EQ(round_trip(column(ColumnType::text, 3), std::string_view("a\0b", 3)), "!value-invalid");
  EXPECT_EQ(round_trip(column(ColumnType::number), "-2147483648"), "-2147483648");
  EXPECT_EQ(round_trip(column(ColumnType::number), "2147483648"), "!value-invalid");
  EXPECT_EQ(round_trip(column(ColumnType::number), ""), "null");
  EXPECT_EQ(round_trip(column(ColumnType::boolean), "YES"), "true");
  EXPECT_EQ(round_trip(column(ColumnType::boolean), "maybe"), "!value-invalid");
  EXPECT_EQ(round_trip(column(ColumnType::email_address), "Ada@Example.com"), "Ada@Example.com");
  EXPECT_EQ(round_trip(column(ColumnType::email_address), "ada"), "!value-invalid");
  EXPECT_EQ(round_trip(column(ColumnType::phone), "+49 (30) 1-2"), "+49 (30) 1-2");
  EXPECT_EQ(round_trip(column(ColumnType::phone), "call me"), "!value-invalid");
  EXPECT_EQ(round_trip(column(ColumnType::locale), "en-GB"), "en-GB");
  EXPECT_EQ(round_trip(column(ColumnType::locale), "english"), "!value-invalid");
}

TEST(ColumnValues, KeepDecimalsToTheirLastDigit) {
  const auto price = column(ColumnType::decimal, 7, 2);
  EXPECT_EQ(round_trip(price, "12345.67"), "12345.67");
  EXPECT_EQ(round_trip(price, "-0.5"), "-0.50");
  EXPECT_EQ(round_trip(price, "1.500"), "1.50");
  EXPECT_EQ(round_trip(price, "0"), "0.00");
  for (const auto* wrong : {"123456.78", "1.234", "1e3", "--1", ".", "1.2.3", "x"})
    EXPECT_EQ(round_trip(price, wrong), "!value-invalid") << wrong;
  EXPECT_EQ(round_trip(column(ColumnType::decimal, 18, 0), "999999999999999999"),
            "999999999999999999");
}

TEST(ColumnValues, ReadDatesAsClientsWriteThem) {
  const auto date = column(ColumnType::date);
  for (const auto* text : {"2026-01-31T08:15:00Z", "2026-01-31 08:15:00", "1/31/2026 8:15:00 AM",
                           "1/31/2026 8:15 AM", "2026-01-31T09:15:00+01:00"})
    EXPECT_EQ(round_trip(date, text), "2026-01-31T08:15:00.000Z") << text;
  EXPECT_EQ(round_trip(date, "1/31/2026 12:00:00 AM"), "2026-01-31T00:00:00.000Z");
  EXPECT_EQ(round_trip(date, "1/31/2026 12:00:00 PM"), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(round_trip(date, "2026-01-31"), "2026-01-31T00:00:00.000Z");
  for (const auto* wrong : {"2026-02-30", "31/1/2026", "1/31/2026 13:00:00 PM", "2026-01-31 25:00",
                            "today", "1/31", "1-2-3-4"})
    EXPECT_EQ(round_trip(date, wrong), "!value-invalid") << wrong;
}

TEST(Filters, AreReadWithBracketsAndQuotes) {
  DataExtension extension;
  extension.columns = {column(ColumnType::text, 50), column(ColumnType::number)};
  extension.columns[1].name = "Age";
  const auto sql = [&](std::string_view filter) -> std::string {
    const auto parsed = parse_filter(filter);
    if (!parsed) return "!" + parsed.error().message;
    db::Params params;
    const auto made = condition_sql(extension, *parsed, false, params);
    return made ? *made + fmt::format(" /{}", params.size()) : "!" + made.error().message;
  };
  EXPECT_EQ(sql("c eq 'O''Hara'"), "c_1 = $1 /1");
  EXPECT_EQ(sql("C eq 'a' or age gt 3 and AGE lte 5"),
            "(c_1 = $1) OR ((c_2 > $2) AND (c_2 <= $3)) /3");
  EXPECT_EQ(sql("(C eq 'a' or age gt 3) and C is not null"),
            "((c_1 = $1) OR (c_2 > $2)) AND (c_1 IS NOT NULL) /2");
  EXPECT_THAT(sql("Surname eq 'x'"), HasSubstr("no column Surname"));
  EXPECT_THAT(sql("Age eq many"), HasSubstr("whole number"));
  for (const auto* wrong : {"", "C", "C eq", "C eq 'a", "(C eq 'a'", "C eq 'a') or (1 eq 1",
                            "C = 'a'", "C eq 'a' 'b'", "C is 'null'; DROP TABLE x"})
    EXPECT_TRUE(sql(wrong).starts_with('!')) << wrong;
  EXPECT_FALSE(parse_filter(std::string(5000, '(')));
  EXPECT_FALSE(parse_filter(std::string(1000, '(') + "C eq 1"));
}

TEST(Definitions, AreCheckedBeforeTheyAreMade) {
  DataExtension good;
  good.key = "K";
  good.name = "N";
  good.columns = {column(ColumnType::text)};
  good.columns[0].is_key = true;
  auto checked = good;
  ASSERT_TRUE(check_definition(checked));
  EXPECT_EQ(checked.columns[0].length, 4000);
  EXPECT_FALSE(checked.columns[0].nullable);
  const auto refused = [&](auto&& change) {
    auto one = good;
    change(one);
    const auto result = check_definition(one);
    return !result && result.error().reason == "data-extension-invalid";
  };
  EXPECT_TRUE(refused([](auto& one) { one.key = ""; }));
  EXPECT_TRUE(refused([](auto& one) { one.key = std::string(37, 'k'); }));
  EXPECT_TRUE(refused([](auto& one) { one.name = "_Sent"; }));
  EXPECT_TRUE(refused([](auto& one) { one.name = "x]; DROP TABLE y --"; }));
  EXPECT_TRUE(refused([](auto& one) { one.columns.clear(); }));
  EXPECT_TRUE(refused([](auto& one) { one.columns.assign(201, one.columns[0]); }));
  EXPECT_TRUE(refused([](auto& one) { one.columns.push_back(one.columns[0]); }));
  EXPECT_TRUE(refused([](auto& one) { one.columns[0].length = 4001; }));
  EXPECT_TRUE(refused([](auto& one) { one.columns[0] = column(ColumnType::decimal, 4, 5); }));
  EXPECT_TRUE(refused([](auto& one) {
    one.columns[0].type = ColumnType::number, one.columns[0].default_value = "x";
  }));
}

}  // namespace
}  // namespace stockbell::engagement
