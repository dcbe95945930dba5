// Automations and journey events, on both stores, by a clock that is moved by hand.
#include <gmock/gmock.h>

#include <fstream>

#include "engagement/automations/automation_service.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/import_definitions/definition_reader.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AutomationTest : public testing::StoreTest {
 public:
  void SetUp() override {
    for (const auto part :
         {DataExtensions::migrations(), QueryService::migrations(), EventService::migrations(),
          ImportDefinitionService::migrations(), AutomationService::migrations()})
      ASSERT_TRUE(db().migrate(part));
    const auto* requests = "CREATE TABLE ext_request (id BIGINT PRIMARY KEY, sku TEXT, stage TEXT)";
    ASSERT_TRUE(db().write(
        [&](db::Session& session) { return session.execute({"", requests, requests}); }));
    open();
    make("In", false);
    make("Out", true);
    QueryActivity activity;
    activity.name = activity.key = "copy";
    activity.text = "SELECT Id, SKU FROM [In] WHERE SKU <> 'none'";
    activity.target_key = "Out";
    query = queries->create(activity).value().id;
    EventDefinition definition;
    definition.key = "back";
    definition.journey = "back-in-stock";
    definition.extension_key = "Out";
    definition.request_column = "Id";
    definition.sku_column = "SKU";
    ASSERT_TRUE(events->define(definition));
  }
  void open() {
    extensions = std::make_unique<DataExtensions>(db(), clock, random, ids);
    queries = std::make_unique<QueryService>(*extensions, random, ids);
    events = std::make_unique<EventService>(EventService::Parts{
        *extensions, ids, random,
        [this](const std::string& key) { return running && key == "back-in-stock"; },
        [this](const std::vector<std::string>& skus) {
          noted.insert(noted.end(), skus.begin(), skus.end());
        }});
    imports = std::make_unique<ImportDefinitionService>(ImportDefinitionService::Parts{
        *extensions, random, ids, directory() / "taken", &EventService::rows_arrived,
        [this](const std::string& file) { return automations->imports_of_trigger(file); }});
    ASSERT_TRUE(imports->load());
    automations = std::make_unique<AutomationService>(AutomationService::Parts{
        *extensions, *queries, *events, ids, random, *imports,
        [this](db::Session&, Time) -> Result<ImportDefinitionService::State> {
          return ImportDefinitionService::State{!imported, feed_failure};
        },
        [this] { ++woken; }});
  }
  void make(const std::string& key, bool is_key) {
    DataExtension wanted;
    wanted.key = wanted.name = key;
    for (const auto* name : {"Id", "SKU"}) {
      Column column;
      column.name = name;
      column.is_key = is_key && wanted.columns.empty();
      wanted.columns.push_back(column);
    }
    auto made = extensions->create(wanted);
    ASSERT_TRUE(made) << made.error().message;
  }
  void put(const std::string& id, const std::string& sku) {
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      SB_TRY(extension, extensions->definitions().get(session, "In"));
      SB_TRY(row, RowStore::read_row(extension, {{"Id", id}, {"SKU", sku}}));
      return extensions->rows().insert(session, extension, row);
    }));
  }
  Result<Automation> make_automation(const std::string& json) {
    Automation wanted;
    SB_CHECK(read_automation(json, wanted));
    return automations->create(std::move(wanted));
  }
  std::string steps(const std::string& more = "") {
    return R"({"name":"A")" + more +
           R"(,"steps":[{"activities":[{"objectTypeId":43}]},{"activities":[{"objectTypeId":300,"activityObjectId":")" +
           std::to_string(query) +
           R"("},{"objectTypeId":467,"waitDuration":2,"waitUnit":"HOURS"}]},{"activities":[{"objectTypeId":733,"activityObjectId":"back"}]}]})";
  }
  // Until nothing moves any more.
  void settle() {
    for (int moved = 1; moved > 0;) {
      const auto advanced = automations->run();
      ASSERT_TRUE(advanced) << advanced.error().message;
      moved = *advanced + queries->run().value() + imports->run().value();
    }
  }
  std::string last(std::int64_t id) {
    const auto runs = automations->runs(id).value();
    return runs.empty() ? ""
                        : runs[0].state + " " + std::to_string(runs[0].step) + " " + runs[0].error;
  }

  bool running = true, imported = false;
  int woken = 0;
  std::int64_t query = 0;
  std::string feed_failure;
  std::vector<std::string> noted;
  std::unique_ptr<DataExtensions> extensions;
  std::unique_ptr<QueryService> queries;
  std::unique_ptr<EventService> events;
  std::unique_ptr<ImportDefinitionService> imports;
  std::unique_ptr<AutomationService> automations;
};

TEST_P(AutomationTest, RunsStepAfterStepOverARestart) {
  const auto made = make_automation(steps());
  ASSERT_TRUE(made) << made.error().message;
  put("x", "S1");
  ASSERT_TRUE(automations->start(made->id));
  EXPECT_EQ(automations->start(made->id).error().reason, "automation-running");
  settle();
  EXPECT_EQ(last(made->id), "Executing 0 ");  // files have arrived that are not imported yet
  EXPECT_EQ(woken, 1);
  imported = true;
  settle();
  EXPECT_EQ(last(made->id), "Executing 1 ");  // the query has run, the wait has not ended
  EXPECT_EQ(extensions->list_rows("Out", {})->page.count, 1);
  EXPECT_THAT(noted, IsEmpty());
  open();  // a process that starts again
  clock.advance(std::chrono::hours(1));
  settle();
  EXPECT_EQ(last(made->id), "Executing 1 ");
  clock.advance(std::chrono::hours(1));
  settle();
  EXPECT_EQ(last(made->id), "Complete 3 ");
  EXPECT_THAT(noted, ElementsAre("S1"));
  ASSERT_TRUE(automations->start(made->id));
  settle();
  clock.advance(std::chrono::hours(2));
  settle();
  EXPECT_EQ(automations->runs(made->id)->size(), 2u);
}

TEST_P(AutomationTest, StopsAtWhatFails) {
  imported = true;
  const auto made = make_automation(steps());
  put("x", "S1");
  put("x", "S2");  // the same key twice
  ASSERT_TRUE(automations->start(made->id));
  settle();
  EXPECT_THAT(last(made->id), HasSubstr("Error 1 step 2: the query"));
  EXPECT_THAT(last(made->id), HasSubstr("there is a row of this key"));
  EXPECT_THAT(noted, IsEmpty());
  ASSERT_TRUE(queries->remove(query));
  ASSERT_TRUE(automations->start(made->id));
  settle();
  EXPECT_THAT(last(made->id), HasSubstr("there is no query activity"));
  EXPECT_EQ(make_automation(steps()).error().reason,
            "automation-invalid");  // the query is not there any more
}

TEST_P(AutomationTest, RunsByItsScheduleAndMakesUpOnce) {
  imported = true;
  const auto start = clock.now() + std::chrono::hours(1);
  const auto made = make_automation(
      R"({"name":"S","steps":[{"activities":[{"objectTypeId":43}]}],"schedule":{"startDate":")" +
      to_rfc3339(start) + R"(","icalRecur":"FREQ=HOURLY;INTERVAL=2;COUNT=5"}})");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->next_run, start);
  settle();
  EXPECT_EQ(last(made->id), "");
  clock.advance(std::chrono::hours(1));
  settle();
  EXPECT_EQ(last(made->id), "Complete 1 ");
  EXPECT_EQ(automations->get(made->id)->next_run, start + std::chrono::hours(2));
  clock.advance(std::chrono::hours(7));  // nothing ran: three were missed
  settle();
  EXPECT_EQ(automations->runs(made->id)->size(), 2u);
  EXPECT_EQ(automations->get(made->id)->next_run, start + std::chrono::hours(8));
  clock.advance(std::chrono::hours(1));
  settle();
  EXPECT_EQ(automations->runs(made->id)->size(), 3u);
  EXPECT_FALSE(automations->get(made->id)->next_run);
}

TEST_P(AutomationTest, RunsForEachFileThatItWaitsFor) {
  imported = true;
  const auto made = make_automation(
      R"({"name":"F","steps":[{"activities":[{"objectTypeId":43}]}],"fileTrigger":{"fileNamingPattern":"_catalogFeed","fileNamePatternType":"Contains"}})");
  ASSERT_TRUE(made);
  for (const auto* name : {"other.csv", "shop_CATALOGFEED.psv", "shop2_catalogFeed.psv"})
    ASSERT_TRUE(automations->file_arrived(name, clock.now()));
  settle();
  const auto runs = automations->runs(made->id).value();
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].file_name, "shop_CATALOGFEED.psv");
  EXPECT_EQ(runs[0].state, "Complete");
}

// As the box does it: taken for the import first, then told to the automations.
TEST_P(AutomationTest, ImportsTheFileThatItWaitedForAndStopsWhereItFails) {
  const auto definition = imports->create(*read_import_definition(
      R"({"name":"Rows","key":"rows","file_name":"%%FILENAME_FROM_TRIGGER%%","on_arrival":false,"destination":"Out"})"));
  ASSERT_TRUE(definition) << definition.error().message;
  const auto made = make_automation(
      R"({"name":"I","steps":[{"activities":[{"objectTypeId":43,"activityObjectId":"rows"}]},)"
      R"({"activities":[{"objectTypeId":733,"activityObjectId":"back"}]}],)"
      R"("fileTrigger":{"fileNamingPattern":"rows","fileNamePatternType":"BeginsWith"}})");
  ASSERT_TRUE(made) << made.error().message;
  const auto arrive = [&](const std::string& name, const std::string& content) {
    const auto file = directory() / name;
    std::ofstream(file) << content;
    const auto at = clock.now();
    EXPECT_TRUE(*imports->accept(file));
    EXPECT_TRUE(automations->file_arrived(name, at));
    settle();
  };
  arrive("rows1.csv", "Id,SKU\na,S1\nb,S2\n");
  EXPECT_EQ(last(made->id), "Complete 2 ");
  EXPECT_EQ(automations->runs(made->id)->front().file_name, "rows1.csv");
  EXPECT_THAT(noted, ElementsAre("S1", "S2"));
  // The rows of an import have ids from before it shows them.
  ASSERT_TRUE(events->fire({"c", "back", {{{"Id", "z"}, {"SKU", "S9"}}, {}}}));
  noted.clear();
  arrive("rows2.csv", "Id,SKU\nc,S3\n");
  EXPECT_THAT(noted, ::testing::Contains("S3"));
  arrive("rows3.csv", "Name\nx\n");
  EXPECT_EQ(last(made->id),
            "Error 0 step 1: the import of rows3.csv failed: the file has none of the data "
            "extension's columns");
  EXPECT_EQ(
      make_automation(
          R"({"name":"x","steps":[{"activities":[{"objectTypeId":43,"activityObjectId":"no"}]}]})")
          .error()
          .message,
      "there is no import definition with this id or key: no");
  clock.advance(std::chrono::minutes(1));
  ASSERT_TRUE(automations->start(made->id));  // by hand, and no file is there
  settle();
  EXPECT_THAT(last(made->id), HasSubstr("no file has arrived for the import Rows"));
}

TEST_P(AutomationTest, StopsWhereTheCatalogFeedFailed) {
  imported = true;
  feed_failure = "the import of feed.psv is held: too few rows";
  const auto made = make_automation(
      R"({"name":"C","steps":[{"activities":[{"objectTypeId":43,"activityObjectId":"Catalog_Feed"}]}]})");
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(automations->start(made->id));
  settle();
  EXPECT_EQ(last(made->id), "Error 0 step 1: the import of feed.psv is held: too few rows");
}

TEST_P(AutomationTest, SaysWhatIsWrongWithADefinition) {
  for (
      const auto& [json, why] : std::vector<std::pair<std::string, std::string>>{
          {R"({"steps":[]})", "name"},
          {R"({"name":"x"})", "has steps"},
          {R"({"name":"x","steps":[]})", "1 to 50 steps"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":42}]}]})", "objectTypeId is 43"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":467}]}]})", "waitDuration"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":733,"activityObjectId":"none"}]}]})",
           "no event definition"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":43}]}],"schedule":{"startDate":"soon"}})",
           "startDate"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":43}]}],"schedule":{"startDate":"2026-01-01T00:00:00Z","icalRecur":"FREQ=YEARLY"}})",
           "FREQ is"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":43}]}],"schedule":{"startDate":"2026-01-01T00:00:00Z","timezoneId":5}})",
           "no effect here"},
          {R"({"name":"x","steps":[{"activities":[{"objectTypeId":43}]}],"fileTrigger":{"fileNamingPattern":""}})",
           "fileTrigger has"}}) {
    const auto made = make_automation(json);
    ASSERT_FALSE(made) << json;
    EXPECT_THAT(made.error().message, HasSubstr(why)) << json;
  }
}

TEST_P(AutomationTest, AnEventIsARowAndANotedSku) {
  const auto* waiting =
      "INSERT INTO ext_request (id, sku, stage) VALUES (7, 'S7', 'waiting'), (8, 'S8', 'closed')";
  ASSERT_TRUE(
      db().write([&](db::Session& session) { return session.execute({"", waiting, waiting}); }));
  const auto fire = [&](const std::string& id, const std::string& sku,
                        const std::string& definition = "back", const std::string& contact = "c") {
    return events->fire({contact, definition, {{{"Id", id}, {"SKU", sku}}, {}}});
  };
  ASSERT_TRUE(fire(to_record_id(kRequestPrefix, 7), "ignored"));
  ASSERT_TRUE(fire(to_record_id(kRequestPrefix, 8), "ignored"));  // closed: nothing to note
  ASSERT_TRUE(fire("mine", "S9"));
  EXPECT_THAT(noted, ElementsAre("S7", "S9"));
  EXPECT_EQ(extensions->list_rows("Out", {})->page.count, 3);
  EXPECT_EQ(fire("x", "S", "unknown").error().reason, "event-invalid");
  EXPECT_EQ(fire("x", "S", "back", "").error().field, "ContactKey");
  EXPECT_EQ(events->fire({"c", "back", {{{"Nothing", "x"}}, {}}}).error().reason, "row-invalid");
  running = false;
  EXPECT_THAT(fire("x", "S").error().message, HasSubstr("does not run"));
  EXPECT_EQ(extensions->list_rows("Out", {})->page.count, 3);
}

STOCKBELL_STORE_TESTS(AutomationTest);

TEST(Recurrence, CountsFromItsStart) {
  const auto start = from_ms(1'000'000'000'000);
  const auto day = parse_recurrence("FREQ=DAILY;INTERVAL=2;COUNT=3").value();
  EXPECT_EQ(day.next(start, start - Duration(1)), start);
  EXPECT_EQ(day.next(start, start), start + std::chrono::hours(48));
  EXPECT_EQ(day.next(start, start + std::chrono::hours(96)), std::nullopt);
  EXPECT_EQ(parse_recurrence("RRULE:FREQ=MINUTELY;INTERVAL=15;UNTIL=20010909T030000Z")
                ->next(start, start),
            start + std::chrono::minutes(15));
  for (const auto* wrong : {"", "DAILY", "FREQ=DAILY;BYDAY=MO", "FREQ=DAILY;INTERVAL=0",
                            "FREQ=DAILY;UNTIL=tomorrow", "INTERVAL=5"})
    EXPECT_FALSE(parse_recurrence(wrong)) << wrong;
}

}  // namespace
}  // namespace stockbell::engagement
