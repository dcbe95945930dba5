// Reads back the messages that write_mime wrote, for the local mailbox. Not a parser of foreign
// mail. Pure, thread-safe.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stockbell::channels {

struct ReadMessage {
  std::vector<std::pair<std::string, std::string>> headers;  // in order, unfolded and decoded
  std::string html, text;                                    // lines end in LF
};

ReadMessage read_mime(std::string_view raw);

}  // namespace stockbell::channels
