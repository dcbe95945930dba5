// What a whole box is opened with in tests; its key lies in `folder`.
#pragma once
#include "engagement/engagement_box.h"
#include "engagement/test_assets.h"

namespace stockbell::engagement {

inline EngagementOptions test_options(const std::filesystem::path& folder) {
  EngagementOptions options;
  options.public_url = "https://shop.example";
  options.from = "Shop <shop@example.com>";
  options.shop_name = "Shop";
  options.key_file = folder / "keys" / "links";
  options.assets = find_test_asset;
  std::filesystem::create_directories(folder / "keys");
  return options;
}

}  // namespace stockbell::engagement
