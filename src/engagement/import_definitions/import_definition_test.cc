// Imports of files into data extensions on both stores: what a definition takes, each action, the
// rules, and what a kill or a failure in the middle leaves.
#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/extension_privacy.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/import_definitions/definition_reader.h"
#include "engagement/import_definitions/import_definition_service.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class ImportDefinitionTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(DataExtensions::migrations()));
    ASSERT_TRUE(db().migrate(ImportDefinitionService::migrations()));
    extensions = std::make_unique<DataExtensions>(db(), clock, random, ids);
    open();
    extension("Prices", true);
  }
  void open() {
    imports = std::make_unique<ImportDefinitionService>(ImportDefinitionService::Parts{
        *extensions, random, ids, directory() / "taken",
        [this](db::Session&, const DataExtension&, std::int64_t first) -> Result<> {
          EXPECT_GT(first, 0);
          if (++pieces == fail_at)
            return fail(ErrorCode::unavailable, "store-away", "the store is away");
          return {};
        },
        [this](const std::string&) { return Result<std::vector<std::string>>(triggered); }});
    ASSERT_TRUE(imports->load());
  }
  void extension(const std::string& key, bool with_key) {
    DataExtension wanted;
    wanted.key = wanted.name = key;
    const auto add = [&](const char* name, ColumnType type, bool is_key = false) -> Column& {
      auto& column = wanted.columns.emplace_back();
      column.name = name;
      column.type = type;
      column.is_key = is_key;
      return column;
    };
    add("Sku", ColumnType::text, with_key).length = 20;
    add("Price", ColumnType::decimal).scale = 2;
    wanted.columns.back().length = 9;
    add("Mail", ColumnType::email_address);
    auto& units = add("Units", ColumnType::number);
    units.nullable = false;
    units.default_value = "1";
    ASSERT_TRUE(extensions->create(wanted));
  }
  std::int64_t define(const std::string& members, const std::string& destination = "Prices") {
    auto read = read_import_definition(R"({"name":"N","destination":")" + destination + "\"," +
                                       members + "}");
    EXPECT_TRUE(read) << (read ? "" : read.error().message);
    auto made = imports->create(*read);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? made->id : 0;
  }
  fs::path file(const std::string& name, const std::string& content) {
    const auto path = directory() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  // The file arrives and is imported: its run.
  ImportRun import(const std::string& name, const std::string& content) {
    const auto taken = imports->accept(file(name, content));
    EXPECT_TRUE(taken && *taken) << name;
    EXPECT_FALSE(fs::exists(directory() / name));
    work();
    return newest();
  }
  void work() {
    for (;;) {
      const auto worked = imports->run();
      ASSERT_TRUE(worked) << worked.error().message;
      if (*worked == 0) return;
    }
  }
  ImportRun newest() {
    const auto all = imports->list();
    ImportRun found;
    for (const auto& one : *all) {
      const auto runs = imports->list_runs(one.key, INT64_MAX, "", 1);
      if (!runs->empty() && runs->front().id > found.id) found = runs->front();
    }
    return found;
  }
  // "A:1.00,B:2.00", by key
  std::string rows(const std::string& key = "Prices") {
    const auto listed = extensions->list_rows(key, {"", "Sku", 1, 1000});
    if (!listed) return "!" + listed.error().message;
    std::string text;
    for (const auto& row : listed->page.rows) {
      const auto& columns = listed->extension.columns;
      text += (text.empty() ? "" : " ") + row.text(0) + ":" +
              format_value(columns[1], row.value(1)).value_or("-") + ":" +
              format_value(columns[3], row.value(3)).value_or("-");
    }
    return text;
  }
  std::vector<std::string> errors(const ImportRun& run) {
    std::vector<std::string> all;
    const auto listed = imports->list_errors(run.id, 0, 1000);
    for (const auto& one : *listed)
      all.push_back(fmt::format("{} {} {}", one.line, one.column, one.reason));
    return all;
  }
  std::string counts(const ImportRun& run) {
    return fmt::format("{} read={} applied={} refused={} doubled={}", run.state, run.rows_read,
                       run.rows_applied, run.rows_refused, run.rows_duplicated);
  }
  std::size_t tables_aside() {
    const auto aside = db().read(
        [&](db::Session& session) { return extensions->definitions().list_aside(session); });
    return aside->size();
  }

  std::unique_ptr<DataExtensions> extensions;
  std::unique_ptr<ImportDefinitionService> imports;
  std::vector<std::string> triggered;
  int pieces = 0, fail_at = -1;
};

TEST_P(ImportDefinitionTest, AddsAndChangesRowsByNameAndTellsWhatItRefused) {
  define(R"("file_name":"prices*.csv")");
  auto run = import("prices1.csv", "Colour,SKU,Price\nred,A,1\nblue,B,2.5\n");
  EXPECT_EQ(counts(run), "completed read=2 applied=2 refused=0 doubled=0");
  EXPECT_EQ(rows(), "A:1.00:1 B:2.50:1");
  run = import(
      "prices2.csv",
      "Sku,Price,Units\nB,3,7\nC,free,1\n,4,1\nD,5,\nE,1\n\"F,G\",\"6\",2\nA,9.99,1\nA,8,3\n");
  EXPECT_EQ(counts(run), "completed read=8 applied=4 refused=3 doubled=1");
  EXPECT_EQ(rows(), "A:8.00:3 B:3.00:7 D:5.00:1 F,G:6.00:2");
  EXPECT_THAT(errors(run), ElementsAre("3 Price value-invalid", "4 Sku key-missing", "6  row-width",
                                       "8  key-duplicate"));
  EXPECT_EQ(tables_aside(), 0u);
  EXPECT_TRUE(fs::is_empty(directory() / "taken"));
}

TEST_P(ImportDefinitionTest, AddsOnlyWhatIsNotThereAndUpdatesOnlyWhatIs) {
  define(R"("file_name":"a.csv","action":"add","duplicate_keys":"first")");
  define(R"("file_name":"u.csv","action":"update")");
  import("a.csv", "Sku,Price\nA,1\nB,2\n");
  auto run = import("a.csv", "Sku,Price\nA,5\nC,3\nC,4\n");
  EXPECT_EQ(counts(run), "completed read=3 applied=1 refused=1 doubled=1");
  EXPECT_THAT(errors(run), ElementsAre("2  row-exists", "4  key-duplicate"));
  run = import("u.csv", "Sku,Price\nA,7\nZ,1\n");
  EXPECT_EQ(counts(run), "completed read=2 applied=1 refused=1 doubled=0");
  EXPECT_THAT(errors(run), ElementsAre("3  row-unknown"));
  EXPECT_EQ(rows(), "A:7.00:1 B:2.00:1 C:3.00:1");
}

TEST_P(ImportDefinitionTest, OverwritesInOneMomentOrNotAtAll) {
  define(R"("file_name":"all*.csv","action":"overwrite","refused_limit":1)");
  EXPECT_EQ(counts(import("all1.csv", "Sku,Price\nA,1\nB,2\n")),
            "completed read=2 applied=2 refused=0 doubled=0");
  auto run = import("all2.csv", "Sku,Price\nC,3\nD,x\nE,y\n");
  EXPECT_EQ(run.state, "failed");
  EXPECT_EQ(run.reason, "2 of 3 rows were refused, more than 1; nothing was imported");
  EXPECT_EQ(rows(), "A:1.00:1 B:2.00:1");
  run = import("all3.csv", "Sku,Price\nA,\"1");
  EXPECT_EQ(run.state, "failed");
  EXPECT_THAT(run.reason, HasSubstr("a quote is opened and never closed"));
  EXPECT_EQ(rows(), "A:1.00:1 B:2.00:1");
  // Who reads while the new rows are gathered, and in the moment of the swap, reads the old.
  const auto before = db().read([&](db::Session& session) -> Result<DataExtension> {
    return extensions->definitions().get(session, "Prices");
  });
  ASSERT_TRUE(before);
  EXPECT_EQ(counts(import("all4.csv", "Sku,Price,Units\nZ,9,2\nBAD,x,1\n")),
            "completed read=2 applied=1 refused=1 doubled=0");
  EXPECT_EQ(rows(), "Z:9.00:2");
  const auto old =
      db().read([&](db::Session& session) { return extensions->rows().count(session, *before); });
  ASSERT_TRUE(old) << "the old rows are kept for those who read them";
  EXPECT_EQ(*old, 2);
  // Other writers go on with the new rows.
  ASSERT_TRUE(extensions->upsert("Prices", {{{{"Sku", "Y"}, {"Price", "1"}}, {}}}));
  EXPECT_EQ(rows(), "Y:1.00:1 Z:9.00:2");
  clock.advance(std::chrono::minutes(11));
  for (int i = 0; i < 3; ++i) work();
  EXPECT_EQ(tables_aside(), 0u);
  EXPECT_EQ(rows(), "Y:1.00:1 Z:9.00:2");
}

TEST_P(ImportDefinitionTest, GoesOnAfterAKillInTheMiddleAndRepeatsNoRow) {
  define(R"("file_name":"big.csv","action":"add")");
  std::string content = "Sku,Price\n";
  for (int i = 0; i < 60'000; ++i) content += fmt::format("S{},1\n", i);
  ASSERT_TRUE(*imports->accept(file("big.csv", content)));
  fail_at = 2;  // after a piece of fifty thousand rows
  const auto cut = imports->run();
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().reason, "store-away");
  EXPECT_EQ(newest().state, "running");
  EXPECT_EQ(newest().rows_applied, 50'000);
  open();  // another process
  work();
  EXPECT_EQ(counts(newest()), "completed read=60000 applied=60000 refused=0 doubled=0");
  EXPECT_EQ(extensions->list_rows("Prices", {"", "", 1, 1})->page.count, 60'000);
}

TEST_P(ImportDefinitionTest, KeepsItsRulesForBlankRepeatedAndOldFiles) {
  define(R"("file_name":"d_%%Year%%%%Month%%%%Day%%.csv","max_age_hours":48,
            "rules":{"blank":"ignore","duplicate":"ignore","too_old":"hold"})");
  define(R"("file_name":"e*.csv","rules":{"blank":"error","duplicate":"error"})");
  clock.advance(*parse_rfc3339("2026-03-10T12:00:00Z") - clock.now());
  EXPECT_EQ(import("d_20260309.csv", "Sku,Price\n").reason, "the file is blank");
  EXPECT_EQ(newest().state, "ignored");
  EXPECT_EQ(import("d_20260309.csv", "Sku,Price\nA,1\n").state, "completed");
  EXPECT_EQ(import("d_20260310.csv", "Sku,Price\nA,1\n").state, "ignored");
  EXPECT_EQ(import("d_20260310.csv", "Sku,Price\nA,2\n").state, "completed");
  auto run = import("d_20260309.csv", "Sku,Price\nA,3\n");
  EXPECT_EQ(run.state, "held");
  EXPECT_THAT(run.reason, HasSubstr("newer by its name"));
  EXPECT_EQ(import("d_20260301.csv", "Sku,Price\nA,4\n").reason,
            "the file is of 2026-03-01T00:00:00.000Z, more than 48 hours ago");
  EXPECT_EQ(rows(), "A:2.00:1");
  ASSERT_TRUE(imports->discard(newest().id));
  ASSERT_TRUE(imports->release(run.id));
  work();
  EXPECT_EQ(imports->get_run(run.id)->state, "completed");
  EXPECT_EQ(rows(), "A:3.00:1");
  EXPECT_EQ(imports->release(run.id).error().reason, "import-not-held");
  EXPECT_EQ(import("e1.csv", "").state, "failed");
  EXPECT_EQ(import("e2.csv", "Sku,Price\nA,5\n").state, "completed");
  EXPECT_EQ(import("e3.csv", "Sku,Price\nA,5\n").reason,
            "the file is the same as the last one that was imported");
  EXPECT_TRUE(fs::is_empty(directory() / "taken"));
}

TEST_P(ImportDefinitionTest, TakesFilesInTheOrderOfTheirSequence) {
  define(R"("file_name":"s_%%Sequence%%.csv","on_arrival":false)");
  EXPECT_EQ(imports->start("nobody").error().reason, "import-definition-unknown");
  const auto key = imports->list()->front().key;
  EXPECT_EQ(imports->start(key).error().reason, "import-nothing-waits");
  for (const int number : {10, 9, 11})
    ASSERT_TRUE(*imports->accept(
        file(fmt::format("s_{}.csv", number), fmt::format("Sku,Price\nA,{}\n", number))));
  work();
  EXPECT_EQ(rows(), "") << "they wait for a start";
  EXPECT_EQ(imports->start(key)->size(), 3u);
  work();
  EXPECT_EQ(rows(), "A:11.00:1");
  EXPECT_EQ(imports->list_runs(key, INT64_MAX, "completed", 10)->size(), 3u);
}

TEST_P(ImportDefinitionTest, ReadsPositionsQuotesEncodingsAndPackedFiles) {
  define(
      R"("file_name":"p.csv","format":{"delimiter":";","quote":"'","encoding":"windows-1252","header":false},
            "mapping":[{"position":3,"to":"Sku"},{"position":1,"to":"Price"}])");
  EXPECT_EQ(import("p.csv", "1;x;'\x80;1'\n2;y;B\xe4r\n").state, "completed");
  EXPECT_EQ(rows(), "Bär:2.00:1 €;1:1.00:1");
  define(R"("file_name":"z.csv*","format":{"compression":"gzip"},"action":"overwrite")");
  EXPECT_THAT(import("z.csv", "Sku,Price\nA,1\n").reason, HasSubstr("not packed as"));
  const auto packed = directory() / "z.csv.gz";
  const auto out = ::gzopen(packed.c_str(), "wb");
  ::gzputs(out, "Sku,Price\nA,1\n");
  ::gzclose(out);
  ASSERT_TRUE(*imports->accept(packed));
  work();
  EXPECT_EQ(rows(), "A:1.00:1");
  extension("Log", false);
  define(R"("file_name":"log.csv","action":"add")", "Log");
  import("log.csv", "Sku\nA\nA\n");
  EXPECT_EQ(rows("Log"), "A:-:1 A:-:1");
}

TEST_P(ImportDefinitionTest, FailsAFileThatLacksWhatTheExtensionNeeds) {
  define(R"("file_name":"f*.csv","mapping":[{"from":"Article","to":"Sku"}])");
  EXPECT_EQ(import("f1.csv", "Sku\nA\n").reason, "the header has no field Article");
  define(R"("file_name":"g*.csv")");
  EXPECT_EQ(import("g1.csv", "Price\n1\n").reason,
            "the file has no column Sku, which the data extension needs");
  EXPECT_EQ(import("g2.csv", "a,b\n1,2\n").reason,
            "the file has none of the data extension's columns");
  ASSERT_TRUE(extensions->remove(std::to_string(extensions->get("Prices")->id)));
  EXPECT_EQ(import("g3.csv", "Sku\nA\n").reason, "there is no data extension Prices any more");
}

TEST_P(ImportDefinitionTest, RefusesDefinitionsThatCannotWork) {
  extension("Keyless", false);
  const auto refused = [&](const std::string& members) {
    const auto made = imports->create(
        *read_import_definition(R"({"name":"N","file_name":"n.csv",)" + members + "}"));
    return made ? "taken" : made.error().reason + ": " + made.error().message;
  };
  EXPECT_THAT(refused(R"("destination":"Nowhere")"), HasSubstr("there is no data extension"));
  EXPECT_THAT(refused(R"("destination":"Contact_Salesforce")"), HasSubstr("read-only"));
  EXPECT_THAT(refused(R"("destination":"Keyless")"), HasSubstr("takes add or overwrite"));
  EXPECT_THAT(refused(R"("destination":"Prices","mapping":[{"from":"a","to":"No"}])"),
              HasSubstr("no column No"));
  EXPECT_THAT(refused(R"("destination":"Prices","key":"catalog_feed")"), HasSubstr("exists"));
  EXPECT_EQ(refused(R"("destination":"Prices","key":"one")"), "taken");
  EXPECT_THAT(refused(R"("destination":"Prices","key":"ONE")"), HasSubstr("exists"));
}

TEST_P(ImportDefinitionTest, LeavesFilesThatAreForNobodyAndTakesThoseOfATrigger) {
  const auto other = file("other.csv", "x");
  EXPECT_FALSE(*imports->accept(other));
  EXPECT_TRUE(fs::exists(other));
  define(R"("file_name":"%%FILENAME_FROM_TRIGGER%%","on_arrival":false,"key":"t")");
  EXPECT_FALSE(*imports->accept(other));
  triggered = {"T"};
  EXPECT_TRUE(*imports->accept(file("other.csv", "Sku,Price\nA,1\n")));
  EXPECT_EQ(newest().state, "waiting");
  EXPECT_EQ(imports->accept(directory() / "gone.csv").error().reason, "file-missing");
}

TEST_P(ImportDefinitionTest, TellsAnAutomationHowItsFilesFared) {
  const auto id = std::to_string(define(R"("file_name":"a*.csv","on_arrival":false)"));
  const auto since = clock.now();
  const auto state = [&](const std::string& of) {
    return *db().read([&](db::Session& session) { return imports->state(session, of, since); });
  };
  const auto begun = [&] {
    return db().write([&](db::Session& session) { return imports->begin(session, id, since); });
  };
  EXPECT_EQ(begun().error().message, "no file has arrived for the import N");
  ASSERT_TRUE(*imports->accept(file("a1.csv", "Sku,Price\nA,1\n")));
  ASSERT_TRUE(begun());
  EXPECT_TRUE(state(id).open);
  work();
  EXPECT_FALSE(state(id).open);
  EXPECT_EQ(state(id).error, "");
  ASSERT_TRUE(*imports->accept(file("a2.csv", "Nothing\n1\n")));
  ASSERT_TRUE(begun());
  work();
  EXPECT_EQ(state(id).error,
            "the import of a2.csv failed: the file has none of the data extension's columns");
}

TEST_P(ImportDefinitionTest, ForgetsAPersonInEveryTableAndFile) {
  define(R"("file_name":"m*.csv","action":"overwrite")");
  import("m1.csv", "Sku,Mail\nA,ada@example.com\nB,bob@example.com\n");
  import("m2.csv", "Sku,Mail\nA,ada@example.com\nC,cleo@example.com\n");
  ASSERT_TRUE(*imports->accept(file("m3.csv", "Sku,Mail\nA,ada@example.com\n")));
  EXPECT_EQ(tables_aside(), 2u);
  const auto erased = db().write([&](db::Session& session) -> Result<std::int64_t> {
    SB_CHECK(fail_open_imports(session, clock.now()));
    return erase_extension_rows(session, extensions->definitions(), address_key("ada@example.com"));
  });
  ASSERT_TRUE(erased);
  EXPECT_EQ(*erased, 2) << "in the extension, and in the rows that were there before";
  work();
  EXPECT_EQ(newest().state, "failed");
  EXPECT_THAT(newest().reason, HasSubstr("upload it again"));
  EXPECT_TRUE(fs::is_empty(directory() / "taken"));
  EXPECT_EQ(rows(), "C:-:1");
}

STOCKBELL_STORE_TESTS(ImportDefinitionTest);

}  // namespace
}  // namespace stockbell::engagement
