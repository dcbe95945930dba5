// Rows of journeys, their versions and the counts of their steps. Stateless; every method runs
// inside the caller's transaction.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engagement/journey_definitions/types.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct JourneyRow {
  std::string key;
  JourneyStatus status = JourneyStatus::unpublished;
  int version = 0;  // the published one; 0: none
  Time changed_at{};
};

struct VersionRow {
  int version = 0;
  VersionState state = VersionState::draft;
  std::string definition;  // JSON as it was saved
  Time created_at{};
  std::optional<Time> published_at;
};

struct StepCount {
  int version = 0;
  std::string step;
  std::int64_t entered = 0, present = 0;
};

// What a transaction adds to the counts, summed up before it is written: a few rows for a batch of
// any size.
class CountChanges {
 public:
  void add(const JourneyDefinition& journey, std::string_view step, std::int64_t entered,
           std::int64_t present);
  bool empty() const { return changes_.empty(); }

 private:
  friend class JourneyDefinitionStore;
  struct Change {
    std::int64_t entered = 0, present = 0;
  };
  // In order, so that two transactions never lock rows crosswise.
  std::map<std::tuple<std::string, int, std::string>, Change> changes_;
};

class JourneyDefinitionStore {
 public:
  static std::span<const db::Migration> migrations();

  Result<std::vector<JourneyRow>> list(db::Session& session);
  Result<std::optional<JourneyRow>> find(db::Session& session, const std::string& key);
  // Newest first.
  Result<std::vector<VersionRow>> list_versions(db::Session& session, const std::string& key);
  Result<std::optional<VersionRow>> find_version(db::Session& session, const std::string& key,
                                                 int version);
  // Adds the journey with its first draft, replaces the draft, or adds one after the newest
  // version. Returns the draft's number.
  Result<int> save_draft(db::Session& session, const std::string& key, std::string_view definition,
                         Time now);
  // The draft becomes the published version and the journey active.
  Result<> publish(db::Session& session, const std::string& key, int version, Time now);
  Result<> set_status(db::Session& session, const std::string& key, JourneyStatus status, Time now);

  Result<> add_counts(db::Session& session, const CountChanges& changes);
  Result<std::vector<StepCount>> list_counts(db::Session& session, const std::string& key,
                                             int version);  // 0: all
};

}  // namespace stockbell::engagement
