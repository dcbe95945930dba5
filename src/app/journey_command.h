// `stockbell journeys list|publish|pause|resume|stop` and `stockbell claims secret`.
#pragma once
#include <string>

#include "base/result.h"
#include "platform/config/config.h"

namespace stockbell::app {

// A line each: key, status, version, entered, on their way, draft waiting, name.
Result<> list_journeys(const config::Config& config);
// "publish", "pause", "resume" or "stop"; what stands in the way of publishing, a line each.
Result<> change_journey(const config::Config& config, const std::string& key,
                        const std::string& change);
// The secret with which a shop verifies claims (docs/claims.md).
Result<> show_claim_secret(const config::Config& config);

}  // namespace stockbell::app
