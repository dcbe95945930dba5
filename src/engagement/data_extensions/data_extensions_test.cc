// Own data extensions with their rows, on both stores.
#include "engagement/data_extensions/data_extensions.h"

#include <gmock/gmock.h>

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/extension_privacy.h"
#include "engagement/extensions/extension_store.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DataExtensionsTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(DataExtensions::migrations()));
    open();
  }
  void open() { extensions = std::make_unique<DataExtensions>(db(), clock, random, ids); }
  static Column column(const std::string& name, ColumnType type, bool is_key = false) {
    Column made;
    made.name = name;
    made.type = type;
    made.is_key = is_key;
    if (type == ColumnType::decimal) made.length = 9, made.scale = 2;
    return made;
  }
  DataExtension make(const std::string& key = "Queue") {
    DataExtension wanted;
    wanted.key = key;
    wanted.name = key + " of the journey";
    wanted.columns = {
        column("Id", ColumnType::text, true), column("Email", ColumnType::email_address),
        column("Units", ColumnType::number),  column("Price", ColumnType::decimal),
        column("Queued", ColumnType::date),   column("Vip", ColumnType::boolean)};
    wanted.columns[2].default_value = "7";
    wanted.columns[4].default_value = "GetDate()";
    auto made = extensions->create(wanted);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : DataExtension{};
  }
  static RawRow row(std::vector<std::pair<std::string, std::string>> fields,
                    std::vector<std::string> nulls = {}) {
    return {std::move(fields), std::move(nulls)};
  }
  // Each row as "a|b|c", null as "-".
  std::vector<std::string> rows(const std::string& filter = "", const std::string& order = "",
                                std::int64_t page = 1, int size = 50) {
    auto listed = extensions->list_rows("Queue", {filter, order, page, size});
    if (!listed) return {listed.error().message};
    std::vector<std::string> all;
    for (const auto& found : listed->page.rows) {
      std::string line;
      for (std::size_t i = 0; i < listed->extension.columns.size(); ++i)
        line += (i ? "|" : "") +
                format_value(listed->extension.columns[i], found.value(i)).value_or("-");
      all.push_back(line);
    }
    return all;
  }
  std::string upsert(std::vector<RawRow> some) {
    const auto done = extensions->upsert("queue", some);  // keys without regard to case
    return done ? "" : done.error().message;
  }

  std::unique_ptr<DataExtensions> extensions;
};

TEST_P(DataExtensionsTest, KeepsDefinitionsAndRowsOverARestart) {
  make();
  EXPECT_EQ(
      upsert({row({{"ID", "a"}, {"email", "Ada@example.com"}, {"Price", "9.9"}, {"Vip", "true"}})}),
      "");
  extensions.reset();
  close_stores();
  open();
  const auto found = extensions->get("QUEUE");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->columns.size(), 6u);
  EXPECT_EQ(found->columns[3].scale, 2);
  EXPECT_EQ(found->columns[2].default_value, "7");
  EXPECT_THAT(rows(), ElementsAre("a|Ada@example.com|7|9.90|" + to_rfc3339(clock.now()) + "|true"));
}

TEST_P(DataExtensionsTest, GetsMoreColumnsAndKeepsThoseThereAre) {
  auto wanted = make();
  ASSERT_EQ(upsert({row({{"Id", "a"}, {"Units", "1"}})}), "");
  wanted.name = "Renamed";
  wanted.columns.push_back(column("Shop", ColumnType::text));
  wanted.columns.back().nullable = false;
  const auto change = [&] {
    const auto done = extensions->change("queue", wanted);
    return done ? "" : done.error().message;
  };
  EXPECT_THAT(change(), HasSubstr("may be null or has a default: Shop"));
  wanted.columns.back().default_value = "main";
  wanted.columns.push_back(column("Other", ColumnType::email_address));
  EXPECT_EQ(change(), "");
  const auto now = to_rfc3339(clock.now());
  EXPECT_THAT(rows(), ElementsAre("a|-|1|-|" + now + "|-|main|-"));
  ASSERT_EQ(upsert({row({{"Id", "b"}, {"Other", "bob@example.com"}})}), "");
  EXPECT_EQ(rows("Shop eq 'main'").size(), 2u);
  const auto erased = db().write([&](db::Session& session) {
    return erase_extension_rows(session, extensions->definitions(), address_key("bob@example.com"));
  });
  EXPECT_EQ(erased.value(), 1);
  std::swap(wanted.columns[2], wanted.columns[3]);
  EXPECT_THAT(change(), HasSubstr("stay as they are"));
  wanted.key = "Other";
  EXPECT_THAT(change(), HasSubstr("does not change"));
  EXPECT_EQ(extensions->get("queue")->name, "Renamed");
}

TEST_P(DataExtensionsTest, UpsertsWhatARowNamesAndLeavesTheRest) {
  make();
  const auto now = to_rfc3339(clock.now());
  EXPECT_EQ(upsert({row({{"Id", "a"}, {"Units", "1"}}), row({{"Id", "b"}, {"Units", "2"}}),
                    row({{"Id", "a"}, {"Vip", "no"}}), row({{"Id", "b"}}, {"Units"})}),
            "");
  EXPECT_THAT(rows(), ElementsAre("a|-|1|-|" + now + "|false", "b|-|-|-|" + now + "|-"));
  EXPECT_THAT(upsert({row({{"Id", "c"}}), row({{"Units", "1"}})}),
              HasSubstr("row 2: the key's column Id"));
  EXPECT_THAT(upsert({row({{"Id", "c"}}), row({{"Id", "d"}, {"Units", "many"}})}),
              HasSubstr("row 2: the column Units"));
  EXPECT_THAT(upsert({row({{"Id", "c"}, {"Nothing", "1"}})}),
              HasSubstr("row 1: the data extension has no column"));
  EXPECT_THAT(upsert({row({{"Id", "c"}, {"id", "d"}})}), HasSubstr("twice"));
  EXPECT_EQ(rows().size(), 2u);  // all or nothing
}

TEST_P(DataExtensionsTest, TakesPartOfARowThatIsThereAndNotOfANewOne) {
  DataExtension wanted;
  wanted.key = wanted.name = "Queue";
  wanted.columns = {column("Id", ColumnType::text, true), column("Sku", ColumnType::text),
                    column("Units", ColumnType::number)};
  wanted.columns[1].nullable = false;
  ASSERT_TRUE(extensions->create(wanted));
  EXPECT_THAT(upsert({row({{"Id", "a"}, {"Units", "1"}})}),
              HasSubstr("row 1: the column Sku must not be null"));
  EXPECT_EQ(upsert({row({{"Id", "a"}, {"Sku", "S"}}), row({{"Id", "a"}, {"Units", "5"}})}), "");
  EXPECT_THAT(rows(), ElementsAre("a|S|5"));
  EXPECT_THAT(upsert({row({{"Id", "a"}}, {"Sku"})}), HasSubstr("must not be null"));
}

TEST_P(DataExtensionsTest, FiltersOrdersAndPages) {
  make();
  std::vector<RawRow> some;
  for (int i = 0; i < 10; ++i)
    some.push_back(row({{"Id", fmt::format("r{}", i)},
                        {"Units", std::to_string(i % 3)},
                        {"Email", fmt::format("p{}@x.example", i)},
                        {"Queued", fmt::format("2026-01-{:02}", i + 1)},
                        {"Price", fmt::format("{}.5", i)}}));
  EXPECT_EQ(upsert(some), "");
  const auto ids_of = [&](auto&&... arguments) {
    std::string all;
    for (const auto& line : rows(arguments...)) all += line.substr(0, 2);
    return all;
  };
  EXPECT_EQ(ids_of("Units eq 2"), "r2r5r8");
  EXPECT_EQ(ids_of("Units eq 2 and Price lt 6"), "r2r5");
  EXPECT_EQ(ids_of("Queued gte '2026-01-09' or Id eq 'r0'"), "r0r8r9");
  EXPECT_EQ(ids_of("Email like 'P1%'"), "r1");
  EXPECT_EQ(ids_of("Vip is null and Units ne 0", "Units desc, Id desc"), "r8r5r2r7r4r1");
  EXPECT_EQ(ids_of("", "", 2, 4), "r4r5r6r7");
  EXPECT_EQ(ids_of("", "", 9, 4), "");
  EXPECT_EQ(extensions->list_rows("Queue", {"Units eq 2", "", 1, 1})->page.count, 3);
  EXPECT_THAT(rows("Units eq 2; DELETE FROM x"), ElementsAre(HasSubstr("goes on after its end")));
  EXPECT_THAT(rows("", "Id; DROP TABLE x"), ElementsAre(HasSubstr("no column")));
}

TEST_P(DataExtensionsTest, CountsUpWithoutLosing) {
  make();
  EXPECT_EQ(upsert({row({{"Id", "a"}})}), "");
  EXPECT_EQ(extensions->increment("Queue", row({{"Id", "a"}}), "units", 5).value(), 12);
  EXPECT_EQ(extensions->increment("Queue", row({{"Id", "a"}}), "units", -13).value(), -1);
  EXPECT_EQ(extensions->increment("Queue", row({{"Id", "b"}}), "units", 1).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(extensions->increment("Queue", row({{"Id", "a"}}), "email", 1).error().code,
            ErrorCode::invalid);
  EXPECT_FALSE(extensions->increment("Queue", row({{"Id", "a"}}), "units", INT32_MIN));
  EXPECT_EQ(extensions->increment("Queue", row({{"Id", "a"}}), "units", 0).value(), -1);
}

TEST_P(DataExtensionsTest, WritesBehindWithAResultForEachRow) {
  make();
  const auto token = extensions->requests().submit(
      "Queue", RowAction::insert,
      R"({"items":[{"Id":"a","Units":1},{"Id":"a","Units":2},{"Id":"b","Units":"many"},{"Units":3},{"Id":"c"}]})");
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(extensions->requests().status(*token)->state, "Pending");
  EXPECT_EQ(extensions->requests().run().value(), 1);
  EXPECT_EQ(extensions->requests().run().value(), 0);
  const auto status = extensions->requests().status(*token);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, "Complete");
  EXPECT_EQ(status->done, 5);
  EXPECT_EQ(status->failed, 3);
  const auto results = extensions->requests().results(*status, 0, 50);
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 5u);
  EXPECT_EQ((*results)[0].error, "");
  EXPECT_THAT((*results)[1].error, HasSubstr("there is a row of this key"));
  EXPECT_THAT((*results)[2].error, HasSubstr("whole number"));
  EXPECT_THAT((*results)[3].error, HasSubstr("key's column Id"));
  EXPECT_EQ((*results)[4].error, "");
  EXPECT_EQ(rows().size(), 2u);
  const auto more = extensions->requests().submit("Queue", RowAction::upsert,
                                                  R"({"items":[{"Id":"a","Units":9}]})");
  ASSERT_TRUE(more);
  EXPECT_EQ(extensions->requests().run().value(), 1);
  EXPECT_THAT(rows("Units eq 9"), ElementsAre(HasSubstr("a|")));
  EXPECT_FALSE(extensions->requests().submit("Queue", RowAction::upsert, R"({"rows":[]})"));
  EXPECT_EQ(
      extensions->requests().submit("None", RowAction::upsert, R"({"items":[]})").error().code,
      ErrorCode::not_found);
  EXPECT_EQ(extensions->requests().status("x").error().code, ErrorCode::not_found);
}

TEST_P(DataExtensionsTest, WritesALongRequestInStepsAndForgetsItsBody) {
  make();
  std::string body = R"({"items":[)";
  for (int i = 0; i < 1200; ++i) body += fmt::format(R"({}{{"Id":"{}"}})", i ? "," : "", i);
  const auto token = extensions->requests().submit("Queue", RowAction::upsert, body + "]}");
  ASSERT_TRUE(token);
  ASSERT_EQ(extensions->requests().run().value(), 1);
  EXPECT_EQ(extensions->requests().status(*token)->done, 500);
  EXPECT_EQ(extensions->requests().status(*token)->state, "Executing");
  open();  // a process that starts again goes on there
  while (extensions->requests().run().value() > 0) continue;
  EXPECT_EQ(extensions->requests().status(*token)->state, "Complete");
  EXPECT_EQ(extensions->list_rows("Queue", {})->page.count, 1200);
  const db::Statement kept{"", "SELECT COUNT(*) FROM row_request WHERE body <> ''",
                           "SELECT COUNT(*) FROM row_request WHERE body <> ''"};
  EXPECT_EQ(
      db().read([&](db::Session& session) { return session.query_one(kept); }).value()->i64(0), 0);
}

TEST_P(DataExtensionsTest, RefusesWhatIsThereAndWhatIsNotItsOwn) {
  const auto made = make();
  DataExtension again = made;
  EXPECT_EQ(extensions->create(again).error().code, ErrorCode::conflict);
  again.key = "Other";
  EXPECT_EQ(extensions->create(again).error().code, ErrorCode::conflict);  // the name
  for (const auto* taken : {"Contact_Salesforce", "catalog_stock"}) {
    again.key = again.name = taken;
    EXPECT_EQ(extensions->create(again).error().code, ErrorCode::conflict) << taken;
  }
  EXPECT_EQ(
      extensions->upsert("Contact_Salesforce", {row({{"Email", "x@y.example"}})}).error().reason,
      "data-extension-read-only");
  EXPECT_EQ(extensions->upsert("Nothing", {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(extensions->remove("Contact_Salesforce").error().code, ErrorCode::invalid);
  const auto listed = extensions->list("que");
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->size(), 1u);
  ASSERT_TRUE(extensions->remove(std::to_string(made.id)));
  EXPECT_EQ(extensions->get("Queue").error().code, ErrorCode::not_found);
  make();  // the name is free again, and the table another
  EXPECT_THAT(rows(), IsEmpty());
}

TEST_P(DataExtensionsTest, ErasesRowsByTheMailboxTheyName) {
  make();
  EXPECT_EQ(upsert({row({{"Id", "a"}, {"Email", "Ada.Byron+shop@gmail.com"}}),
                    row({{"Id", "b"}, {"Email", "bob@example.com"}}), row({{"Id", "c"}})}),
            "");
  ASSERT_TRUE(extensions->requests().submit(
      "Queue", RowAction::upsert, R"({"items":[{"Id":"d","Email":"adabyron@gmail.com"}]})"));
  const auto key = address_key("adabyron@gmail.com");
  std::vector<std::string> addresses;
  std::string exported;
  ASSERT_TRUE(db().read([&](db::Session& session) -> Result<> {
    text::JsonWriter json;
    SB_CHECK(export_extension_rows(session, extensions->definitions(), key, json));
    exported = json.str();
    addresses.clear();
    return each_extension_address(session, extensions->definitions(),
                                  [&](std::string_view one) { addresses.emplace_back(one); });
  }));
  EXPECT_THAT(exported,
              HasSubstr(R"("key":"Queue","rows":[{"Id":"a","Email":"Ada.Byron+shop@gmail.com")"));
  EXPECT_THAT(addresses,
              ::testing::UnorderedElementsAre("Ada.Byron+shop@gmail.com", "bob@example.com"));
  const auto erased = db().write([&](db::Session& session) -> Result<std::int64_t> {
    SB_CHECK(fail_waiting_rows(session, clock.now()));
    return erase_extension_rows(session, extensions->definitions(), key);
  });
  EXPECT_EQ(erased.value(), 1);
  while (extensions->requests().run().value() > 0) continue;
  EXPECT_THAT(rows(), ElementsAre(::testing::StartsWith("b|"), ::testing::StartsWith("c|")));
}

TEST_P(DataExtensionsTest, RecordIdsReadTheSameInStatementsAndInCode) {
  for (const auto id : {std::int64_t{1}, std::int64_t{35}, std::int64_t{36}, std::int64_t{3843},
                        ids.next(), ids.next(), INT64_MAX, INT64_MAX - 12345}) {
    const auto sql = fmt::format("SELECT {}", record_id_sql("a0B", "n")) +
                     " FROM (SELECT CAST($1 AS BIGINT) AS n) AS one";
    const auto row =
        db().read([&](db::Session& session) { return session.query_one({"", sql, sql}, {id}); });
    ASSERT_TRUE(row) << row.error().message;
    EXPECT_EQ((*row)->text(0), to_record_id("a0B", id));
  }
}

STOCKBELL_STORE_TESTS(DataExtensionsTest);

}  // namespace
}  // namespace stockbell::engagement
