// The job as Stockbell does it today: Engagement's box on the embedded store, with its own threads,
// from a file in its Import folder to every match durably entered, and on to the last of their
// messages being queued. Nothing is sent meanwhile.
// Used by import_bench. One thread.
#pragma once
#include <filesystem>

#include "import/contestant.h"
#include "import/feed_data.h"

namespace stockbell::bench {

struct StartUp {
  double seconds = 0, resident_mb = 0;
};

struct StockbellTimes : ImportTimes {
  StartUp start;
  double queued_s = 0;     // until every match is an entry of its own with its message queued
  double resident_mb = 0;  // after it all
  double duplicate_s = 0, unchanged_s = 0;  // the very same file; other bytes, but no news in them
  std::int64_t duplicate_written = 0, unchanged_written = 0;
};

class StockbellImport {
 public:
  // Makes the store of what is known: first without requests, then with them.
  StockbellImport(std::filesystem::path folder, const std::filesystem::path& feed_before,
                  const FeedData& data);
  StartUp start_up_without_requests() const { return without_requests_; }
  double bytes_a_request_on_disk() const { return bytes_a_request_; }

  // On a fresh copy of what is known, in a process of its own.
  StockbellTimes run(const std::filesystem::path& feed) const;

 private:
  std::filesystem::path folder_;
  const FeedData& data_;
  StartUp without_requests_;
  double bytes_a_request_ = 0;
};

}  // namespace stockbell::bench
