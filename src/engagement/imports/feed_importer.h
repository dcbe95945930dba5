// Imports one file at a time with Add/Update (step 10): first the whole file is compared with what
// is known, then whatever differs is written: changed items with their stock in transactions of a
// few thousand rows, then rows that tell of the stock alone, many of them in one piece (decision
// 0010). Running a file again writes only what is still missing, so a killed import is
// simply run again. Between the two the guard (import_guard.h) may hold it. run() belongs to one
// thread; the others are thread-safe.
#pragma once
#include <filesystem>
#include <mutex>
#include <string>

#include "engagement/extensions/extension_store.h"
#include "engagement/imports/feed_run.h"
#include "engagement/imports/import_guard.h"
#include "engagement/imports/import_store.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

struct ImportOptions {
  GuardLimits limits = {};
  // So many rows that tell of the stock alone, and more, are applied in one piece: written down
  // first, carried into the tables afterwards.
  std::size_t write_down_from = 2000;
  bool everyone_enters = true;  // who waits when a restock opens; otherwise waves decide
};

class FeedImporter {
 public:
  // `work_dir`/processing holds files being imported, `work_dir`/archive the last ones.
  FeedImporter(db::Database& database, const Clock& clock, IdGenerator& ids, StockLedger& stock,
               std::filesystem::path work_dir, ImportOptions options = {})
      : database_(database),
        clock_(clock),
        ids_(ids),
        stock_(stock),
        work_dir_(std::move(work_dir)),
        options_(options) {}

  Result<> load();  // makes its folders
  // Takes a finished file, with its manifest if it has one, out of its folder and notes it for
  // run(). Error: not_found, "file-missing".
  Result<ImportId> accept(const std::filesystem::path& file);
  // Imports what is noted, oldest first. Returns how many files were worked on. Error: the store is
  // away, call again.
  Result<std::size_t> run();

  // Of an import that the guard holds: let it through at the next run(), or drop it. Errors:
  // not_found, "import-unknown"; conflict, "import-not-held".
  Result<> release(ImportId id);
  Result<> discard(ImportId id);

 private:
  struct Progress;
  Result<> import_one(FeedImport feed);
  // The state that the import ends in. Errors: invalid, what is wrong with the file as a whole; any
  // other, and it is to be run again.
  Result<std::string> import_file(Progress& progress);
  // Whether the guard holds it, with the numbers it looked at.
  Result<bool> hold(Progress& progress, const std::optional<FeedManifest>& manifest,
                    const FeedChanges& changes, const std::string& sha256);
  Result<> find_people(std::span<const OpenedSku> opened, Progress& progress);
  Result<> save_held(Progress& progress);
  Result<FeedImport> get_held(ImportId id);
  Result<> start(const FeedImport& feed);
  Result<> apply(Progress& progress, FeedRun& run, FeedChanges& changes);
  Result<> apply_rows(const FeedImport& feed, FeedRun& run, std::span<const ChangedRow> rows);
  Result<> apply_lines(Progress& progress, std::span<const FeedLine> lines,
                       std::span<const OpenedSku> opened);
  StockLedger::Inside counting(const FeedImport& feed, std::size_t lines);
  Result<> finish(Progress& progress);
  void archive(const FeedImport& feed);

  std::mutex accepting_;  // from the row to the file being in its place
  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  StockLedger& stock_;
  std::filesystem::path work_dir_;
  ImportOptions options_;
  ImportStore imports_;
  ExtensionStore extensions_;
  CatalogStore catalog_;
};

}  // namespace stockbell::engagement
