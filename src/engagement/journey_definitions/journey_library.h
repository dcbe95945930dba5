// The journeys there are: drafts are saved and published here, and running journeys are read from
// memory. A published version never changes. Thread-safe.
#pragma once
#include <functional>
#include <memory>
#include <mutex>

#include "engagement/journey_definitions/definition_rules.h"
#include "engagement/journey_definitions/definition_store.h"

namespace stockbell::engagement {

using JourneyPtr = std::shared_ptr<const JourneyDefinition>;

struct SavedDraft {
  std::string key;
  int version = 0;
  std::vector<Finding> problems;  // what stands in the way of publishing it
};

class JourneyLibrary {
 public:
  using TemplateExists = std::function<bool(std::string_view)>;
  JourneyLibrary(db::Database& database, const Clock& clock, TemplateExists template_exists)
      : database_(database), clock_(clock), template_exists_(std::move(template_exists)) {}

  Result<> load();  // into an empty store the default journey is published
  // Called after a journey was published, resumed or stopped; returns at once. Set before use.
  void on_change(std::function<void()> listener) { on_change_ = std::move(listener); }

  // Errors: parse_journey's.
  Result<SavedDraft> save(std::string_view json);
  Result<std::vector<Finding>> validate(std::string_view json) const;
  // Errors: not_found; conflict ("journey-no-draft"); invalid ("journey-not-publishable").
  Result<JourneyRow> publish(const std::string& key);
  // active -> paused -> active; both -> stopped. Errors: not_found, conflict ("journey-status").
  Result<JourneyRow> pause(const std::string& key);
  Result<JourneyRow> resume(const std::string& key);
  Result<JourneyRow> stop(const std::string& key);

  // Active ones in the order in which they take requests.
  std::vector<JourneyPtr> active() const;
  JourneyStatus status(const std::string& key) const;
  std::vector<std::string> keys_in(JourneyStatus status) const;
  // Of a version that somebody runs under. Errors: internal ("journey-unknown").
  Result<JourneyPtr> get(db::Session& session, const std::string& key, int version);

 private:
  struct Known {
    JourneyRow row;
    JourneyPtr published;
  };
  Result<JourneyRow> change(const std::string& key, JourneyStatus to,
                            std::initializer_list<JourneyStatus> from);
  void remember(const JourneyRow& row, JourneyPtr published);

  db::Database& database_;
  const Clock& clock_;
  TemplateExists template_exists_;
  std::function<void()> on_change_;
  JourneyDefinitionStore store_;
  std::mutex changing_;  // one change at a time
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;
  std::map<std::pair<std::string, int>, JourneyPtr> versions_;
};

}  // namespace stockbell::engagement
