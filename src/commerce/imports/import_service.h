// Takes files in, runs their importer and keeps the report. A file is accepted when it lies in
// `directory` and its row is committed; from then on a restart runs it again until it is done.
// Thread-safe; imports run one at a time, oldest first.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "commerce/imports/import_store.h"
#include "commerce/imports/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce {

// Reads the file, writes what changed, counts in the tally. Running it twice changes nothing more.
using Importer = std::function<Result<>(const std::filesystem::path& file, ImportTally& tally)>;
// The same for who must know what the sender asked for: inventory list and mode.
using AskedImporter = std::function<Result<>(const std::filesystem::path& file,
                                             const ImportReport& asked, ImportTally& tally)>;

class ImportService {
 public:
  ImportService(db::Database& database, const Clock& clock, IdGenerator& ids,
                std::filesystem::path directory)
      : database_(database), clock_(clock), ids_(ids), directory_(std::move(directory)) {}
  ~ImportService() { stop(); }

  void handle(ImportKind kind, Importer importer) {
    importers_[kind] = [importer = std::move(importer)](const std::filesystem::path& file,
                                                        const ImportReport&, ImportTally& tally) {
      return importer(file, tally);
    };
  }
  void handle(ImportKind kind, AskedImporter importer) { importers_[kind] = std::move(importer); }
  void start();  // goes on with what was accepted before
  void stop();

  // Copies the file into the store's keeping and queues it. The caller's file may go afterwards.
  Result<ImportReport> accept(ImportKind kind, const std::filesystem::path& file,
                              std::string file_name, std::string list = {}, std::string mode = {});
  // Runs the file here and now; the report says what came of it. An Error only when the store is
  // away.
  Result<ImportReport> run_now(ImportKind kind, const std::filesystem::path& file,
                               std::string mode = {});
  // Runs the oldest accepted file; false when there is none.
  Result<bool> run_next();

  Result<ImportReport> get(ImportId id);
  Result<std::vector<ImportReport>> list(ImportId before, int limit);

 private:
  Result<> run(ImportReport& report, const std::filesystem::path& file);
  std::filesystem::path kept_file(ImportId id) const;
  void work();

  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  std::filesystem::path directory_;
  std::map<ImportKind, AskedImporter> importers_;
  std::mutex running_;  // one import at a time
  std::mutex mutex_;
  std::condition_variable wake_;
  bool pending_ = true, stopping_ = false;
  std::thread worker_;
};

}  // namespace stockbell::commerce
