// A mail server's bytes, the mail address of the configuration, and the dots of DATA.
#include "fuzz/fuzz.h"
#include "platform/smtp/reply.h"
#include "platform/smtp/target.h"

using namespace stockbell;

namespace {

std::string read(std::string_view input, std::size_t step) {
  smtp::ReplyReader reader;
  std::string seen;
  while (!input.empty()) {
    reader.feed(input.substr(0, step));
    input.remove_prefix(std::min(step, input.size()));
    for (;;) {
      const auto reply = reader.next();
      if (!reply) return seen + reply.error().reason;
      if (!*reply) break;
      REQUIRE((*reply)->code >= 200 && (*reply)->code <= 599 && !(*reply)->lines.empty());
      seen += (*reply)->text() + "\n";
    }
  }
  return seen;
}

}  // namespace

FUZZ_TARGET(smtp_reply) {
  REQUIRE(read(input, input.size() + 1) == read(input, 5));
  const auto data = smtp::data_of(input);
  REQUIRE(data.ends_with(".\r\n") &&
          data.find("\r\n.\r\n") + 5 >= data.size());  // ends once, at the end
  if (const auto target = smtp::parse_url(input)) {
    REQUIRE(!target->host.empty() && target->port > 0 && target->port < 65536);
    REQUIRE((target->user + target->password).find('\0') == std::string::npos);
  }
}
