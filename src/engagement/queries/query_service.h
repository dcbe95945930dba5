// Query activities (reference 6.4): a SELECT over data extensions and data views whose rows go into
// an own data extension. Read on a read-only connection within time and row limits, written in one
// transaction: readers of the target see all of the old rows or all of the new. Thread-safe.
#pragma once
#include <functional>
#include <span>

#include "engagement/data_extensions/data_extensions.h"
#include "engagement/queries/compiler.h"

namespace stockbell::engagement {

enum class UpdateType { overwrite = 0, update = 1, append = 2 };

struct QueryActivity {
  std::int64_t id = 0;
  std::string key, name, description, text, target_key;
  UpdateType update_type = UpdateType::overwrite;
  std::int64_t category = 0;
  Time created_at{}, modified_at{};
  std::string state;  // idle, queued, running
  std::optional<Time> started_at, finished_at;
  std::int64_t rows_written = 0;
  std::string error;  // why the last run failed
};

class QueryService {
 public:
  struct Limits {
    std::chrono::milliseconds time = std::chrono::minutes(5);
    std::size_t rows = 250'000, bytes = 256 * 1024 * 1024;
  };
  QueryService(DataExtensions& extensions, Random& random, IdGenerator& ids)
      : QueryService(extensions, random, ids, Limits()) {}
  QueryService(DataExtensions& extensions, Random& random, IdGenerator& ids, Limits limits)
      : extensions_(extensions), random_(random), ids_(ids), limits_(limits) {}
  static std::span<const db::Migration> migrations();

  // Whether it could run now. Errors: invalid, "query-invalid"; not found, the target.
  Result<> validate(const std::string& text, const std::string& target_key, UpdateType type);
  // Both validate first. Errors: conflict, "query-exists".
  Result<QueryActivity> create(QueryActivity activity);
  Result<QueryActivity> change(QueryActivity activity);
  // Not found: "query-unknown".
  Result<QueryActivity> get(std::int64_t id);
  Result<std::vector<QueryActivity>> list();
  Result<> remove(std::int64_t id);
  // It runs soon; conflict, "query-running" while it does.
  Result<> start(std::int64_t id);
  void on_start(std::function<void()> wake) { wake_ = std::move(wake); }

  // For automations, within their transaction: whether it runs, and why its last run failed.
  struct State {
    bool idle = true;
    std::string error;
  };
  Result<State> find_state(db::Session& session, std::int64_t id);
  Result<> queue(db::Session& session, std::int64_t id);  // then wake(), after the commit
  void wake() const {
    if (wake_) wake_();
  }

  // Runs the one that waits longest; how many ran.
  Result<int> run();

 private:
  struct Plan {
    DataExtension target;
    queries::Compiled compiled;
    std::vector<std::size_t> places;  // of each result column, in the target
  };
  Result<Plan> plan(db::Session& session, const std::string& text, const std::string& target_key,
                    UpdateType type);
  Result<std::vector<RowValues>> read(const Plan& plan);
  Result<> write(db::Session& session, const QueryActivity& activity, const Plan& plan,
                 const std::vector<RowValues>& rows);
  Result<> run_one(const QueryActivity& activity);
  Result<> finish(std::int64_t id, const std::string& error);

  DataExtensions& extensions_;
  Random& random_;
  IdGenerator& ids_;
  const Limits limits_;
  std::function<void()> wake_;
};

}  // namespace stockbell::engagement
