// A run of the catalog feed job and its outcome. Step 9.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"

namespace stockbell::commerce {

enum class FeedState { waiting, done, failed };
enum class FeedTrigger { schedule, demand };

struct FeedRun {
  std::int64_t id = 0;
  FeedState state =
      FeedState::waiting;  // waiting: to be run, or to be run again after a failure of the upload
  FeedTrigger trigger = FeedTrigger::demand;
  Time requested_at{}, finished_at{};
  int attempts = 0;
  std::int64_t rows = 0, bytes = 0;
  std::string file_name;  // on the SFTP server
  std::string error;      // of the last attempt
};

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedState> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedState>>({
        {stockbell::commerce::FeedState::waiting, "waiting"},
        {stockbell::commerce::FeedState::done, "done"},
        {stockbell::commerce::FeedState::failed, "failed"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedTrigger> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedTrigger>>({
        {stockbell::commerce::FeedTrigger::schedule, "schedule"},
        {stockbell::commerce::FeedTrigger::demand, "demand"},
    });
