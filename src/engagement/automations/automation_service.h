// Automations (reference 6.5): started by hand, by a schedule or by a file that arrives; steps one
// after the other. A run is a row that says how far it is: a kill loses nothing, and a step is
// begun once. Thread-safe.
#pragma once
#include <functional>
#include <span>

#include "engagement/automations/definition.h"
#include "engagement/events/event_service.h"
#include "engagement/import_definitions/import_definition_service.h"
#include "engagement/queries/query_service.h"

namespace stockbell::engagement {

struct AutomationRun {
  std::int64_t id = 0;
  std::string state, reason, file_name;
  std::int64_t step = 0;
  Time started_at{};
  std::optional<Time> finished_at;
  std::string error;
};

class AutomationService {
 public:
  struct Parts {
    DataExtensions& extensions;
    QueryService& queries;
    EventService& events;
    IdGenerator& ids;
    Random& random;
    ImportDefinitionService& imports;
    // Of the catalog's files that have arrived: whether all are done, and of one that has failed or
    // is held since then, why.
    std::function<Result<ImportDefinitionService::State>(db::Session&, Time since)> feeds;
    std::function<void()> wake_feeds;
  };
  explicit AutomationService(Parts parts) : parts_(std::move(parts)) {}
  static std::span<const db::Migration> migrations();

  // Errors: invalid, "automation-invalid", also for a query or an event that is not there;
  // conflict, "automation-exists".
  Result<Automation> create(Automation automation);
  Result<Automation> change(Automation automation);
  // Not found: "automation-unknown".
  Result<Automation> get(std::int64_t id);
  Result<std::vector<Automation>> list();
  Result<> remove(std::int64_t id);
  Result<std::vector<AutomationRun>> runs(std::int64_t id);  // the last hundred, newest first
  // The run's id; conflict, "automation-running" while one does.
  Result<std::int64_t> start(std::int64_t id);
  // Runs those that wait for such a file; behind a run that is under way. `at`: before the file was
  // taken for an import.
  Result<> file_arrived(const std::string& name, Time at);
  // The import definitions in the steps of those that wait for such a file.
  Result<std::vector<std::string>> imports_of_trigger(const std::string& name);
  void on_start(std::function<void()> wake) { wake_ = std::move(wake); }

  // Begins what is due and moves runs on; how many of them moved.
  Result<int> run();
  bool has_open_runs() const { return open_; }

 private:
  struct Advanced {
    bool moved = false;
    bool query = false, import = false;
    std::vector<std::string> skus;
  };
  Result<> has_query(db::Session& session, const std::string& id);
  Result<> check(db::Session& session, const Automation& automation);
  Result<std::int64_t> add_run(db::Session& session, std::int64_t automation,
                               const std::string& reason, const std::string& file, Time at);
  Result<int> begin_due();
  Result<Advanced> advance(db::Session& session, const db::Row& run);
  Result<> begin_step(db::Session& session, const db::Row& run, const Step& step,
                      Advanced& advanced);
  Result<bool> step_is_done(db::Session& session, const Step& step, const db::Row& run);
  Result<bool> import_is_done(db::Session& session, const Activity& activity, Time since);

  const Parts parts_;
  std::function<void()> wake_;
  std::atomic<bool> open_ = false;
};

}  // namespace stockbell::engagement
