// Mail: what we write reads back, header injection is impossible, and the reader bears any bytes.
#include "channels/email/encoding.h"
#include "channels/email/mime_reader.h"
#include "channels/email/mime_writer.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(mime) {
  static_cast<void>(channels::read_mime(input));
  static_cast<void>(channels::read_header_text(input));
  static_cast<void>(channels::parse_mailbox(input));
  fuzz::Bytes bytes(input);
  OutgoingMessage message;
  message.message_id = "1@example.com";
  message.from = "Shop <shop@example.com>";
  message.return_path = "shop@example.com";
  message.to_address = "anna@example.com";
  message.to_name = bytes.line();
  message.subject = bytes.line();
  message.unsubscribe_url = "https://example.com/u/" + std::string(bytes.line());
  message.text = bytes.rest();
  message.html = bytes.rest();
  const auto raw = channels::write_mime(message);
  if (!raw) return;
  for (std::size_t begin = 0; begin < raw->size();) {
    const auto end = raw->find("\r\n", begin);
    REQUIRE(end != raw->npos && end - begin <= 998);
    REQUIRE(raw->substr(begin, end - begin).find_first_of("\r\n") == std::string::npos);
    begin = end + 2;
  }
  const auto read = channels::read_mime(*raw);
  int recipients = 0;
  for (const auto& [name, value] : read.headers)
    recipients += name == "To" || name == "Cc" || name == "Bcc";
  REQUIRE(recipients == 1);
}
