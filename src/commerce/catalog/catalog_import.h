// Reads catalog files: B2C Commerce catalog XML (reference 2.8) and delimited or NDJSON rows,
// streamed, in batches. Colour, size, price, sale price and currency are custom attributes of the
// product.
#pragma once
#include "commerce/catalog/catalog_service.h"
#include "commerce/imports/types.h"

namespace stockbell::commerce {

Result<> import_catalog(const std::filesystem::path& file, CatalogService& catalog,
                        ImportTally& tally);

}  // namespace stockbell::commerce
