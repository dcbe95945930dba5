// Queries over data extensions, compiled and run on both stores.
#include <gmock/gmock.h>

#include "engagement/data_extensions/column_values.h"
#include "engagement/queries/parser.h"
#include "engagement/queries/query_service.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class QueryTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(DataExtensions::migrations()));
    ASSERT_TRUE(db().migrate(QueryService::migrations()));
    extensions = std::make_unique<DataExtensions>(db(), clock, random, ids);
    open({});
    make("Orders", {{"Id", ColumnType::text, true},
                    {"Who", ColumnType::text},
                    {"Units", ColumnType::number},
                    {"Price", ColumnType::decimal},
                    {"At", ColumnType::date},
                    {"Vip", ColumnType::boolean}});
    make("People", {{"Who", ColumnType::text, true}, {"Mail", ColumnType::email_address}});
    make("Out", {{"K", ColumnType::text, true},
                 {"T", ColumnType::text},
                 {"N", ColumnType::number},
                 {"D", ColumnType::decimal},
                 {"At", ColumnType::date},
                 {"B", ColumnType::boolean}});
    add("Orders",
        {{{"Id", "1"},
          {"Who", "ada"},
          {"Units", "3"},
          {"Price", "9.99"},
          {"At", "2026-01-01"},
          {"Vip", "true"}},
         {{"Id", "2"},
          {"Who", "ada"},
          {"Units", "5"},
          {"Price", "0.01"},
          {"At", "2026-01-03"},
          {"Vip", "false"}},
         {{"Id", "3"}, {"Who", "bob"}, {"Units", "7"}, {"Price", "20"}, {"At", "2026-01-05"}},
         {{"Id", "4"}}});
    add("People", {{{"Who", "ada"}, {"Mail", "ada@example.com"}},
                   {{"Who", "cleo"}, {"Mail", "cleo@example.com"}}});
  }
  void open(QueryService::Limits limits) {
    queries = std::make_unique<QueryService>(*extensions, random, ids, limits);
  }
  struct Wanted {
    std::string name;
    ColumnType type;
    bool is_key = false;
  };
  void make(const std::string& key, const std::vector<Wanted>& columns) {
    DataExtension wanted;
    wanted.key = wanted.name = key;
    for (const auto& [name, type, is_key] : columns) {
      Column column;
      column.name = name;
      column.type = type;
      column.is_key = is_key;
      if (type == ColumnType::decimal) column.length = 9, column.scale = 2;
      wanted.columns.push_back(column);
    }
    auto made = extensions->create(wanted);
    ASSERT_TRUE(made) << made.error().message;
  }
  void add(const std::string& key,
           const std::vector<std::vector<std::pair<std::string, std::string>>>& rows) {
    std::vector<RawRow> raw;
    for (const auto& row : rows) raw.push_back({row, {}});
    ASSERT_TRUE(extensions->upsert(key, raw));
  }
  // Each row of the target as "a|b|c", in the order of its key, after the query overwrote it.
  std::vector<std::string> result(const std::string& text,
                                  UpdateType type = UpdateType::overwrite) {
    QueryActivity activity;
    activity.name = "q";
    activity.text = text;
    activity.target_key = "Out";
    activity.update_type = type;
    auto made = queries->create(activity);
    if (!made) return {"!" + made.error().message};
    EXPECT_TRUE(queries->start(made->id));
    EXPECT_EQ(queries->run().value(), 1);
    const auto after = queries->get(made->id).value();
    EXPECT_EQ(after.state, "idle");
    if (!after.error.empty()) return {"?" + after.error};
    return rows();
  }
  std::vector<std::string> rows() {
    const auto listed = extensions->list_rows("Out", {"", "K", 1, 50}).value();
    std::vector<std::string> all;
    for (const auto& row : listed.page.rows) {
      std::string line;
      for (std::size_t i = 0; i < listed.extension.columns.size(); ++i)
        if (const auto text = format_value(listed.extension.columns[i], row.value(i)))
          line += (line.empty() ? "" : "|") + *text;
      all.push_back(line);
    }
    return all;
  }

  std::unique_ptr<DataExtensions> extensions;
  std::unique_ptr<QueryService> queries;
};

TEST_P(QueryTest, JoinsAndFindsWhatIsNotThere) {
  EXPECT_THAT(result("SELECT o.Id AS K, p.Mail AS T, o.Units AS N FROM Orders o INNER JOIN "
                     "[People] p ON p.Who = o.Who"),
              ElementsAre("1|ada@example.com|3", "2|ada@example.com|5"));
  EXPECT_THAT(result("SELECT o.Id AS K FROM Orders o LEFT JOIN People p ON o.Who = p.Who WHERE "
                     "p.Who IS NULL AND o.Who IS NOT NULL"),
              ElementsAre("3"));
  EXPECT_THAT(result("select Id as K from Ent.Orders with (nolock) where not exists (select 1 from "
                     "People p where p.Who = Orders.Who) -- a comment"),
              ElementsAre("3", "4"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE Who IN (SELECT Who FROM People WHERE Mail "
                     "LIKE 'ADA%')"),
              ElementsAre("1", "2"));
}

TEST_P(QueryTest, ComparesByType) {
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE Price = 9.99 OR Price > 19"),
              ElementsAre("1", "3"));
  EXPECT_THAT(
      result("SELECT Id AS K FROM Orders WHERE At >= '2026-01-03' AND Units BETWEEN 4 AND 6"),
      ElementsAre("2"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE Vip = 'true' OR Vip = 0"),
              ElementsAre("1", "2"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE Units IN ('3', 7)"), ElementsAre("1", "3"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE NOT (Who = 'ada') OR Who IS NULL"),
              ElementsAre("3", "4"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE At > DATEADD(day, 1, '2026-01-01') AND "
                     "DATEDIFF(day, '2026-01-01', At) < 3"),
              ElementsAre("2"));
}

TEST_P(QueryTest, ComputesValues) {
  EXPECT_THAT(result("SELECT Id AS K, UPPER(LEFT(Who, 2)) + '-' + RIGHT(Who, 1) AS T, Units * 2 + "
                     "1 AS N, Price / 2 AS D FROM Orders WHERE Id = '1'"),
              ElementsAre("1|AD-a|7|4.99"));
  EXPECT_THAT(result("SELECT Id AS K, CONCAT(ISNULL(Who, 'nobody'), ' ', Units) AS T, LEN(Who) AS "
                     "N, IIF(Units > 4, 1, 0) AS B FROM Orders WHERE Id IN ('2', '4')"),
              ElementsAre("2|ada 5|3|true", "4|nobody |false"));
  EXPECT_THAT(result("SELECT Id AS K, CASE Who WHEN 'ada' THEN 'A' ELSE 'other' END AS T, At FROM "
                     "Orders WHERE Id < '3'"),
              ElementsAre("1|A|2026-01-01T00:00:00.000Z", "2|A|2026-01-03T00:00:00.000Z"));
  EXPECT_THAT(result("SELECT Id AS K, CAST(Units AS varchar(10)) AS T, CAST(Price AS int) AS N "
                     "FROM Orders WHERE Id = '3'"),
              ElementsAre("3|7|20"));
  EXPECT_THAT(result("SELECT Id AS K, SUBSTRING(REPLACE(Who, 'a', 'x'), 2, 2) AS T, GETDATE() AS "
                     "At FROM Orders WHERE Id = '1'"),
              ElementsAre("1|dx|" + to_rfc3339(clock.now())));
}

TEST_P(QueryTest, GroupsOrdersAndNumbers) {
  EXPECT_THAT(
      result("SELECT Who AS K, COUNT(*) AS N, SUM(Price) AS D, MAX(At) AS At FROM Orders WHERE Who "
             "IS NOT NULL GROUP BY Who HAVING SUM(Units) > 6"),
      ElementsAre("ada|2|10.00|2026-01-03T00:00:00.000Z", "bob|1|20.00|2026-01-05T00:00:00.000Z"));
  EXPECT_THAT(result("SELECT TOP 2 Id AS K, Units AS N FROM Orders ORDER BY Units DESC"),
              ElementsAre("2|5", "3|7"));
  EXPECT_THAT(result("SELECT x.K FROM (SELECT Id AS K, ROW_NUMBER() OVER (PARTITION BY Who ORDER "
                     "BY At DESC) AS Place FROM Orders) x WHERE x.Place = 1"),
              ElementsAre("2", "3", "4"));
  EXPECT_THAT(
      result("SELECT DISTINCT Who AS K FROM Orders WHERE Who <> '' UNION SELECT Who FROM People"),
      ElementsAre("ada", "bob", "cleo"));
  EXPECT_THAT(result("SELECT 'all' AS K, COUNT(DISTINCT Who) AS N, AVG(Units) AS D FROM Orders"),
              ElementsAre("all|2|5.00"));
}

TEST_P(QueryTest, WritesToItsTargetAsItSays) {
  EXPECT_THAT(result("SELECT Id AS K, Units AS N FROM Orders WHERE Id = '1'"), ElementsAre("1|3"));
  EXPECT_THAT(result("SELECT Id AS K, Who AS T FROM Orders WHERE Id < '3'", UpdateType::update),
              ElementsAre("1|ada|3", "2|ada"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders WHERE Id = '4'", UpdateType::append),
              UnorderedElementsAre("1|ada|3", "2|ada", "4"));
  EXPECT_THAT(result("SELECT Id AS K FROM Orders", UpdateType::append),
              ElementsAre(HasSubstr("?row 1: there is a row of this key")));
  EXPECT_EQ(rows().size(), 3u);  // all or nothing
  EXPECT_THAT(result("SELECT Who AS K FROM Orders"), ElementsAre(HasSubstr("?row ")));
  EXPECT_EQ(rows().size(), 3u);
  EXPECT_THAT(result("SELECT Id AS K, Units * 1000000000 AS N FROM Orders WHERE Id = '3'"),
              ElementsAre(HasSubstr("?row 1: the column N takes a whole number")));
}

TEST_P(QueryTest, RunsNothingButASelectOverWhatItMayRead) {
  const auto refused = [&](const std::string& text, const std::string& why) {
    const auto rows = result(text);
    EXPECT_THAT(rows, ElementsAre(::testing::StartsWith("!"))) << text;
    EXPECT_THAT(rows, ElementsAre(HasSubstr(why))) << text;
  };
  refused("DELETE FROM Orders", "a query is a SELECT");
  refused("UPDATE Orders SET Who = 'x'", "a query is a SELECT");
  refused("DROP TABLE Orders", "a query is a SELECT");
  refused("WITH x AS (SELECT 1) SELECT 1", "a query is a SELECT");
  refused("SELECT Id AS K FROM Orders; DELETE FROM Orders", "goes on after its end");
  refused("SELECT Id AS K INTO Other FROM Orders", "a query is a SELECT");
  refused("SELECT email AS K FROM ext_contact", "no data extension ext_contact");
  refused("SELECT name AS K FROM sqlite_master", "no data extension sqlite_master");
  refused("SELECT name AS K FROM pg_catalog.pg_tables", "goes on after its end");
  refused("SELECT relname AS K FROM [pg_class]", "no data extension pg_class");
  refused("SELECT load_extension('x') AS K FROM Orders", "function load_extension is not known");
  refused("SELECT pg_sleep(10) AS K FROM Orders", "function pg_sleep is not known");
  refused("SELECT row_id AS K FROM Orders", "no column row_id");
  refused("SELECT c_1 AS K FROM Orders", "no column c_1");
  refused("SELECT K FROM Orders", "no column K");
  refused("SELECT Id FROM Orders", "the target has no column Id");
  refused("SELECT Units AS N FROM Orders", "no column K, which the target needs");
  refused("SELECT Who AS K, Units AS N FROM Orders GROUP BY Who", "neither grouped by");
  refused("SELECT Who AS K FROM Orders o JOIN People p ON p.Who = o.Who", "more than one source");
  refused("SELECT Id AS K FROM Orders WHERE Units = Who", "different types");
  refused("SELECT Id AS K FROM Orders WHERE Units", "a condition is expected");
  refused("SELECT Id AS K, Units > 3 AS B FROM Orders", "a condition is no value");
  refused("SELECT Id AS K FROM Orders ORDER BY Id", "ORDER BY needs TOP");
  refused("SELECT * FROM Orders", "name the columns");
  refused("SELECT Id AS K FROM Orders WHERE Id = 'x", "a text does not end");
  std::string deep = "SELECT Id AS K FROM Orders WHERE ";
  for (int i = 0; i < 3000; ++i) deep += "(";
  refused(deep, "nested too deeply");
  EXPECT_EQ(
      queries->validate("SELECT Id AS K FROM Orders", "Contact_Salesforce", UpdateType::update)
          .error()
          .reason,
      "data-extension-read-only");
  EXPECT_EQ(
      queries->validate("SELECT Id AS K FROM Orders", "Nothing", UpdateType::update).error().code,
      ErrorCode::not_found);
  EXPECT_EQ(extensions->list_rows("Orders", {}).value().page.count, 4);
}

TEST_P(QueryTest, EndsWhatTakesTooLongOrTooMuch) {
  std::vector<std::vector<std::pair<std::string, std::string>>> many;
  for (int i = 0; i < 400; ++i) many.push_back({{"Id", fmt::format("m{}", i)}, {"Units", "1"}});
  add("Orders", many);
  open({.time = std::chrono::milliseconds(150), .rows = 100});
  EXPECT_THAT(result("SELECT Id AS K FROM Orders"),
              ElementsAre(HasSubstr("?the query has more than 100 rows")));
  EXPECT_THAT(result("SELECT 'x' AS K, COUNT(*) AS N FROM Orders a JOIN Orders b ON b.Units > 0 "
                     "JOIN Orders c ON c.Units > 0 JOIN Orders d ON d.Units > 0"),
              ElementsAre(HasSubstr("?the query took longer than")));
  EXPECT_THAT(rows(), ElementsAre());
}

TEST_P(QueryTest, AKilledRunIsBegunAgain) {
  QueryActivity activity;
  activity.name = activity.key = "q";
  activity.text = "SELECT Id AS K FROM Orders WHERE Id = '1'";
  activity.target_key = "Out";
  activity.update_type = UpdateType::append;
  const auto id = queries->create(activity).value().id;
  EXPECT_EQ(queries->create(activity).error().code, ErrorCode::conflict);
  ASSERT_TRUE(queries->start(id));
  EXPECT_EQ(queries->start(id).error().code, ErrorCode::conflict);
  const auto* killed = "UPDATE query_activity SET state = 'running'";
  ASSERT_TRUE(
      db().write([&](db::Session& session) { return session.execute({"", killed, killed}); }));
  open({});
  EXPECT_EQ(queries->run().value(), 1);
  EXPECT_EQ(queries->run().value(), 0);
  EXPECT_THAT(rows(), ElementsAre("1"));
  EXPECT_EQ(queries->get(id).value().rows_written, 1);
}

STOCKBELL_STORE_TESTS(QueryTest);

}  // namespace
}  // namespace stockbell::engagement
