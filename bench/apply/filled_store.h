// A CRM's SQLite store with so many contacts, each with a request, as if they had come in over the
// past month. Made once and kept; made anew when the schema has changed.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>

#include "platform/db/database.h"

namespace stockbell::bench {

[[noreturn]] void give_up(const std::string& why);

// The folder's crm.db, filled with the requests of shoppers 0 to count - 1.
std::unique_ptr<db::Database> open_filled_store(const std::filesystem::path& folder,
                                                std::uint64_t count);

}  // namespace stockbell::bench
