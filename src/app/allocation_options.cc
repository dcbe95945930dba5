#include "app/allocation_options.h"

#include <fmt/format.h>

#include "engagement/extensions/extension_store.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

constexpr std::size_t kMostClasses = 9, kLongestName = 40;
constexpr int kMostShares = 90;  // the rest goes by time alone: nobody starves

std::unexpected<Error> wrong(std::size_t index, std::string_view right) {
  return fail(ErrorCode::invalid, "config-value-invalid",
              fmt::format("engagement.classes[{}]: {}", index, right), "engagement.classes");
}

Result<engagement::RequestClass> read_class(const boost::json::value& json, std::size_t index) {
  engagement::RequestClass one;
  if (!json.is_object()) return wrong(index, "a table is needed");
  for (const auto& [key, value] : json.get_object()) {
    if (key == "name" && value.is_string())
      one.name = engagement::class_key(std::string_view(value.get_string()));
    else if (key == "share_percent" && value.is_int64() && value.get_int64() >= 0 &&
             value.get_int64() <= kMostShares)
      one.share_percent = static_cast<int>(value.get_int64());
    else
      return wrong(index, fmt::format("{}: unknown, or of the wrong type; known are name and "
                                      "share_percent, a whole number from 0 to {}",
                                      std::string_view(key), kMostShares));
  }
  if (one.name.empty() || one.name.size() > kLongestName || !text::valid_utf8(one.name))
    return wrong(index, fmt::format("name: a text of at most {} bytes is needed", kLongestName));
  if (one.name == engagement::kStandardName)
    return wrong(index, "name: standard is what everybody else is");
  return one;
}

Result<std::vector<engagement::RequestClass>> read_classes(const std::string& json) {
  std::vector<engagement::RequestClass> classes;
  if (json.empty()) return classes;
  const auto parsed = text::parse_json_object("{\"classes\":" + json + "}");
  if (!parsed || !parsed->at("classes").is_array())
    return fail(ErrorCode::invalid, "config-value-invalid",
                "engagement.classes: a list of tables is needed", "engagement.classes");
  int shares = 0;
  for (const auto& value : parsed->at("classes").get_array()) {
    const auto index = classes.size();
    if (index == kMostClasses) return wrong(index, fmt::format("at most {}", kMostClasses));
    SB_TRY(one, read_class(value, index));
    shares += one.share_percent;
    if (shares > kMostShares)
      return wrong(index, fmt::format("the shares together are at most {} percent", kMostShares));
    if (std::ranges::find(classes, one.name, &engagement::RequestClass::name) != classes.end())
      return wrong(index, fmt::format("name: {} stands there twice", one.name));
    classes.push_back(std::move(one));
  }
  return classes;
}

}  // namespace

Result<engagement::AllocationPolicy> read_allocation(const config::Config& config) {
  engagement::AllocationPolicy policy;
  policy.rule =
      parse_enum<engagement::AllocationRule>(config.engagement_allocation).value_or(policy.rule);
  policy.factor_percent = config.engagement_allocation_factor_percent;
  policy.wave_size = config.engagement_wave_size;
  policy.wave_interval = std::chrono::minutes(config.engagement_wave_minutes);
  policy.interval_by_conversion = config.engagement_wave_interval == "auto";
  policy.invitation_window = std::chrono::minutes(config.engagement_invitation_minutes);
  SB_TRY(classes, read_classes(config.engagement_classes));
  policy.classes = std::move(classes);
  return policy;
}

}  // namespace stockbell::app
