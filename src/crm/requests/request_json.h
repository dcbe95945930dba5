// The CRM's values as the JSON of /api/v1 (docs/openapi.yaml). Pure, thread-safe.
#pragma once
#include <span>
#include <string>

#include "crm/requests/types.h"

namespace stockbell::crm::requests {

std::string to_json(const RequestRow& row);
std::string to_json(const RequestPage& page);
std::string to_json(std::span<const TimelineEvent> events);
std::string to_json(std::span<const SkuDemand> demand);
std::string to_json(const Funnel& funnel);

// "2026-01-31"
std::string day_text(std::chrono::sys_days day);
std::optional<std::chrono::sys_days> parse_day(std::string_view text);

}  // namespace stockbell::crm::requests
