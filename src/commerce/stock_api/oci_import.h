// Availability imports of Omnichannel Inventory (reference 2.6): a link to upload to, the upload,
// and its state. The link holds a secret and works once, for an hour. Thread-safe. Step 8.
#pragma once
#include "base/random.h"
#include "commerce/imports/import_service.h"
#include "commerce/inventory/inventory_service.h"

namespace stockbell::commerce {

// Reads an NDJSON file (gz allowed) of locations and records into the inventory.
Result<> import_oci(const std::filesystem::path& file, InventoryService& inventory,
                    ImportTally& tally);

}  // namespace stockbell::commerce
