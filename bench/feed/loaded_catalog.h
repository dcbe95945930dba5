// A commerce store with a catalog of any size, made by direct bulk insert: masters with eight
// variants each, their texts, prices and stock. Used by feed_bench. One thread.
#pragma once
#include <cstdint>
#include <filesystem>

namespace stockbell::bench {

// Makes folder/commerce.db with so many products that can be bought (SKUs), unless it is there
// already with as many.
void load_catalog(const std::filesystem::path& folder, std::int64_t products);

}  // namespace stockbell::bench
