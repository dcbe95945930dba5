// Imports of files into data extensions, by definitions (reference 6.2): takes the files that the
// definitions name out of the SFTP account, runs them one at a time, tells what came of them. The
// catalog feed is not among them: it is engagement/imports' and shows here as a definition of ours.
// Thread-safe; run() belongs to one thread.
#pragma once
#include <filesystem>
#include <mutex>

#include "base/random.h"
#include "engagement/import_definitions/import_work.h"

namespace stockbell::engagement {

// The catalog feed's definition: built in, for reading alone.
inline constexpr std::string_view kCatalogImport = "Catalog_Feed";
bool is_catalog(const std::string& id_or_key);  // its key, or none at all

class ImportDefinitionService {
 public:
  struct Parts {
    DataExtensions& extensions;
    Random& random;
    IdGenerator& ids;
    std::filesystem::path folder;  // of files taken and not done; on the SFTP account's file system
    std::function<Result<>(db::Session&, const DataExtension&, std::int64_t first)> rows_arrived;
    // The definitions that automations start for this file by the name of their trigger.
    std::function<Result<std::vector<std::string>>(const std::string& file_name)> triggered;
  };
  explicit ImportDefinitionService(Parts parts)
      : parts_(std::move(parts)),
        ports_{parts_.extensions, parts_.ids, store_, parts_.rows_arrived} {}
  static std::span<const db::Migration> migrations() { return ImportRunStore::migrations(); }

  Result<> load();  // makes its folder

  // Errors: invalid, "import-definition-invalid", also for a destination that is not there or that
  // the action does not fit; conflict, "import-definition-exists".
  Result<ImportDefinition> create(ImportDefinition definition);
  // All but its key. Not found: "import-definition-unknown".
  Result<ImportDefinition> change(const std::string& id_or_key, ImportDefinition definition);
  Result<ImportDefinition> get(const std::string& id_or_key);
  Result<std::vector<ImportDefinition>> list();
  // With its runs; conflict, "import-running" while one does.
  Result<> remove(const std::string& id_or_key);

  // A finished file: taken by every definition that it is for. False: by none. Error: not taken,
  // try again; not_found when it is gone.
  Result<bool> accept(const std::filesystem::path& file);
  // The runs of the files that wait for it, begun; conflict, "import-nothing-waits".
  Result<std::vector<std::int64_t>> start(const std::string& id_or_key);
  Result<std::vector<ImportRun>> list_runs(const std::string& id_or_key, std::int64_t before,
                                           const std::string& state, int limit);
  Result<ImportRun> get_run(std::int64_t id);
  Result<std::vector<ImportRunError>> list_errors(std::int64_t run, std::int64_t after_line,
                                                  std::int64_t limit);
  // Conflict, "import-not-held"; also a file that waits can be discarded.
  Result<ImportRun> release(std::int64_t run);
  Result<ImportRun> discard(std::int64_t run);

  // For automations, within their transaction, and not of the catalog. begin(): the files that wait
  // are queued; invalid, "import-nothing-waits" where there must be one, and none has come since.
  Result<> check(db::Session& session, const std::string& id_or_key);
  Result<> begin(db::Session& session, const std::string& id_or_key, Time since);
  struct State {
    bool open = false;
    std::string error;  // of a file that failed or is held since then
  };
  Result<State> state(db::Session& session, const std::string& id_or_key, Time since);
  void on_start(std::function<void()> wake) { wake_ = std::move(wake); }
  void wake() const {
    if (wake_) wake_();
  }

  // Works on the run that is next; how many there were. Error: the store is away, call again.
  Result<int> run();

 private:
  Result<> check_destination(db::Session& session, const ImportDefinition& definition);
  Result<std::vector<ImportRun>> runs_for(const std::filesystem::path& file);
  Result<> take(const std::filesystem::path& file, const std::vector<ImportRun>& runs);
  Result<> clean_up();

  const Parts parts_;
  ImportRunStore store_;
  const ImportPorts ports_;
  std::function<void()> wake_;
  std::mutex accepting_;  // from the rows to the files being in their places
};

}  // namespace stockbell::engagement
