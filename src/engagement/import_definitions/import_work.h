// One run of an import definition, from the file to the end: its rules, its rows gathered beside
// the data extension, then the change. Each step is a transaction that says how far it came: a run
// that a kill cut short goes on, or begins anew where nothing of it counted yet. Belongs to one
// thread.
#pragma once
#include <functional>

#include "engagement/import_definitions/import_run_store.h"
#include "engagement/import_definitions/import_staging.h"

namespace stockbell::engagement {

struct ImportPorts {
  DataExtensions& extensions;
  IdGenerator& ids;
  ImportRunStore& store;
  // In the transaction that shows them: rows of the extension with ids from `first` on are new.
  std::function<Result<>(db::Session&, const DataExtension&, std::int64_t first)> rows_arrived;
};

class ImportWork {
 public:
  ImportWork(const ImportPorts& ports, ImportRun run) : ports_(ports), run_(std::move(run)) {}

  // To the end of the run, or until somebody else has ended it. Error: the store is away; work on
  // it again.
  Result<> run();
  const ImportRun& state() const { return run_; }

 private:
  struct Outcome {
    std::string state, reason;
  };
  using MaybeOutcome = Result<std::optional<Outcome>>;  // empty: go on

  Result<> work();
  Result<> end(const Error& error);
  Result<> begin();
  MaybeOutcome look_at_age();
  MaybeOutcome look_at_content();
  Result<> stage();
  Result<> flush();
  MaybeOutcome look_at_rows();
  Result<> take_out_misfits();
  Result<> begin_applying();
  Result<> apply_rows();
  Result<bool> apply_piece();
  Result<> swap();
  Result<> finish(const Outcome& outcome);
  Result<> finish_applied(db::Session& session, ImportRun& next);

  MaybeOutcome judge(FileRule rule, std::string reason) const;
  Result<> check_open(db::Session& session, bool staged);
  Result<DataExtension> current(db::Session& session);
  void make_staging(std::vector<std::size_t> columns);

  const ImportPorts& ports_;
  ImportRun run_;
  ImportDefinition definition_;
  DataExtension extension_;
  std::optional<ImportStaging> staging_;
  bool staged_ = false;  // the table is there
  std::vector<TypedRow> rows_;
  std::vector<ImportRunError> refused_;
  std::size_t bytes_ = 0;
  std::int64_t errors_kept_ = 0;
};

}  // namespace stockbell::engagement
