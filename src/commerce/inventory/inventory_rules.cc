#include "commerce/inventory/inventory_rules.h"

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::int64_t kMostUnits = 1'000'000'000'000;
constexpr std::size_t kSkuBytes = 100, kListBytes = 256;

// Of two states the one nearer to a sale.
int rank(Availability availability) {
  switch (availability) {
    case Availability::in_stock:
      return 3;
    case Availability::backorder:
      return 2;
    case Availability::preorder:
      return 1;
    case Availability::out_of_stock:
      return 0;
  }
  return 0;
}

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// `total` and one more source of the same item.
void add(StockLevel& total, const StockLevel& more) {
  if (total == kPerpetualLevel) return;
  if (more == kPerpetualLevel) {
    total = more;
    return;
  }
  if (rank(more.availability) > rank(total.availability)) total.availability = more.availability;
  total.ats += more.ats;
  total.orderable += more.orderable;
  total.in_stock_at = earlier(total.in_stock_at, more.in_stock_at);
  if (total.in_stock()) total.in_stock_at.reset();
}

std::int64_t future_units(const StockRecord& record) {
  std::int64_t units = 0;
  for (const auto& future : record.futures) units += future.units;
  return units;
}

std::optional<Time> expected_at(const StockRecord& record) {
  auto at = record.in_stock_at;
  for (const auto& future : record.futures) at = earlier(at, future.expected_at);
  return at;
}

}  // namespace

StockLevel stock_level(const StockRecord& record, std::int64_t site_safety_stock) {
  if (record.perpetual) return kPerpetualLevel;
  auto free = record.allocation.value_or(0) - record.turnover - record.on_order - record.reserved -
              record.safety_stock.value_or(site_safety_stock);
  auto extra = future_units(record) +
               (record.handling == PreorderHandling::none ? 0 : record.preorder_allocation);
  StockLevel level;
  level.ats = record.allocation ? std::max<std::int64_t>(0, free) : 0;
  level.orderable = std::max<std::int64_t>(level.ats, free + extra);
  if (level.ats > 0) {
    level.availability = Availability::in_stock;
  } else if (extra > 0 && level.orderable > 0) {
    level.availability = record.handling == PreorderHandling::preorder ? Availability::preorder
                                                                       : Availability::backorder;
    level.in_stock_at = expected_at(record);
  } else {
    level.orderable = 0;
  }
  return level;
}

StockLevel site_level(const Site& site, std::span<const ListView> lists) {
  StockLevel total;
  for (const auto& list : lists) {
    if (!list.record) continue;
    auto level = stock_level(*list.record, site.safety_stock);
    if (site.list_policy == ListPolicy::first) return level;
    add(total, level);
  }
  for (const auto& list : lists)
    if (!list.record && list.default_in_stock) add(total, kPerpetualLevel);
  return total;
}

bool rings(const Site& site, const StockLevel& level) {
  switch (level.availability) {
    case Availability::in_stock:
      return true;
    case Availability::preorder:
      return site.ring_on_preorder;
    case Availability::backorder:
      return site.ring_on_backorder;
    case Availability::out_of_stock:
      return false;
  }
  return false;
}

std::int64_t units_to_tell(const StockLevel& level) {
  return level.in_stock() ? level.ats : level.orderable;
}

StockLevel any_of(std::span<const StockLevel> members) {
  StockLevel total;
  for (const auto& level : members) add(total, level);
  return total;
}

StockLevel bundle_level(std::span<const BundlePart> members, const std::optional<StockLevel>& own,
                        bool own_only) {
  if (own_only || members.empty()) return own.value_or(StockLevel{});
  StockLevel least = own.value_or(kPerpetualLevel);
  for (const auto& [member, quantity] : members) {
    auto in_bundle = std::max<std::int64_t>(1, quantity);
    if (member == kPerpetualLevel) continue;
    least.ats = std::min(least.ats, member.ats / in_bundle);
    least.orderable = std::min(least.orderable, member.orderable / in_bundle);
    if (rank(member.availability) < rank(least.availability))
      least.availability = member.availability;
    if (member.in_stock_at)  // it is complete when the last member has come
      least.in_stock_at = least.in_stock_at ? std::max(*least.in_stock_at, *member.in_stock_at)
                                            : *member.in_stock_at;
  }
  if (least.in_stock() && least.ats == 0)  // units of a member are there, but fewer than one bundle
    least.availability = least.orderable > 0 ? Availability::backorder : Availability::out_of_stock;
  if (!least.in_stock()) least.ats = 0;
  if (least.orderable == 0) least.availability = Availability::out_of_stock;
  if (least.availability == Availability::out_of_stock) least = {};
  return least;
}

std::optional<std::int64_t> parse_units(std::string_view text) {
  std::string trimmed = text::trim(text);
  std::string_view rest = trimmed;
  bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::int64_t units = 0;
  std::size_t digits = 0;
  for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
    units = units * 10 + (rest[digits] - '0');
    if (units > kMostUnits) return {};
  }
  auto whole = digits;
  if (digits < rest.size() && rest[digits] == '.') {
    ++digits;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    if (digits == whole + 1 && whole == 0) return {};  // "." alone
  }
  if (rest.empty() || digits != rest.size()) return {};
  return negative ? -units : units;
}

std::optional<bool> parse_boolean(std::string_view text) {
  std::string word = text::trim(text);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (word == "true" || word == "1" || word == "yes" || word == "y") return true;
  if (word == "false" || word == "0" || word == "no" || word == "n") return false;
  return {};
}

std::optional<Time> parse_moment(std::string_view text) {
  std::string word = text::trim(text);
  if (word.size() == 10 || (word.size() > 10 && word[10] != 'T' && word[10] != ' '))
    // xs:date, perhaps with a zone
    return parse_rfc3339(word.substr(0, 10) + "T00:00:00Z");
  return parse_rfc3339(word);
}

Result<std::string> parse_sku(std::string_view text) {
  std::string sku = text::trim(text);
  if (sku.empty()) return fail(ErrorCode::invalid, "sku-missing", "the SKU is missing", "sku");
  if (sku.size() > kSkuBytes || !text::valid_utf8(sku) || text::has_control(sku))
    return fail(ErrorCode::invalid, "sku-invalid",
                "a SKU has 1 to 100 characters and no control characters", "sku");
  return sku;
}

Result<std::string> parse_list_id(std::string_view text) {
  std::string id = text::trim(text);
  if (id.empty() || id.size() > kListBytes || !text::valid_utf8(id) || text::has_control(id))
    return fail(ErrorCode::invalid, "list-invalid",
                "an inventory list's id has 1 to 256 characters and no control characters", "list");
  return id;
}

}  // namespace stockbell::commerce
