// Addresses as shoppers type them.
#include "fuzz/fuzz.h"
#include "platform/smtp/reply.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(email_address) {
  const auto read = text::parse_email(input);
  if (!read) return;
  REQUIRE(text::valid_utf8(read->address) && !text::has_control(read->address));
  REQUIRE(read->address.size() <= 254 && read->address.find('@') != std::string::npos);
  REQUIRE(smtp::is_safe_path(read->address));  // what we accept we can send
  const auto again = text::parse_email(read->address);
  REQUIRE(again && again->address == read->address && again->normalized == read->normalized);
  // The normal form is one: an address that is stored is found again.
  const auto normal = text::parse_email(read->normalized);
  REQUIRE(normal && normal->normalized == read->normalized);
}
