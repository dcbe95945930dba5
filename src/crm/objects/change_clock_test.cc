#include "crm/objects/change_clock.h"

#include <gtest/gtest.h>

#include "support/store.h"

namespace stockbell::crm::objects {
namespace {

class ChangeClockTest : public testing::StoreTest {};

TEST_P(ChangeClockTest, AnOpenChangeHoldsTheSettledTimeBack) {
  ChangeClock changes(clock, db());
  const auto begun = clock.now();
  {
    const ChangeClock::Stamp early(changes);
    clock.advance(Duration(500));
    const ChangeClock::Stamp late(changes);
    EXPECT_LE(*changes.settled_before(), begun) << "the early one may still commit";
  }
  EXPECT_GE(*changes.settled_before(), begun + Duration(500));
}

TEST_P(ChangeClockTest, NothingIsStampedWithATimeGivenAwayAsSettled) {
  ChangeClock changes(clock, db());
  const auto settled = *changes.settled_before();
  const ChangeClock::Stamp next(changes);
  EXPECT_GT(next.time(), settled) << "the same millisecond";
}

STOCKBELL_STORE_TESTS(ChangeClockTest);

}  // namespace
}  // namespace stockbell::crm::objects
