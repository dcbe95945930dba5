// What the large mailbox providers do with the part before the @, so that two spellings of one
// mailbox compare equal. Private to platform/text (parse_email); docs/matching.md has the table.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::text {

// Both in lower case, the domain as A-labels; changed in place to the mailbox they deliver to. Left
// alone: unknown providers, local parts that are quoted or not ASCII, and what would leave no valid
// local part.
void to_mailbox(std::string& local, std::string& domain);

}  // namespace stockbell::text
