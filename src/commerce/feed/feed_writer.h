// The catalog feed as the Marketing Cloud Connector writes it (reference 2.5): pipe-separated,
// quoted, a header; its sixteen columns, then InStock, ATS, StockTime, and Currency, Color, Size.
// Out-of-stock and offline items are in it, always in full.
#pragma once
#include <string>

#include "commerce/catalog/types.h"

namespace stockbell::commerce {

struct FeedContext {
  std::string site;        // SiteID
  std::string public_url;  // "https://shop.example": what links begin with
  Time built_at{};         // StockTime of items whose stock never changed
};

std::string feed_header();
std::string feed_row(const Item& item, const FeedContext& context);

}  // namespace stockbell::commerce
