// A CRM store with many contacts, written in the order of its tables' keys, so that ten million
// take minutes. Built once and kept in a folder: the next run opens it again.
#pragma once
#include <filesystem>

#include "crm/contacts/contact_rules.h"
#include "platform/db/database.h"
#include "resolve/population.h"

namespace stockbell::bench {

// Exits with a message if it cannot be made.
std::unique_ptr<db::Database> open_loaded_store(const std::filesystem::path& folder,
                                                std::uint64_t count, const Population& population,
                                                const crm::contacts::ContactRules& rules);

}  // namespace stockbell::bench
