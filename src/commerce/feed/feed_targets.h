// Where the catalog feed goes, when, and in what form: [[commerce.feeds]] of the configuration, or
// the one target to Engagement when there is none (docs/feed.md). Immutable after start. Step 9.
#pragma once
#include <filesystem>

#include "commerce/feed/cron_schedule.h"
#include "commerce/feed/feed_columns.h"
#include "commerce/sites/sites.h"

namespace stockbell::commerce {

enum class FeedTargetKind { engagement, sftp, folder };

struct FeedTarget {
  std::string key = "engagement";
  std::string site;  // whose stock, links and SiteID
  // Of kind engagement: the site's rules. InStock is then what rings, as live events tell it.
  std::optional<Site> rules;
  FeedTargetKind kind = FeedTargetKind::engagement;
  std::string url;             // of kind sftp: sftp://user:password@host/Import?host_key=…
  std::filesystem::path path;  // of kind folder
  // When it runs in full: by cron, or when there is none every commerce.feed_interval_seconds.
  std::optional<CronSchedule> schedule;
  std::optional<CronSchedule> incremental_schedule;
  char delimiter = '|';
  std::string file_name = "{site}_catalogFeed.psv";
  // Its own name for each run: one that is not imported yet is never replaced by the next.
  std::string incremental_file_name = "{site}_catalogFeed_{time}.psv";
  std::vector<FeedColumn> columns = default_columns();

  // What decides how a row looks. An incremental feed goes on only where it is the same as before.
  std::string form() const;
};

struct FeedDefaults {
  std::string schedule, incremental_schedule;  // commerce.feed_schedule, …; "" is none
};

// `json`: the array that the configuration holds for [[commerce.feeds]], "" when there is none.
// Secrets may be "env:NAME" or "file:PATH". Errors: invalid, naming the feed and the key.
Result<std::vector<FeedTarget>> read_feed_targets(std::string_view json, const Sites& sites,
                                                  const FeedDefaults& defaults);

// {site}, {target}, {date} (2026-01-31) and {time} (20260131T081500123Z, in UTC) filled in.
std::string file_name_of(std::string_view pattern, const FeedTarget& target, Time built_at);

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::FeedTargetKind> =
    std::to_array<stockbell::EnumText<stockbell::commerce::FeedTargetKind>>({
        {stockbell::commerce::FeedTargetKind::engagement, "engagement"},
        {stockbell::commerce::FeedTargetKind::sftp, "sftp"},
        {stockbell::commerce::FeedTargetKind::folder, "folder"},
    });
