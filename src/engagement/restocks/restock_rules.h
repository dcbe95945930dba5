// Whether an item that came back opens a restock now, later or not at all (design 5, Rules). Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"

namespace stockbell::engagement {

// What is 0 asks for nothing.
struct RestockRule {
  std::int64_t minimum_quantity = 0;  // units there must be; more of them may come later
  // Units that must come in at once: fewer are a transfer or somebody's return.
  std::int64_t minimum_increase = 0;
  Duration must_hold{0};  // the item must have been in stock for so long without a break
  Duration cool_down{0};  // since the SKU's last restock was opened
  bool asks() const {
    return minimum_quantity > 0 || minimum_increase > 0 || must_hold.count() > 0 ||
           cool_down.count() > 0;
  }
  bool operator==(const RestockRule&) const = default;
};

// Another rule for these SKUs: whole, or their beginning and a star.
struct SkuRule {
  std::vector<std::string> skus;
  RestockRule rule;
};

class RestockRules {
 public:
  explicit RestockRules(RestockRule standard = {}, std::vector<SkuRule> special = {})
      : standard_(standard), special_(std::move(special)) {}

  const RestockRule& rule_for(std::string_view sku) const;  // the first that names it
  bool asks() const;                                        // whether any of them does

 private:
  RestockRule standard_;
  std::vector<SkuRule> special_;
};

enum class HoldReason { minimum_quantity, minimum_increase, must_hold, cool_down };

struct Hold {
  HoldReason why = HoldReason::must_hold;
  std::int64_t wanted = 0;    // units, with the first two reasons
  std::optional<Time> until;  // with the others
  bool operator==(const Hold&) const = default;
};

// An item that is in stock and has no restock open.
struct ComeBack {
  Time since{};                      // in stock without a break
  std::int64_t units = 0;            // 0: not told
  std::int64_t largest = 0;          // the most units that came in at once since then
  std::optional<Time> last_restock;  // when that of the SKU before was opened
};

// Why no restock opens at `now`; empty: one does. What asks for units is named before what only
// takes time, and of two times the later.
std::optional<Hold> judge(const RestockRule& rule, const ComeBack& back, Time now);

// "back with 2 units, the rule wants 5"
std::string sentence_of(const Hold& hold, std::int64_t units);

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::HoldReason> =
    std::to_array<stockbell::EnumText<stockbell::engagement::HoldReason>>({
        {stockbell::engagement::HoldReason::minimum_quantity, "minimum_quantity"},
        {stockbell::engagement::HoldReason::minimum_increase, "minimum_increase"},
        {stockbell::engagement::HoldReason::must_hold, "must_hold"},
        {stockbell::engagement::HoldReason::cool_down, "cool_down"},
    });
