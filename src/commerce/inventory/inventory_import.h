// Reads inventory files: B2C Commerce inventory XML (reference 2.1-2.3, with its known flaws) and
// delimited or NDJSON records. The file is streamed and applied in batches of kStockBatch; what
// stood before an error in the file stays applied. What a list loses by ImportMode::replace, or by
// a header's mode="delete", goes only after the whole file was read. Step 8.
#pragma once
#include "commerce/imports/column_names.h"
#include "commerce/inventory/inventory_service.h"

namespace stockbell::commerce {

struct InventoryImport {
  ImportMode mode = ImportMode::merge;
  std::string list = {};                 // of records that name none; "": the service's default
  const ColumnNames* columns = nullptr;  // headers of the shop's own
};

Result<> import_inventory(const std::filesystem::path& file, InventoryService& inventory,
                          ImportTally& tally, const InventoryImport& import = {});

}  // namespace stockbell::commerce
