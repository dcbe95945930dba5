// The demo shop's catalog, stock and pictures, made up from a seed: for `./run`, the big-catalog
// tests and the benchmarks. Writes the formats that commerce imports (Catalog XML, Inventory XML)
// and the feed that Engagement imports. Streaming: memory does not grow with the number of
// products. Pure functions of their arguments; thread-safe.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace stockbell::demo {

struct DemoOptions {
  int products = 300;  // masters and simple products; each master has 2-24 variants unless limited
  std::uint64_t seed = 1;  // the same seed makes the same files, byte for byte
  std::string shop_name = "Harbour & Pine";
  int variant_limit = 0;  // at most this many variants a product; 0: as the product has them
};

// Writes catalog.xml, inventory.xml and pictures/*.svg into `out_dir` (made if missing). About 15 %
// of the variants are sold out, and every twentieth product altogether.
Result<> write_catalog(const DemoOptions& options, const std::filesystem::path& out_dir);

// Inventory XML (MERGE) that brings the first `count` sold-out SKUs back with 10 units each.
Result<> write_restock(const DemoOptions& options, int count, const std::filesystem::path& file);
// The SKUs that inventory.xml has sold out, in catalog order; at most `limit`.
std::vector<std::string> sold_out_skus(const DemoOptions& options, int limit);

// catalogFeed.psv as the catalog feed job writes it (pipe-separated, header, plus InStock and ATS),
// from the same stock; the first `restocked` sold-out SKUs are back with 10 units.
Result<> write_feed(const DemoOptions& options, const std::string& public_url, int restocked,
                    const std::filesystem::path& file);

}  // namespace stockbell::demo
