// A run of the catalog feed job to one target, and its outcome. Step 9.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"

namespace stockbell::commerce {

// waiting: to be run, or to be run again after a failure
enum class FeedState { waiting, running, done, failed };
enum class FeedTrigger { schedule, demand };
enum class FeedKind { full, incremental };

struct FeedRun {
  std::int64_t id = 0;
  std::string target;  // key of the FeedTarget
  FeedKind kind = FeedKind::full;
  FeedState state = FeedState::waiting;
  FeedTrigger trigger = FeedTrigger::demand;
  Time requested_at{}, started_at{}, finished_at{};
  int attempts = 0;
  std::int64_t rows = 0, bytes = 0;
  std::int64_t rows_incomplete = 0;  // left out for want of a required attribute
  std::int64_t rows_removed = 0;     // products that are gone
  // The numbering of changes it covers: (from, to]; from 0 in full.
  std::int64_t catalog_from = 0, catalog_to = 0, stock_from = 0, stock_to = 0;
  std::string file_name;  // at the target
  std::string sha256;
  std::string note;   // why it was full although an incremental one was asked for, and the like
  std::string error;  // of the last attempt
};

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedState> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedState>>({
        {stockbell::commerce::FeedState::waiting, "waiting"},
        {stockbell::commerce::FeedState::running, "running"},
        {stockbell::commerce::FeedState::done, "done"},
        {stockbell::commerce::FeedState::failed, "failed"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedTrigger> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedTrigger>>({
        {stockbell::commerce::FeedTrigger::schedule, "schedule"},
        {stockbell::commerce::FeedTrigger::demand, "demand"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedKind> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedKind>>({
        {stockbell::commerce::FeedKind::full, "full"},
        {stockbell::commerce::FeedKind::incremental, "incremental"},
    });
