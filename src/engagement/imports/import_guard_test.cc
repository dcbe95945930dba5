#include "engagement/imports/import_guard.h"

#include <gmock/gmock.h>

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Time kNoon = *parse_rfc3339("2026-01-31T12:00:00Z");

TEST(ImportGuard, LetsAnOrdinaryFeedThrough) {
  EXPECT_THAT(judge({}, {.rows = 1000,
                         .rows_before = 1100,
                         .known = 1100,
                         .opened = 20,
                         .closed = 30,
                         .people = 4000}),
              IsEmpty());
  EXPECT_THAT(judge({}, {.rows = 3}), IsEmpty());
}

TEST(ImportGuard, HoldsAFileThatIsCutOff) {
  EXPECT_THAT(judge({}, {.rows = 499, .rows_before = 1000}),
              ElementsAre(HasSubstr("499 rows, the last one had 1000")));
  EXPECT_THAT(judge({}, {.rows = 500, .rows_before = 1000}), IsEmpty());
  EXPECT_THAT(judge({}, {.rows = 10, .rows_before = 99}), IsEmpty());  // a small shop
  EXPECT_THAT(judge({.fewer_rows_percent = 0}, {.rows = 1, .rows_before = 1000}), IsEmpty());
}

TEST(ImportGuard, HoldsWhatWouldTurnTheCatalogOver) {
  EXPECT_THAT(judge({}, {.rows = 200, .known = 200, .opened = 1, .closed = 100}),
              ElementsAre(HasSubstr("1 items would come back and 100 sell out")));
  EXPECT_THAT(judge({}, {.rows = 200, .known = 200, .opened = 50, .closed = 50}), IsEmpty());
  EXPECT_THAT(judge({}, {.rows = 99, .known = 99, .opened = 99}), IsEmpty());
}

TEST(ImportGuard, HoldsWhatWouldMessageMorePeopleThanItMay) {
  EXPECT_THAT(judge({.people = 10}, {.rows = 1, .people = 11}),
              ElementsAre("11 people wait for what would come back; more than 10"));
  EXPECT_THAT(judge({.people = 0}, {.rows = 1, .people = 1'000'000'000}), IsEmpty());
}

TEST(ImportGuard, HoldsAFileThatIsNotWhatItsManifestSays) {
  const FeedManifest manifest{100, std::string(64, 'a'), true, kNoon};
  EXPECT_THAT(judge({}, {.rows = 1, .bytes = 99, .sha256 = "b", .manifest = manifest}),
              ElementsAre(HasSubstr("99 bytes, its manifest says 100")));
  EXPECT_THAT(judge({}, {.rows = 1, .bytes = 100, .sha256 = "b", .manifest = manifest}),
              ElementsAre(HasSubstr("SHA-256")));
  EXPECT_THAT(judge({}, {.rows = 1, .bytes = 100, .sha256 = manifest.sha256, .manifest = manifest}),
              IsEmpty());
}

TEST(ImportGuard, HoldsAFileOlderThanTheOneAppliedLast) {
  const FeedManifest manifest{1, "", true, kNoon};
  EXPECT_THAT(
      judge({}, {.rows = 1, .bytes = 1, .manifest = manifest, .built_before = kNoon + Duration(1)}),
      ElementsAre(HasSubstr("2026-01-31T12:00:00")));
  EXPECT_THAT(judge({}, {.rows = 1, .bytes = 1, .manifest = manifest, .built_before = kNoon}),
              IsEmpty());
}

TEST(ImportGuard, AnIncrementalFeedMayBeShort) {
  const FeedManifest manifest{1, "", false, kNoon};
  EXPECT_THAT(judge({}, {.rows = 1, .rows_before = 1000, .bytes = 1, .manifest = manifest}),
              IsEmpty());
}

TEST(FeedManifest, IsReadAsCommerceWritesIt) {
  const auto manifest =
      parse_manifest(R"({"file":"f.psv","kind":"incremental","rows":3,"bytes":120,"sha256":")" +
                     std::string(64, 'A') + R"(","built_at":"2026-01-31T12:00:00.000Z"})");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->bytes, 120);
  EXPECT_EQ(manifest->sha256, std::string(64, 'a'));
  EXPECT_FALSE(manifest->full);
  EXPECT_EQ(manifest->built_at, kNoon);
}

TEST(FeedManifest, SaysWhatIsWrong) {
  const auto wrong = [](const std::string& json) { return parse_manifest(json).error().message; };
  EXPECT_THAT(wrong("[]"), HasSubstr("one JSON object"));
  EXPECT_THAT(wrong(R"({"bytes":"1"})"), HasSubstr("bytes must be a whole number"));
  EXPECT_THAT(wrong(R"({"bytes":1,"sha256":"x"})"), HasSubstr("64 hexadecimal digits"));
  EXPECT_THAT(wrong(R"({"bytes":1,"sha256":")" + std::string(64, 'a') + R"(","built_at":"noon"})"),
              HasSubstr("built_at"));
}

}  // namespace
}  // namespace stockbell::engagement
