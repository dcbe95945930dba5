// Reads inventory files: B2C Commerce inventory XML (reference 2.1, with its known flaws) and
// delimited or NDJSON records. The file is streamed and applied in batches of kStockBatch; what
// stood before an error in the file stays applied. Step 8.
#pragma once
#include "commerce/inventory/inventory_service.h"

namespace stockbell::commerce {

Result<> import_inventory(const std::filesystem::path& file, InventoryService& inventory,
                          ImportTally& tally);

}  // namespace stockbell::commerce
