// Writes a whole feed into a file: ranges of SKUs, each read in a short snapshot of its own (a long
// one would hold the store's write-ahead log), rendered by several threads and written in order
// with their checksum. What changes meanwhile is in the next incremental feed, which begins at the
// sequences noted before the first range. Used by FeedService and bench/feed. Step 9.
#pragma once
#include <filesystem>
#include <optional>

#include "commerce/feed/feed_reader.h"

namespace stockbell::commerce {

// Where the numbering of changes stood: commerce/catalog's and commerce/inventory's.
struct FeedPosition {
  std::int64_t catalog = 0, stock = 0;
  bool default_in_stock = false;  // what items without a stock row were
  bool operator==(const FeedPosition&) const = default;
};

struct FeedFile {
  std::int64_t rows = 0, bytes = 0;
  std::int64_t rows_incomplete = 0;  // left out: a required attribute is missing
  std::int64_t rows_removed = 0;     // among `rows`: products that are gone
  std::string sha256;
  std::string first_incomplete;  // its SKU
};

struct FeedExport {
  FeedTarget target;
  std::string public_url;
  Time built_at{};
  std::filesystem::path file;
  int threads = 2;
  bool yielding = true;  // lets everything else go first (nice 5)
  bool sync = false;     // the file is on disk when this returns
  std::optional<std::int64_t> removed_after;  // a full feed tells, too, what went after this
                                              // sequence of the catalog
};

Result<FeedPosition> find_position(db::Database& database, const std::string& site);
Result<FeedFile> export_all(db::Database& database, const FeedExport& how,
                            const FeedPosition& position);
// What changed after `from`: items, and rows for what is gone.
Result<FeedFile> export_changes(db::Database& database, const FeedExport& how,
                                const FeedPosition& from, const FeedPosition& position);
// How many items that is; counts no further than `most`.
Result<std::int64_t> count_changes(db::Database& database, const std::string& site,
                                   const FeedPosition& from, std::int64_t most);

}  // namespace stockbell::commerce
