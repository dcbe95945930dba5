#include <gtest/gtest.h>

#include <fstream>

#include "platform/erasures/erasure_list.h"
#include "platform/erasures/erasure_log.h"
#include "support/store.h"

namespace stockbell::erasures {
namespace {

class ErasuresTest : public testing::StoreTest {
 protected:
  Result<ErasureList> open() {
    return ErasureList::open(directory() / "erasures", directory() / "keys" / "privacy", random);
  }
  std::string content() {
    std::ifstream in(directory() / "erasures", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
};

TEST_P(ErasuresTest, ListIsThereAgainAfterARestartAndHoldsNoAddress) {
  auto list = open();
  ASSERT_TRUE(list) << list.error().message;
  auto ada = list->add("ada@example.com", clock.now(), random);
  auto bob = list->add("bob@example.com", clock.now(), random);
  ASSERT_TRUE(ada && bob);
  EXPECT_NE(ada->receipt, bob->receipt);
  EXPECT_EQ(content().find("@"), std::string::npos);
  auto again = open();
  ASSERT_TRUE(again);
  ASSERT_EQ(again->all().size(), 2u);
  EXPECT_EQ(again->all()[0].receipt, ada->receipt);
  EXPECT_EQ(again->all()[0].at, ada->at);
  EXPECT_EQ(again->all()[1].address_hash, again->hash("bob@example.com"));
}

TEST_P(ErasuresTest, PassesOverALineThatACrashHasTorn) {
  auto list = open();
  ASSERT_TRUE(list && list->add("ada@example.com", clock.now(), random));
  std::ofstream(directory() / "erasures", std::ios::app) << "2026-01-31T08:15:00.000Z er-half";
  auto again = open();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->all().size(), 1u);
  ASSERT_TRUE(again->add("bob@example.com", clock.now(), random));
  auto third = open();
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(third->all().size(), 2u);
}

TEST_P(ErasuresTest, TakesOverWhatABackupBrings) {
  auto list = open();
  ASSERT_TRUE(list && list->add("ada@example.com", clock.now(), random));
  std::filesystem::copy(directory() / "erasures", directory() / "erasures.restored");
  ASSERT_TRUE(list->add("bob@example.com", clock.now(), random));
  auto both = open();
  ASSERT_TRUE(both);
  EXPECT_EQ(both->all().size(), 2u) << "the newer list stays, nothing stands twice";
  EXPECT_FALSE(std::filesystem::exists(directory() / "erasures.restored"));

  std::filesystem::rename(directory() / "erasures", directory() / "erasures.restored");
  auto restored = open();
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->all().size(), 2u);
  EXPECT_EQ(std::ranges::count(content(), '\n'), 2);
}

TEST_P(ErasuresTest, RefusesAListOfAnotherKey) {
  auto list = open();
  ASSERT_TRUE(list && list->add("ada@example.com", clock.now(), random));
  std::filesystem::remove(directory() / "keys" / "privacy");
  auto lost = open();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().reason, "erasures-key");
}

TEST_P(ErasuresTest, RefusesALineThatIsNoErasure) {
  std::ofstream(directory() / "erasures") << "hello\n";
  EXPECT_EQ(open().error().reason, "erasures-invalid");
}

TEST_P(ErasuresTest, StoreTellsWhatItHasNotCarriedOut) {
  ASSERT_TRUE(db().migrate(migrations()));
  const std::vector<std::string> receipts = {"er-1", "er-2", "er-3"}, some = {"er-2", "er-9"};
  auto missing = [&] {
    return db().read([&](db::Session& session) { return find_missing(session, receipts); }).value();
  };
  EXPECT_EQ(missing(), receipts);
  for (int twice = 0; twice < 2; ++twice)
    ASSERT_TRUE(db().write([&](db::Session& session) { return note(session, some, clock.now()); }));
  EXPECT_EQ(missing(), (std::vector<std::string>{"er-1", "er-3"}));
}

STOCKBELL_STORE_TESTS(ErasuresTest);

}  // namespace
}  // namespace stockbell::erasures
