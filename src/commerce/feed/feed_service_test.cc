// The feed job against both stores: what is in a full and in an incremental feed, targets that
// fail, schedules on a clock moved by hand.
#include "commerce/feed/feed_service.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "commerce/catalog/catalog_store.h"
#include "commerce/inventory/inventory_store.h"
#include "commerce/inventory/site_stock_store.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Account final : public FeedUpload {
 public:
  Result<> upload(const fs::path& file, const std::string& name) override {
    if (away) return fail(ErrorCode::unavailable, "away", "the account is away");
    std::ifstream in(file, std::ios::binary);
    std::lock_guard lock(mutex);
    names.push_back(name);
    contents[name] = std::string(std::istreambuf_iterator<char>(in), {});
    return {};
  }
  std::string last() {  // the data file uploaded last; "" for none
    std::lock_guard lock(mutex);
    return names.empty() ? "" : contents[names.back()];
  }
  std::mutex mutex;
  std::atomic<bool> away = false;
  std::vector<std::string> names;
  std::map<std::string, std::string> contents;
};

class FeedServiceTest : public stockbell::testing::StoreTest {
 protected:
  void SetUp() override {
    for (const auto migrations : {catalog_store::migrations(), inventory_store::migrations(),
                                  feed_store::migrations(), jobs::JobQueue::migrations()}) {
      const auto migrated = db().migrate(migrations);
      ASSERT_TRUE(migrated) << migrated.error().message;
    }
    catalog({product("M1", true), product("A-S"), product("A-M"), product("B")}, {},
            {{"M1", "A-S", 0}, {"M1", "A-M", 1}});
    stock("A-S", true, 7);
    stock("B", false, 0);
    open();
  }
  static Product product(const std::string& id, bool master = false, const std::string& name = "") {
    Product made;
    made.id = id;
    made.is_master = master;
    made.name = name.empty() ? "Name of " + id : name;
    return made;
  }
  void catalog(std::vector<Product> products, std::vector<std::string> removed = {},
               std::vector<Variation> variations = {}) {
    catalog_store::CatalogChanges changes;
    changes.products = std::move(products);
    changes.removed = std::move(removed);
    changes.variations = std::move(variations);
    const auto done =
        db().write([&](db::Session& s) { return catalog_store::apply(s, changes); });
    ASSERT_TRUE(done) << done.error().message;
  }
  void stock(const std::string& sku, bool in_stock, std::int64_t ats) {
    const auto done = db().write([&](db::Session& s) -> Result<> {
      site_stock_store::SiteStock row;
      row.sku = sku;
      row.level.availability = in_stock ? Availability::in_stock : Availability::out_of_stock;
      row.level.ats = ats;
      row.changed_at = clock.now();
      row.sequence = ++sequence_;
      SB_CHECK(site_stock_store::upsert(s, "default", {row}));
      return site_stock_store::put_last_sequence(s, sequence_);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  void open(const std::string& json = "", FeedDefaults defaults = {}, const Site& site = {}) {
    service.reset();
    auto targets = read_feed_targets(json, Sites::one(site), defaults);
    ASSERT_TRUE(targets) << targets.error().message;
    FeedOptions options;
    options.targets = std::move(*targets);
    options.public_url = "http://shop.test";
    options.directory = directory() / "feeds";
    options.interval = 0ms;
    service.emplace(db(), clock, random, ids, std::move(options), &account);
  }
  // Runs it in a job and waits for its end.
  FeedRun finished(std::int64_t id) {
    for (int i = 0; i < 3000; ++i) {
      const auto runs = service->list_runs("", 0, 500);
      for (const auto& run : *runs)
        if (run.id == id && (run.state == FeedState::done || run.state == FeedState::failed))
          return run;
      std::this_thread::sleep_for(10ms);
    }
    ADD_FAILURE() << "the run does not end";
    return {};
  }
  static std::size_t lines(const std::string& feed) {
    return static_cast<std::size_t>(std::ranges::count(feed, '\n'));
  }

  Account account;
  std::optional<FeedService> service;

 private:
  std::int64_t sequence_ = 0;
};

TEST_P(FeedServiceTest, InFullWithSoldOutOfflineAndUnstockedItems) {
  auto offline = product("C");
  offline.online = false;
  catalog({offline});
  ASSERT_TRUE(db().write([](db::Session& s) {
    static constexpr db::Statement kOffline{
        "t.offline", "INSERT INTO item_offline (sku, site) VALUES ('C', 'default')",
        "INSERT INTO item_offline (sku, site) VALUES ('C', 'default')"};
    return s.execute(kOffline);
  }));
  stock("C", true, 3);
  const auto run = service->run_now();
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->error, "");
  EXPECT_EQ(run->rows, 4);
  const auto feed = account.last();
  EXPECT_EQ(lines(feed), 5u);
  auto row = [&](const std::string& sku) {
    const auto at = feed.find("\n\"default\"|\"" + sku + "\"|");
    return at == feed.npos ? "" : feed.substr(at + 1, feed.find('\r', at) - at - 1);
  };
  EXPECT_NE(row("A-S").find("|\"M1\"|\"N\"|\"Y\"|\"Name of M1\"|"), std::string::npos) << feed;
  EXPECT_NE(row("A-S").find("|\"Y\"|\"7\"|"), std::string::npos);
  EXPECT_NE(row("A-M").find("|\"N\"|\"0\"|"), std::string::npos) << "no record: not in stock";
  EXPECT_NE(row("B").find("|\"N\"|\"0\"|"), std::string::npos) << "sold out";
  EXPECT_NE(row("C").find("\"N\"|\"C\""), std::string::npos) << "offline";
  EXPECT_NE(row("C").find("|\"N\"|\"3\"|"), std::string::npos) << "offline is not in stock";
}

// As StockEventOutbox tells it: Engagement must not hear yes live and no by the feed.
TEST_P(FeedServiceTest, TellsEngagementWhatRings) {
  ASSERT_TRUE(db().write([&](db::Session& s) {
    site_stock_store::SiteStock row;
    row.sku = "A-M";
    row.level = {Availability::backorder, 0, 9, {}};
    row.sequence = 99;
    return site_stock_store::upsert(s, "default", {row});
  }));
  const auto row = [&] {
    EXPECT_TRUE(service->run_now());
    const auto feed = account.last();
    const auto at = feed.find("\n\"default\"|\"A-M\"|");
    return feed.substr(at, feed.find('\r', at) - at);
  };
  EXPECT_NE(row().find("|\"N\"|\"0\"|"), std::string::npos) << row();
  Site site;
  site.ring_on_backorder = true;
  open("", {}, site);
  EXPECT_NE(row().find("|\"Y\"|\"9\"|"), std::string::npos) << row();
}

TEST_P(FeedServiceTest, TheManifestTellsRowsBytesAndChecksum) {
  const auto run = service->run_now();
  ASSERT_TRUE(run);
  ASSERT_EQ(account.names, (std::vector<std::string>{"default_catalogFeed.psv.manifest.json",
                                                     "default_catalogFeed.psv"}));
  const auto feed = account.last();
  const auto manifest =
      text::parse_json_object(account.contents["default_catalogFeed.psv.manifest.json"]);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->at("rows").as_int64(), 3);
  EXPECT_EQ(manifest->at("bytes").as_int64(), static_cast<std::int64_t>(feed.size()));
  EXPECT_EQ(manifest->at("sha256").as_string(), crypto::sha256_hex(feed));
  EXPECT_EQ(manifest->at("kind").as_string(), "full");
  EXPECT_EQ(manifest->at("sequence").at("stock_to").as_int64(), 2);
}

TEST_P(FeedServiceTest, AnIncrementalFeedHoldsEveryChangeAndOnlyThose) {
  EXPECT_EQ(service->run_now(FeedKind::incremental)->kind, FeedKind::full) << "the first one";
  auto changes = [&]() -> std::set<std::string> {
    const auto before = account.names.size();
    const auto run = service->run_now(FeedKind::incremental);
    EXPECT_EQ(run->error, "");
    EXPECT_EQ(run->kind, FeedKind::incremental) << run->note;
    if (account.names.size() == before) return {};
    std::set<std::string> skus;
    const auto feed = account.last();
    for (const char* sku : {"A-S", "A-M", "B", "M1"})
      if (feed.find(fmt::format("|\"{}\"|\"http", sku)) != feed.npos ||
          feed.find(fmt::format("|\"{}\"|", sku)) != feed.npos)
        skus.insert(sku);
    EXPECT_EQ(static_cast<std::int64_t>(lines(feed)) - 1, run->rows);
    return skus;
  };
  EXPECT_TRUE(changes().empty()) << "nothing changed, nothing uploaded";
  stock("B", true, 4);
  EXPECT_EQ(changes(), (std::set<std::string>{"B"})) << "a pure change of stock";
  EXPECT_TRUE(changes().empty());
  catalog({product("A-M", false, "Other name")});
  EXPECT_EQ(changes(), (std::set<std::string>{"A-M", "M1"})) << "M1 as its master";
  catalog({product("A-M", false, "Other name")});
  EXPECT_TRUE(changes().empty()) << "the same file again";
  catalog({product("M1", true, "Master's new name")});
  EXPECT_EQ(changes(), (std::set<std::string>{"A-S", "A-M", "M1"})) << "a master's variants";
  catalog({product("A-S", false, "x")});
  stock("A-S", false, 0);
  EXPECT_EQ(changes(), (std::set<std::string>{"A-S", "M1"})) << "changed twice, told once";
  catalog({}, {"B"});
  EXPECT_EQ(changes(), (std::set<std::string>{"B"})) << "removed";
  EXPECT_NE(account.last().find("|\"\"|\"N\"|\"B\"|"), std::string::npos) << account.last();
  EXPECT_TRUE(changes().empty());
}

TEST_P(FeedServiceTest, AFullFeedTellsWhatWasRemovedSinceTheLastOne) {
  ASSERT_EQ(service->run_now()->error, "");
  catalog({}, {"B"});
  auto run = service->run_now();
  EXPECT_EQ(run->rows, 3);
  EXPECT_EQ(run->rows_removed, 1);
  EXPECT_NE(account.last().find("|\"\"|\"N\"|\"B\"|"), std::string::npos) << account.last();
  run = service->run_now();
  EXPECT_EQ(run->rows_removed, 0) << "told already";
  EXPECT_EQ(run->rows, 2);
}

TEST_P(FeedServiceTest, NoRangeIsLostWhereTheStoreSortsByLanguage) {
  static constexpr db::Statement kView{"t.view", "DROP VIEW item", "DROP VIEW item"};
  static constexpr db::Statement kLanguage{
      "t.language", "DELETE FROM variation WHERE sku = ''",
      "ALTER TABLE product ALTER COLUMN id TYPE TEXT COLLATE \"en-x-icu\""};
  for (const auto* statement : {&kView, &kLanguage}) {
    const auto done = db().write([&](db::Session& s) { return s.execute(*statement); });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<Product> products;
  for (int i = 0; i < 4500; ++i) {
    products.push_back(product(fmt::format("a{:04}", i)));
    products.push_back(product(fmt::format("Z{:04}", i)));
  }
  catalog(std::move(products));
  EXPECT_EQ(service->run_now()->rows, 9003);
}

TEST_P(FeedServiceTest, AnIncrementalFeedOfSeveralBlocksHoldsAllOfThem) {
  ASSERT_EQ(service->run_now()->error, "");
  std::vector<Product> products;
  std::vector<std::string> gone;
  for (int i = 0; i < 5000; ++i) products.push_back(product(fmt::format("Z{:05}", i)));
  for (const auto& made : products) gone.push_back(made.id);
  catalog(std::move(products));
  auto run = service->run_now(FeedKind::incremental);
  EXPECT_EQ(run->kind, FeedKind::incremental);
  EXPECT_EQ(run->rows, 5000);
  EXPECT_EQ(lines(account.last()), 5001u);
  EXPECT_EQ(crypto::sha256_hex(account.last()), run->sha256);
  catalog({}, std::move(gone));
  run = service->run_now(FeedKind::incremental);
  EXPECT_EQ(run->rows_removed, 5000);
  EXPECT_EQ(lines(account.last()), 5001u);
}

TEST_P(FeedServiceTest, WhatAFailedUploadWouldHaveToldIsInTheNext) {
  ASSERT_EQ(service->run_now()->error, "");
  stock("B", true, 4);
  account.away = true;
  EXPECT_EQ(service->run_now(FeedKind::incremental)->state, FeedState::failed);
  account.away = false;
  const auto run = service->run_now(FeedKind::incremental);
  EXPECT_EQ(run->rows, 1);
  EXPECT_EQ(run->stock_from, 2);
  EXPECT_EQ(run->stock_to, 3);
}

TEST_P(FeedServiceTest, OtherColumnsAreToldInFull) {
  ASSERT_EQ(service->run_now()->error, "");
  open(R"([{"key":"engagement","columns":[{"attribute":"sku","label":"SkuID"},{"attribute":"brand","required":true}]}])");
  const auto run = service->run_now(FeedKind::incremental);
  EXPECT_EQ(run->kind, FeedKind::full);
  EXPECT_EQ(run->rows, 0);
  EXPECT_EQ(run->rows_incomplete, 3);
  EXPECT_NE(run->note.find("3 rows left out, A-M the first"), std::string::npos) << run->note;
}

TEST_P(FeedServiceTest, OneTargetsFailureHoldsNoOtherUp) {
  const auto folder = directory() / "share";
  account.away = true;
  open(fmt::format(
      R"([{{"key":"down"}},{{"key":"share","kind":"folder","path":"{}","delimiter":"TAB","file_name":"{{site}}_{{date}}.tsv"}}])",
      folder.string()));
  fs::create_directories(folder);
  service->start();
  const auto runs = service->request_runs("", FeedKind::full);
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 2u);
  const auto shared = finished(runs->at(1).id);
  EXPECT_EQ(shared.state, FeedState::done) << shared.error;
  EXPECT_EQ(shared.file_name, "default_" + to_rfc3339(clock.now()).substr(0, 10) + ".tsv");
  std::ifstream in(folder / shared.file_name, std::ios::binary);
  const std::string feed(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(crypto::sha256_hex(feed), shared.sha256);
  EXPECT_TRUE(feed.starts_with("\"SiteID\"\t\"ProductID\"\t"));
  EXPECT_TRUE(fs::exists(folder / (shared.file_name + ".manifest.json")));
  for (const auto& entry : fs::directory_iterator(folder))
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
  EXPECT_EQ(service->request_runs("nobody", FeedKind::full).error().reason, "feed-target-unknown");
  service->stop();
}

TEST_P(FeedServiceTest, AFolderThatIsAwayIsNeverMade) {
  open(fmt::format(R"([{{"key":"share","kind":"folder","path":"{}"}}])",
                   (directory() / "unmounted").string()));
  const auto run = service->run_now();
  EXPECT_EQ(run->state, FeedState::failed);
  EXPECT_NE(run->error.find("not mounted"), std::string::npos) << run->error;
  EXPECT_FALSE(fs::exists(directory() / "unmounted"));
}

TEST_P(FeedServiceTest, WhatAKilledProcessLeftRunsAtStart) {
  const auto asked = service->request_runs("", FeedKind::full)->front();
  auto row = *db().read([&](db::Session& s) { return feed_store::find(s, asked.id); });
  row->state = FeedState::running;
  row->attempts = 1;
  ASSERT_TRUE(db().write([&](db::Session& s) { return feed_store::put(s, *row); }));
  open();
  service->start();
  EXPECT_EQ(finished(asked.id).attempts, 2);
  service->stop();
}

TEST_P(FeedServiceTest, RunsOnScheduleInItsTimeZone) {
  clock.advance(*parse_rfc3339("2026-10-24T22:30:00Z") - clock.now());  // 00:30 in Berlin
  open(R"([{"key":"engagement","schedule":"30 2 * * *","incremental_schedule":"0 12 * * *","time_zone":"Europe/Berlin"}])");
  service->start();
  EXPECT_EQ(to_rfc3339(*service->list_targets()->front().next_full), "2026-10-25T00:30:00.000Z");
  auto runs_after = [&](std::size_t count) {
    for (int i = 0; i < 3000; ++i) {
      const auto runs = service->list_runs("engagement", 0, 10);
      if (runs->size() >= count && runs->front().state == FeedState::done) return *runs;
      std::this_thread::sleep_for(10ms);
    }
    return *service->list_runs("engagement", 0, 10);
  };
  clock.advance(2h);  // 02:30, the first of two
  auto runs = runs_after(1);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs.front().trigger, FeedTrigger::schedule);
  clock.advance(1h);  // 02:30 again: not a second time
  EXPECT_EQ(to_rfc3339(*service->list_targets()->front().next_full), "2026-10-26T01:30:00.000Z");
  clock.advance(9h + 30min);  // 12:00
  runs = runs_after(2);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs.front().kind, FeedKind::incremental);
  service->stop();
}

TEST_P(FeedServiceTest, ManyRangesInOrderByThreads) {
  std::vector<Product> products;
  for (int i = 0; i < 9000; ++i) products.push_back(product(fmt::format("Z{:05}", i)));
  catalog(std::move(products));
  const auto run = service->run_now();
  EXPECT_EQ(run->rows, 9003);
  const auto feed = account.last();
  EXPECT_EQ(crypto::sha256_hex(feed), run->sha256);
  std::size_t at = 0;
  for (int i = 0; i < 9000; ++i) {
    at = feed.find(fmt::format("\n\"default\"|\"Z{:05}\"|", i), at);
    ASSERT_NE(at, feed.npos) << i;
  }
}

STOCKBELL_STORE_TESTS(FeedServiceTest);

TEST(FeedTargets, SayWhatIsWrong) {
  const auto sites = Sites::one({});
  auto error = [&](const std::string& json) {
    const auto read = read_feed_targets(json, sites, {});
    return read ? "" : read.error().message;
  };
  EXPECT_EQ(error(R"([{"key":"a"}])"), "");
  EXPECT_EQ(error(R"([{"key":"a"},{"key":"a"}])"), "commerce.feeds[1]: key: another feed is called \"a\"");
  for (const auto& [json, word] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"([{}])", "key"},
           {R"([{"key":"a","site":"x"}])", "there is no site"},
           {R"([{"key":"a","kind":"ftp"}])", "kind"},
           {R"([{"key":"a","kind":"sftp","url":"http://x"}])", "sftp://"},
           {R"([{"key":"a","kind":"folder","path":"rel"}])", "whole path"},
           {R"([{"key":"a","delimiter":"||"}])", "delimiter"},
           {R"([{"key":"a","file_name":"../x"}])", "file name"},
           {R"([{"key":"a","file_name":"x.tmp"}])", "file name"},
           {R"([{"key":"a","incremental_file_name":"x.psv"}])", "{time}"},
           {R"([{"key":"a","schedule":"* *"}])", "has 2 fields"},
           {R"([{"key":"a","schedule":"* * * * *","time_zone":"x"}])", "no time zone"},
           {R"([{"key":"a","columns":[]}])", "columns are needed"},
           {R"([{"key":"a","columns":[{"attribute":"colour"}]}])", "\"colour\" is unknown"},
           {R"([{"key":"a","columns":[{"attribute":"sku","type":"price"}]}])", "cannot be written"},
           {R"([{"key":"a","columns":[{"attribute":"online","format":"Y"}]}])", "two words"},
           {R"([{"key":"a","columns":[{"attribute":"sku","label":"x"},{"attribute":"ats","label":"x"}]}])", "used twice"},
           {R"([{"key":"a","colums":1}])", "unknown"},
           {R"(["x"])", "a table"}})
    EXPECT_NE(error(json).find(word), std::string::npos) << json << " -> " << error(json);
  Site eu;
  eu.key = "eu";
  const auto two = Sites::create({Site{}, eu}).value();
  const auto twice = read_feed_targets(R"([{"key":"a"},{"key":"b","site":"eu"}])", two, {});
  ASSERT_FALSE(twice) << "one site's feed would replace the other's products";
  EXPECT_TRUE(twice.error().message.starts_with("commerce.feeds[1]: b: Engagement keeps one catalog"))
      << twice.error().message;
  EXPECT_TRUE(read_feed_targets(
      R"([{"key":"a"},{"key":"b","site":"eu","kind":"folder","path":"/x"}])", two, {}));
  EXPECT_NE(read_feed_targets("", sites, {"x", ""}).error().message.find("commerce.feed_schedule"),
            std::string::npos);
}

}  // namespace
}  // namespace stockbell::commerce
