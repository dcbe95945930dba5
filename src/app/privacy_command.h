// `stockbell privacy export|erase EMAIL`: what is held of an address, and its removal.
#pragma once
#include <string>

#include "base/result.h"
#include "platform/config/config.h"

namespace stockbell::app {

// Into `out`, readable by the owner alone, or to standard output when it is empty.
Result<> export_address(const config::Config& config, const std::string& email,
                        const std::string& out);
// Prints the receipt.
Result<> erase_address(const config::Config& config, const std::string& email);

}  // namespace stockbell::app
