#include "commerce/sites/sites.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

std::unexpected<Error> wrong(std::size_t index, std::string_view right) {
  return fail(ErrorCode::invalid, "config-value-invalid",
              fmt::format("commerce.sites[{}]: {}", index, right), "commerce.sites");
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 40 &&
         key.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == key.npos;
}

Result<std::vector<std::string>> read_list(const boost::json::value& value, std::size_t index,
                                           std::string_view name) {
  std::vector<std::string> list;
  if (!value.is_array() || value.get_array().empty())
    return wrong(index, fmt::format("{}: a list of texts is needed", name));
  for (const auto& word : value.get_array()) {
    if (!word.is_string() || word.get_string().empty())
      return wrong(index, fmt::format("{}: a list of texts is needed", name));
    list.emplace_back(word.get_string());
  }
  return list;
}

Result<Site> read_site(const boost::json::value& json, std::size_t index) {
  if (!json.is_object()) return wrong(index, "a table is needed");
  Site site;
  const std::map<std::string_view, std::string*> texts{
      {"key", &site.key}, {"title", &site.title}, {"time_zone", &site.time_zone}};
  const std::map<std::string_view, bool*> flags{{"ring_on_preorder", &site.ring_on_preorder},
                                                {"ring_on_backorder", &site.ring_on_backorder},
                                                {"double_opt_in", &site.double_opt_in}};
  const std::map<std::string_view, std::vector<std::string>*> lists{
      {"locales", &site.locales},
      {"inventory_lists", &site.inventory_lists},
      {"origins", &site.origins}};
  const std::map<std::string_view, std::int64_t*> numbers{
      {"safety_stock", &site.safety_stock}, {"requests_per_minute", &site.requests_per_minute}};
  for (const auto& [key, value] : json.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (const auto text = texts.find(name); text != texts.end() && value.is_string()) {
      *text->second = std::string(value.get_string());
    } else if (const auto flag = flags.find(name); flag != flags.end() && value.is_bool()) {
      *flag->second = value.get_bool();
    } else if (const auto list = lists.find(name); list != lists.end()) {
      SB_TRY(words, read_list(value, index, name));
      *list->second = std::move(words);
    } else if (const auto number = numbers.find(name);
               number != numbers.end() && value.is_int64() && value.get_int64() >= 0) {
      *number->second = value.get_int64();
    } else if (name == "texts" && value.is_string()) {
      site.texts = std::string(value.get_string());
    } else if (name == "list_policy" && value.is_string() &&
               parse_enum<ListPolicy>(std::string(value.get_string()))) {
      site.list_policy = *parse_enum<ListPolicy>(std::string(value.get_string()));
    } else {
      return wrong(index,
                   fmt::format("{}: unknown, or of the wrong type; known are key, title, locales, "
                               "time_zone, inventory_lists, list_policy (sum or first), "
                               "safety_stock, ring_on_preorder, ring_on_backorder, double_opt_in, "
                               "texts, origins, requests_per_minute",
                               name));
    }
  }
  return site;
}

bool sell_alike(const Site& a, const Site& b) {
  return a.inventory_lists == b.inventory_lists && a.list_policy == b.list_policy &&
         a.safety_stock == b.safety_stock && a.ring_on_preorder == b.ring_on_preorder &&
         a.ring_on_backorder == b.ring_on_backorder;
}

}  // namespace

Result<Sites> Sites::create(std::vector<Site> sites) {
  if (sites.empty()) return wrong(0, "at least one site is needed");
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!is_key(sites[i].key)) return wrong(i, "key: 1 to 40 letters, digits, _ or -");
    if (!keys.insert(sites[i].key).second)
      return wrong(i, fmt::format("key: another site is called \"{}\"", sites[i].key));
  }
  return Sites(std::move(sites));
}

Result<Sites> Sites::parse(std::string_view json, Site only) {
  if (json.empty()) return create({std::move(only)});
  const auto parsed = text::parse_json_object(fmt::format("{{\"sites\":{}}}", json));
  if (!parsed || !parsed->at("sites").is_array()) return wrong(0, "a list of tables is needed");
  std::vector<Site> sites;
  for (const auto& value : parsed->at("sites").get_array()) {
    SB_TRY(site, read_site(value, sites.size()));
    sites.push_back(std::move(site));
  }
  for (std::size_t i = 1; i < sites.size(); ++i)
    if (!sell_alike(sites.front(), sites[i]))
      return wrong(i,
                   "inventory_lists, list_policy, safety_stock and ring_on_… must be the first "
                   "site's: Engagement keeps one stock for an item. A site that sells from other "
                   "lists is a Stockbell of its own, on the same CRM (docs/apart.md)");
  return create(std::move(sites));
}

const Site* Sites::find(std::string_view key) const {
  for (const auto& site : sites_)
    if (site.key == key) return &site;
  return nullptr;
}

std::vector<const Site*> Sites::selling_from(std::string_view list) const {
  std::vector<const Site*> found;
  for (const auto& site : sites_)
    if (std::ranges::find(site.inventory_lists, list) != site.inventory_lists.end())
      found.push_back(&site);
  return found;
}

}  // namespace stockbell::commerce
