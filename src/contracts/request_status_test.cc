#include "contracts/request_status.h"

#include <gtest/gtest.h>

namespace stockbell {
namespace {

using enum RequestStatus;

TEST(RequestStatus, OnlyMovesForwardButForTheWayBackToTheLine) {
  for (const auto& from : kEnumText<RequestStatus>)
    for (const auto& to : kEnumText<RequestStatus>) {
      const bool backwards = may_become(from.value, to.value) && to.value < from.value;
      EXPECT_EQ(backwards, from.value == queued && to.value == requested)
          << from.text << " -> " << to.text;
    }
}

TEST(RequestStatus, NeverLeavesAnEnd) {
  for (const auto end : {purchased, cancelled, expired, undeliverable})
    for (const auto& to : kEnumText<RequestStatus>)
      EXPECT_FALSE(may_become(end, to.value)) << to.text;
}

TEST(RequestStatus, ALateSentDoesNotUndoOpened) {
  EXPECT_FALSE(may_become(opened, sent));
  EXPECT_TRUE(may_become(sent, opened));
  EXPECT_TRUE(may_become(requested, opened))
      << "an open that overtakes the record of the sending still counts";
}

TEST(RequestStatus, ReadsWhatItWrites) {
  for (const auto& row : kEnumText<RequestStatus>)
    EXPECT_EQ(parse_enum<RequestStatus>(to_text(row.value)), row.value);
  EXPECT_FALSE(parse_enum<RequestStatus>("requested"));
}

}  // namespace
}  // namespace stockbell
