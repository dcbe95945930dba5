#include "app/allocation_options.h"

namespace stockbell::app {

engagement::AllocationPolicy read_allocation(const config::Config& config) {
  engagement::AllocationPolicy policy;
  policy.rule =
      parse_enum<engagement::AllocationRule>(config.engagement_allocation).value_or(policy.rule);
  policy.factor_percent = config.engagement_allocation_factor_percent;
  policy.wave_size = config.engagement_wave_size;
  policy.wave_interval = std::chrono::minutes(config.engagement_wave_minutes);
  policy.invitation_window = std::chrono::minutes(config.engagement_invitation_minutes);
  return policy;
}

}  // namespace stockbell::app
