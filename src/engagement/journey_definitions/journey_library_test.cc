// Versions of journeys on both stores: what is published never changes, and a restart finds it.
#include "engagement/journey_definitions/journey_library.h"

#include <gmock/gmock.h>

#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kSecond =
    R"({"key":"back-in-stock","name":"Second","start":"recheck","steps":{
  "recheck":{"type":"recheck_stock","next":"email"},"email":{"type":"email","next":"sent"},
  "sent":{"type":"update_object","next":"end"},"end":{"type":"exit"}}})";
constexpr const char* kBroken =
    R"({"key":"back-in-stock","start":"email","steps":{"email":{"type":"email"}}})";

class JourneyLibraryTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(JourneyDefinitionStore::migrations()));
    open();
  }
  void open() {
    library = std::make_unique<JourneyLibrary>(db(), clock, JourneyLibrary::TemplateExists());
    ASSERT_TRUE(library->load());
  }
  std::vector<VersionRow> versions() {
    return *db().read([](db::Session& session) {
      return JourneyDefinitionStore().list_versions(session, "back-in-stock");
    });
  }
  JourneyPtr get(int version) {
    return *db().read(
        [&](db::Session& session) { return library->get(session, "back-in-stock", version); });
  }
  std::unique_ptr<JourneyLibrary> library;
};

TEST_P(JourneyLibraryTest, PublishesTheDefaultInAnEmptyStoreOnce) {
  open();
  ASSERT_THAT(versions(), SizeIs(1));
  EXPECT_EQ(versions()[0].state, VersionState::published);
  ASSERT_THAT(library->active(), SizeIs(1));
  EXPECT_EQ(library->active()[0]->version, 1);
}

TEST_P(JourneyLibraryTest, ReplacesADraftUntilItIsPublishedAndNeverAfter) {
  auto saved = library->save(kBroken);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->version, 2);
  EXPECT_FALSE(saved->problems.empty());
  EXPECT_EQ(library->publish("back-in-stock").error().reason, "journey-not-publishable");
  EXPECT_EQ(library->active()[0]->version, 1);

  saved = library->save(kSecond);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->version, 2);
  EXPECT_THAT(saved->problems, IsEmpty());
  ASSERT_TRUE(library->publish("back-in-stock"));
  EXPECT_EQ(library->publish("back-in-stock").error().reason, "journey-no-draft");
  ASSERT_TRUE(library->save(kBroken));
  const auto rows = versions();
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[0].state, VersionState::draft);
  EXPECT_EQ(rows[1].state, VersionState::published);
  EXPECT_EQ(rows[1].definition, kSecond);
  EXPECT_EQ(rows[2].state, VersionState::superseded);

  open();  // a restart
  EXPECT_EQ(library->active()[0]->name, "Second");
  EXPECT_EQ(get(1)->steps.size(), 3u) << "whoever runs under it still finds it";
  EXPECT_EQ(get(2)->steps.size(), 4u);
}

TEST_P(JourneyLibraryTest, PausesResumesStops) {
  EXPECT_EQ(library->pause("none").error().code, ErrorCode::not_found);
  ASSERT_TRUE(library->pause("back-in-stock"));
  EXPECT_THAT(library->active(), IsEmpty());
  open();
  EXPECT_EQ(library->status("back-in-stock"), JourneyStatus::paused);
  ASSERT_TRUE(library->resume("back-in-stock"));
  EXPECT_THAT(library->active(), SizeIs(1));
  ASSERT_TRUE(library->stop("back-in-stock"));
  const auto resumed = library->resume("back-in-stock");
  ASSERT_FALSE(resumed);
  EXPECT_THAT(resumed.error().message, HasSubstr("stopped"));
  ASSERT_TRUE(library->save(kSecond));
  ASSERT_TRUE(library->publish("back-in-stock"));
  EXPECT_THAT(library->active(), SizeIs(1));
}

TEST_P(JourneyLibraryTest, OffersRequestsToTheLowestPriorityFirst) {
  ASSERT_TRUE(
      library->save(R"({"key":"vip","priority":5,"start":"a","steps":{"a":{"type":"exit"}}})"));
  ASSERT_TRUE(library->publish("vip"));
  ASSERT_THAT(library->active(), SizeIs(2));
  EXPECT_EQ(library->active()[0]->key, "vip");
}

TEST_P(JourneyLibraryTest, SumsUpCounts) {
  const auto journey = library->active()[0];
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(db().write([&](db::Session& session) {
      CountChanges changes;
      changes.add(*journey, "email", 5, 5);
      changes.add(*journey, "email", 0, -2);
      return JourneyDefinitionStore().add_counts(session, changes);
    }));
  const auto counts = *db().read([](db::Session& session) {
    return JourneyDefinitionStore().list_counts(session, "back-in-stock", 0);
  });
  ASSERT_THAT(counts, SizeIs(1));
  EXPECT_EQ(counts[0].entered, 10);
  EXPECT_EQ(counts[0].present, 6);
}

STOCKBELL_STORE_TESTS(JourneyLibraryTest);

}  // namespace
}  // namespace stockbell::engagement
