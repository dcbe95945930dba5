// The sites a commerce box serves: each with its languages, the inventory lists it sells from, and
// its rules for the shopper's form. From [[commerce.sites]] of the configuration
// (docs/configuration.md). Immutable after start; used by every module of commerce. Steps 1, 2, 8.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_text.h"
#include "base/result.h"

namespace stockbell::commerce {

// How several inventory lists make one stock: their units together, or the first list (in the
// site's order) that has a record of the item.
enum class ListPolicy { sum, first };

struct Site {
  std::string key = "default";  // SiteID of the feed, `site` of requests; 1-40 of A-Z a-z 0-9 _ -
  std::string title = "Stockbell demo shop";
  std::vector<std::string> locales = {"en-GB"};            // BCP 47; the first is the default
  std::string time_zone = "UTC";                           // IANA; of the feed's schedule
  std::vector<std::string> inventory_lists = {"default"};  // list ids (or OCI locations), in order
  ListPolicy list_policy = ListPolicy::sum;
  std::int64_t safety_stock = 0;  // units of each list that are never sold
  // What rings beside stock that can be bought now; nothing unless said.
  bool ring_on_preorder = false, ring_on_backorder = false;
  bool double_opt_in = false;   // a request counts once its mailbox has confirmed it
  std::filesystem::path texts;  // JSON of texts by language that replace the widget's; empty: none
  std::vector<std::string> origins = {"*"};  // web origins whose pages may call the public routes
  std::int64_t requests_per_minute = 600000;  // notification requests of all its shoppers
};

class Sites {
 public:
  // At least one; keys differ. Errors: invalid "config-value-invalid", naming site and key.
  static Result<Sites> create(std::vector<Site> sites);
  // The JSON array that the configuration holds for [[commerce.sites]]; "" gives the one site
  // `only`. Several must sell alike: Engagement keeps one stock for an item.
  static Result<Sites> parse(std::string_view json, Site only);
  static Sites one(Site site) { return create({std::move(site)}).value(); }

  const std::vector<Site>& all() const { return sites_; }
  const Site& main() const { return sites_.front(); }  // where a request names none
  const Site* find(std::string_view key) const;        // null: there is no such site
  // Those that sell from this list.
  std::vector<const Site*> selling_from(std::string_view list) const;

 private:
  explicit Sites(std::vector<Site> sites) : sites_(std::move(sites)) {}
  std::vector<Site> sites_;
};

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::ListPolicy> =
    std::to_array<stockbell::EnumText<stockbell::commerce::ListPolicy>>({
        {stockbell::commerce::ListPolicy::sum, "sum"},
        {stockbell::commerce::ListPolicy::first, "first"},
    });
