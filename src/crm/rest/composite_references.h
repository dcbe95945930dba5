// @{ref.path} in the parts of a composite call: replaced by what an earlier part answered. Pure,
// thread-safe.
#pragma once
#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "base/result.h"

namespace stockbell::crm::rest {

using PartBodies = std::map<std::string, boost::json::value>;  // of the parts that went well

inline constexpr std::size_t kMostReplaced = 1024 * 1024;  // bytes of one part, afterwards

// Only letters, digits and underscores, at most 80.
bool is_reference_id(std::string_view text);

// Errors: invalid, PROCESSING_HALTED with Salesforce's sentence, for a reference to nothing.
Result<std::string> replace_references(std::string_view text, const PartBodies& bodies,
                                       bool escape_for_url);
// In every text inside `value`. One that is a reference and nothing else becomes the value itself.
Result<> replace_references(boost::json::value& value, const PartBodies& bodies,
                            std::size_t& budget);

}  // namespace stockbell::crm::rest
