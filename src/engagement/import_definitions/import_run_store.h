// Rows of import definitions, their runs and refused rows. Stateless; every method runs inside the
// caller's transaction.
#pragma once
#include <span>

#include "engagement/import_definitions/types.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

// What came of the last file of a definition that was applied.
struct AppliedFile {
  std::string hash;
  std::int64_t time = 0, sequence = 0;
};

class ImportRunStore {
 public:
  static constexpr std::int64_t kMostErrors = 100'000;  // that are kept of a run; all are counted
  static std::span<const db::Migration> migrations();

  // False: there is one of this key.
  Result<bool> insert(db::Session& session, const ImportDefinition& definition);
  Result<> change(db::Session& session, const ImportDefinition& definition);
  Result<std::int64_t> count(db::Session& session);
  // Not found: "import-definition-unknown". By the id's digits, or by the key.
  Result<ImportDefinition> get(db::Session& session, const std::string& id_or_key);
  Result<ImportDefinition> get(db::Session& session, std::int64_t id);
  Result<std::vector<ImportDefinition>> list(db::Session& session);
  // With its runs and their errors; the staged tables that are left.
  Result<std::vector<std::int64_t>> remove(db::Session& session, std::int64_t id);

  Result<AppliedFile> find_applied(db::Session& session, std::int64_t definition);
  Result<> set_applied(db::Session& session, const ImportRun& run);

  Result<> insert_run(db::Session& session, const ImportRun& run);
  Result<> erase_run(db::Session& session, std::int64_t id);
  Result<std::vector<std::string>> open_paths(db::Session& session);
  Result<std::vector<std::int64_t>> queue_waiting(db::Session& session, std::int64_t definition,
                                                  std::string_view started_by);
  Result<std::optional<ImportRun>> next_run(db::Session& session);
  Result<ImportRun> get_run(db::Session& session,
                            std::int64_t id);  // not found: "import-run-unknown"
  // Newest first with id < before; `state` "" is any.
  Result<std::vector<ImportRun>> list_runs(db::Session& session, std::int64_t definition,
                                           std::int64_t before, const std::string& state,
                                           int limit);
  Result<bool> start(db::Session& session, const ImportRun& run);  // its errors go
  // Somebody may have ended it: who asked to forget a person.
  Result<bool> still_runs(db::Session& session, std::int64_t id);
  Result<> save_progress(db::Session& session, const ImportRun& run);
  // Those beyond kMostErrors are not kept; `kept` counts them.
  Result<> add_errors(db::Session& session, std::int64_t run,
                      std::span<const ImportRunError> errors, std::int64_t& kept);
  Result<std::vector<ImportRunError>> list_errors(db::Session& session, std::int64_t run,
                                                  std::int64_t after_line, std::int64_t limit);
  Result<> finish(db::Session& session, const ImportRun& run);
  Result<bool> release(db::Session& session, std::int64_t id);
  Result<bool> discard(db::Session& session, std::int64_t id, Time now);

  Result<bool> has_open(db::Session& session, std::int64_t definition);
  // Of the runs that arrived or ended since then: one that failed or is held, else the newest.
  Result<std::optional<ImportRun>> newest_since(db::Session& session, std::int64_t definition,
                                                Time since);
  Result<std::vector<std::int64_t>> staged_of_ended(db::Session& session);
  Result<> forget_staged(db::Session& session, std::int64_t table);
};

// Ends every run that is not over: its file is not read (any further), and removed soon.
Result<> fail_open_imports(db::Session& session, Time now);

}  // namespace stockbell::engagement
