// Bulk jobs as JSON, with the members that Salesforce's clients read. Pure.
#pragma once
#include <span>
#include <string>

#include "crm/bulk/types.h"

namespace stockbell::crm::bulk {

std::string to_json(const Job& job);
// `next_url` "": this is all.
std::string list_json(std::span<const Job> jobs, const std::string& next_url);

}  // namespace stockbell::crm::bulk
