// Duplicate sets and merges as the JSON of /api/v1 (docs/openapi.yaml). Pure, thread-safe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "crm/contacts/duplicate_service.h"

namespace stockbell::crm::contacts {

inline constexpr int kPageSize = 50;

std::string to_json(const std::vector<ReviewedSet>& sets);
std::string to_json(const ReviewedSet& set);
std::string to_json(const std::vector<ContactMerge>& merges);
std::string to_json(const std::vector<ListedMerge>& merges, const DuplicateService& service);
std::string to_json(const UndoneMerge& undone);

// {"master": "003…", "contacts": ["003…"], "fields": {"Phone": "003…"}}
Result<MergeOrder> parse_order(std::string_view json);

}  // namespace stockbell::crm::contacts
