// Where what a Google feed says of availability goes: into one inventory list. It seldom gives a
// number; "in stock" then counts as perpetual, so that it rings, units unknown. Step 8.
#pragma once
#include "commerce/catalog/import_batches.h"
#include "commerce/inventory/inventory_service.h"

namespace stockbell::commerce {

inline constexpr std::string_view kGoogleList = "google";

// For one import into `list` ("": kGoogleList where a site sells from it, else the default list); stale claims go to `tally`, which must outlive it.
TakeStock google_stock(InventoryService& inventory, std::string list, ImportTally& tally);

}  // namespace stockbell::commerce
