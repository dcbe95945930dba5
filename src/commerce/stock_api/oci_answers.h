// The answers of Omnichannel Inventory's surfaces, out of records and of what sites sell. ATF =
// onHand - safety stock - reserved, ATO = ATF and what is to come, both never below zero. Step 8.
#pragma once
#include "commerce/inventory/inventory_service.h"
#include "commerce/stock_api/oci_documents.h"

namespace stockbell::commerce {

// Errors: not_found "group-unknown".
Result<std::string> oci_availability_json(InventoryService& inventory, const OciQuery& query);

inline constexpr int kDeltasAtOnce = 1000;  // of each group in one answer
// {"records":[{"group","sku",…}], "deltaToken":{…}, "done"}; ask again with the token until done.
Result<std::string> oci_deltas_json(InventoryService& inventory, const OciToken& token);

// `given`: the file has come; `report` counts only then.
std::string oci_status_json(std::int64_t id, bool given, const ImportReport& report);

}  // namespace stockbell::commerce
