// Double metaphone (Lawrence Philips, 2000): how a name sounds, with an alternate where languages
// disagree: Smith is SM0 or XMT, Schmidt XMT or SMT. Pure, thread-safe.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace stockbell::crm::matching {

struct SoundCode {
  std::string primary, alternate;  // the same where there is one reading only
  bool operator==(const SoundCode&) const = default;
};

// Other characters than a–z and A–Z are passed over.
SoundCode double_metaphone(std::string_view word, std::size_t length = 8);

}  // namespace stockbell::crm::matching
