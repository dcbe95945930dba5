#include "app/restock_options.h"

#include "platform/text/json.h"
#include "platform/text/json_reader.h"

namespace stockbell::app {
namespace {

constexpr std::string_view kKey = "engagement.restock_rules";
constexpr std::size_t kMostRules = 1000, kMostSkus = 10'000, kLongestSku = 200;

Result<std::vector<std::string>> read_skus(const text::JsonReader& table) {
  SB_TRY(list, table.list("skus", kMostSkus));
  if (list == nullptr || list->empty())
    return table.refuse("skus", "names the SKUs of the rule: [\"HAT-1\", \"SHOE-*\"]");
  std::vector<std::string> skus;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& value = (*list)[i];
    const auto* text = value.if_string();
    if (text == nullptr || text->empty() || text->size() > kLongestSku ||
        text->find('*') < text->size() - 1)
      return fail(ErrorCode::invalid, "config-value-invalid",
                  table.path_of("skus", i) +
                      ": must be a SKU, or the beginning of some and a star: \"SHOE-*\"",
                  std::string(kKey));
    skus.emplace_back(text->data(), text->size());
  }
  return skus;
}

// What a table leaves out is as for all the others.
Result<engagement::SkuRule> read_rule(const text::JsonReader& table,
                                      const engagement::RestockRule& standard) {
  SB_CHECK(table.only(
      {"skus", "minimum_quantity", "minimum_increase", "hold_seconds", "cool_down_seconds"}));
  const auto seconds = [](Duration time) { return static_cast<int>(time.count() / 1000); };
  SB_TRY(skus, read_skus(table));
  SB_TRY(quantity, table.integer("minimum_quantity", 0, 1'000'000,
                                 static_cast<int>(standard.minimum_quantity)));
  SB_TRY(increase, table.integer("minimum_increase", 0, 1'000'000,
                                 static_cast<int>(standard.minimum_increase)));
  SB_TRY(hold, table.integer("hold_seconds", 0, 2'592'000, seconds(standard.must_hold)));
  SB_TRY(cool, table.integer("cool_down_seconds", 0, 31'536'000, seconds(standard.cool_down)));
  return engagement::SkuRule{
      std::move(skus),
      {quantity, increase, std::chrono::seconds(hold), std::chrono::seconds(cool)}};
}

}  // namespace

Result<engagement::RestockRules> read_restock_rules(const config::Config& config) {
  const engagement::RestockRule standard{
      config.engagement_restock_minimum_quantity, config.engagement_restock_minimum_increase,
      std::chrono::seconds(config.engagement_restock_hold_seconds),
      std::chrono::seconds(config.engagement_restock_cool_down_seconds)};
  std::vector<engagement::SkuRule> special;
  if (config.engagement_restock_rules.empty()) return engagement::RestockRules(standard);
  SB_TRY(json, text::parse_json_object("{\"" + std::string(kKey) +
                                       "\":" + config.engagement_restock_rules + "}"));
  const text::JsonReader root(json, "", "config-value-invalid");
  SB_TRY(list, root.list(kKey, kMostRules));
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    SB_TRY(table, root.element(*list, kKey, i));
    SB_TRY(rule, read_rule(table, standard));
    special.push_back(std::move(rule));
  }
  return engagement::RestockRules(standard, std::move(special));
}

}  // namespace stockbell::app
