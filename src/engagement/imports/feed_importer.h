// Imports one file at a time with Add/Update (step 10): whatever differs from what is known is
// written, in transactions of at most 1000 rows, catalog and stock together. Running a file again
// writes only what is still missing, so a killed import is simply run again. import_file() is
// thread-safe; run() belongs to one thread.
#pragma once
#include <filesystem>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engagement/imports/feed_row.h"
#include "engagement/imports/import_store.h"
#include "engagement/restocks/stock_ledger.h"

namespace stockbell::engagement {

class FeedImporter {
 public:
  // `work_dir`/processing holds files being imported, `work_dir`/archive the last ones.
  FeedImporter(db::Database& database, const Clock& clock, IdGenerator& ids, StockLedger& stock,
               std::filesystem::path work_dir)
      : database_(database),
        clock_(clock),
        ids_(ids),
        stock_(stock),
        work_dir_(std::move(work_dir)) {}

  Result<> load();  // row hashes into memory, before anything else
  // Takes a finished file out of its folder and notes it for run(). Error: not_found,
  // "file-missing".
  Result<ImportId> accept(const std::filesystem::path& file);
  // Imports what is noted, oldest first. Returns how many files were worked on. Error: the store is
  // away, call again.
  Result<std::size_t> run();

 private:
  struct Progress;
  struct KnownRow {
    std::int64_t hash = 0;
    std::int64_t digest = 0;  // of the row that run `run` found
    std::uint32_t run = 0;
  };
  Result<> import_one(FeedImport feed);
  Result<> read_rows(std::istream& in, Progress& progress);
  Result<> take_row(const FeedHeader& header, const std::vector<std::string>& values,
                    std::size_t line, bool broken, Progress& progress);
  Result<> flush(Progress& progress);
  Result<> finish(Progress& progress);
  void archive(const FeedImport& feed);

  std::mutex accepting_;  // from the row to the file being in its place
  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  StockLedger& stock_;
  std::filesystem::path work_dir_;
  ImportStore imports_;
  CatalogStore catalog_;
  std::unordered_map<std::string, KnownRow> rows_;  // by SKU
  std::uint32_t runs_ = 0;                          // imports begun, since the start
};

// SHA-256 of a file's content in hex; unavailable, "file-unreadable".
Result<std::string> content_hash(const std::filesystem::path& file);

}  // namespace stockbell::engagement
