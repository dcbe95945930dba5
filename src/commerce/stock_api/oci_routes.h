// Omnichannel Inventory's surfaces (reference 2.6): availability imports by an upload link that
// works once and for an hour, availability of SKUs by groups (our sites) and locations (our lists),
// and what changed since a token. Step 8.
#pragma once
#include <span>

#include "base/random.h"
#include "commerce/imports/import_service.h"
#include "commerce/inventory/inventory_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

struct OciSurface {
  InventoryService& inventory;
  ImportService& imports;
  IdGenerator& ids;
  Random& random;
  std::string public_url;  // without a slash at the end

  static std::span<const db::Migration> migrations();
};

// `surface` must outlive the router.
void add_oci_routes(http::Router& router, const OciSurface& surface);

}  // namespace stockbell::commerce
