// Reads catalog files of every kind: B2C Commerce catalog XML, delimited or NDJSON rows, Google
// Merchant Center feeds. Streamed, in batches; what stood before an error in the file stays. Step 8.
#pragma once
#include "commerce/catalog/import_batches.h"
#include "commerce/imports/column_names.h"

namespace stockbell::commerce {

struct CatalogImport {
  CatalogService& catalog;
  const Clock& clock;
  const ColumnNames* columns = nullptr;
  TakeStock take_stock{};  // where a Google feed's availability goes; empty: nowhere
};

Result<> import_catalog(const std::filesystem::path& file, const CatalogImport& import,
                        ImportTally& tally);

}  // namespace stockbell::commerce
