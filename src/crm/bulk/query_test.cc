#include "crm/bulk/bulk_fixture.h"

namespace stockbell::crm::bulk {
namespace {

class BulkQueryTest : public BulkTest {
 protected:
  // All pages, with the number of rows of each.
  std::string fetch(const std::string& id, std::int64_t most, std::vector<std::int64_t>& sizes) {
    std::string rows, locator;
    while (locator != "null") {
      auto page = bulk->query_result(admin, id, locator, most);
      EXPECT_TRUE(page) << page.error().message;
      if (!page) return rows;
      const auto text = page->file.empty() ? page->text : content_of(page->file);
      EXPECT_TRUE(text.starts_with("\"Id\",\"Name\"\n"));
      rows += text.substr(text.find('\n') + 1);
      sizes.push_back(page->rows);
      locator = page->locator;
    }
    return rows;
  }
  std::string expected() const {
    std::string rows;
    for (int i = 1; i <= reader.count; ++i) rows += fmt::format("\"{0}\",\"name {0}\"\n", i);
    return rows;
  }
};

TEST_P(BulkQueryTest, HandsOutPagesBehindLocators) {
  options.file_rows = 10;
  restart();
  reader.count = 25;
  const auto id = ask("SELECT Id, Name FROM Contact");
  EXPECT_EQ(bulk->query_result(admin, id, "", 100).error().reason, "INVALIDJOBSTATE");
  run(JobKind::query);
  EXPECT_EQ(job(id, JobKind::query).state, JobState::job_complete);
  EXPECT_EQ(job(id, JobKind::query).object, "Contact");
  EXPECT_EQ(job(id, JobKind::query).processed, 25);
  std::vector<std::int64_t> sizes;
  EXPECT_EQ(fetch(id, 1000, sizes), expected());
  EXPECT_THAT(sizes, ::testing::ElementsAre(10, 10, 5));
  sizes.clear();
  EXPECT_EQ(fetch(id, 4, sizes), expected());
  EXPECT_THAT(sizes, ::testing::ElementsAre(4, 4, 2, 4, 4, 2, 4, 1));
  for (const std::string& forged :
       {locator_text(JobId{7}, {}), locator_text(job(id, JobKind::query).id, {9, 0}),
        locator_text(job(id, JobKind::query).id, {0, 10}), std::string("x!")})
    EXPECT_EQ(bulk->query_result(admin, id, forged, 4).error().reason, "INVALID_QUERY_LOCATOR");
}

TEST_P(BulkQueryTest, AnEmptyResultIsItsHeader) {
  const auto id = ask("SELECT Id, Name FROM Contact");
  run(JobKind::query);
  const auto page = bulk->query_result(admin, id, "", 10);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->rows, 0);
  EXPECT_EQ(page->locator, "null");
  EXPECT_EQ(content_of(page->file), "\"Id\",\"Name\"\n");
}

TEST_P(BulkQueryTest, GoesOnBehindItsLastPageAfterAKill) {
  options.file_rows = 10;
  reader.count = 25;
  for (const auto* query :
       {"SELECT Id, Name FROM Contact", "SELECT Id, Name FROM Contact LIMIT 25"}) {
    restart();
    const auto id = ask(query);
    reader.fail_after = 17;
    EXPECT_FALSE(bulk->step(JobKind::query));
    restart();
    reader.fail_after = reader.read = 0;
    run(JobKind::query);
    EXPECT_EQ(reader.read, std::string(query).ends_with("25") ? 25 : 15);
    EXPECT_EQ(job(id, JobKind::query).processed, 25);
    std::vector<std::int64_t> sizes;
    EXPECT_EQ(fetch(id, 1000, sizes), expected());
  }
}

TEST_P(BulkQueryTest, AbortedAndErasedOnesLeaveNoFile) {
  options.file_rows = 10;
  restart();
  reader.count = 25;
  reader.fail_after = 17;
  const auto aborted = ask("SELECT Id FROM Contact");
  EXPECT_FALSE(bulk->step(JobKind::query));
  ASSERT_TRUE(bulk->change_state(admin, JobKind::query, aborted, "Aborted"));
  reader.fail_after = 0;
  run(JobKind::query);
  EXPECT_TRUE(std::filesystem::is_empty(options.directory));
  const auto done = ask("SELECT Id FROM Contact");
  run(JobKind::query);
  ASSERT_TRUE(
      db().write([&](db::Session& session) { return BulkService::erase(session, clock.now()); }));
  EXPECT_EQ(bulk->query_result(admin, done, "", 10).error().reason, "NOT_FOUND");
  run(JobKind::query);
  EXPECT_TRUE(std::filesystem::is_empty(options.directory));
  EXPECT_EQ(job(done, JobKind::query).query, "");
}

TEST_P(BulkQueryTest, FailsAQueryThatThrowsTimeAndAgain) {
  reader.count = 5;
  reader.broken = true;
  const auto id = ask("SELECT Id, Name FROM Contact");
  EXPECT_FALSE(bulk->step(JobKind::query));
  EXPECT_FALSE(bulk->step(JobKind::query));
  run(JobKind::query);
  EXPECT_EQ(job(id, JobKind::query).state, JobState::failed);
  EXPECT_EQ(job(id, JobKind::query).retries, 2);
}

TEST_P(BulkQueryTest, RolesSeeTheirOwn) {
  reader.count = 1;
  const auto secret = ask("SELECT Id FROM Contact");
  const auto body = object(R"({"operation":"queryAll","query":"SELECT Id FROM Contact"})");
  const auto own = bulk->create_query(analyst, body);
  ASSERT_TRUE(own);
  EXPECT_EQ(bulk->get(analyst, JobKind::query, secret).error().reason, "NOT_FOUND");
  EXPECT_TRUE(bulk->get(analyst, JobKind::query, id_of(*own)));
  EXPECT_EQ(bulk->list(analyst, JobKind::query, "")->size(), 1u);
  EXPECT_EQ(bulk->list(admin, JobKind::query, "")->size(), 2u);
  EXPECT_EQ(bulk->get(admin, JobKind::ingest, secret).error().reason, "NOT_FOUND");
  EXPECT_EQ(
      bulk->create_query(
              admin, object(R"({"operation":"query","query":"SELECT COUNT(Id) x FROM Contact"})"))
          .error()
          .reason,
      "API_ERROR");
  EXPECT_EQ(
      bulk->create_query(admin, object(R"({"operation":"insert","query":"x"})")).error().reason,
      "INVALIDOPERATION");
}

STOCKBELL_STORE_TESTS(BulkQueryTest);

}  // namespace
}  // namespace stockbell::crm::bulk
