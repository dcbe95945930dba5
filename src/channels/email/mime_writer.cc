#include "channels/email/mime_writer.h"

#include <algorithm>

#include "channels/email/encoding.h"

namespace stockbell::channels {
namespace {

constexpr std::size_t kMaxHeader = 900;  // a value that cannot be folded must fit a line of 998

bool is_control(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::unexpected<Error> unsafe(const std::string& field) {
  return fail(ErrorCode::invalid, "mime-header-unsafe",
              "the header " + field + " is too long or holds characters it must not", field);
}

// Text for people: a line break in a product's name must not cost the customer the message.
std::string one_line(std::string_view text) {
  std::string out;
  for (char c : text) {
    char next = is_control(c) ? ' ' : c;
    if (next == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += next;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

// A token for < >: no control character, no blank, no angle bracket.
Result<> check_token(const std::string& value, const std::string& field) {
  auto bad = [](char c) { return is_control(c) || c == ' ' || c == '<' || c == '>'; };
  if (value.empty() || value.size() > kMaxHeader || std::ranges::any_of(value, bad))
    return unsafe(field);
  return {};
}

Result<> check_address(const std::string& address, const std::string& field) {
  SB_CHECK(check_token(address, field));
  auto at = address.rfind('@');
  if (address.size() > 254 || at == address.npos || at == 0 || at + 1 == address.size())
    return unsafe(field);
  auto quoted = address.starts_with('"');
  if (!quoted && address.find_first_of(",;:()[]\"\\") != address.npos) return unsafe(field);
  return {};
}

std::string mailbox_header(const std::string& field, const std::string& name,
                           const std::string& address) {
  auto clean = one_line(name);
  if (clean.empty()) return field + ": " + address + "\r\n";
  auto phrase = header_phrase(clean, field.size() + 2);
  auto last = phrase.size() - (phrase.rfind('\n') == phrase.npos ? 0 : phrase.rfind('\n') + 1);
  const char* gap = last + address.size() > 60 ? "\r\n " : " ";
  return field + ": " + phrase + gap + "<" + address + ">\r\n";
}

// Google's Feedback-ID a:b:c:SenderId; the last part is 5 to 15 characters, the same for all mail
// of a shop.
std::string feedback_id(const std::string& from) {
  std::string sender;
  for (char c : from.substr(from.rfind('@') + 1))
    if (((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) && sender.size() < 15) sender += c;
  while (sender.size() < 5) sender += '0';
  return "restock:email:stockbell:" + sender;
}

Result<std::string> list_headers(const OutgoingMessage& message) {
  std::string out;
  if (!message.list_id.empty()) {
    SB_CHECK(check_token(message.list_id, "List-Id"));
    out += "List-Id: <" + message.list_id + ">\r\n";
  }
  if (!message.unsubscribe_url.empty()) {
    SB_CHECK(check_token(message.unsubscribe_url, "List-Unsubscribe"));
    const auto& url = message.unsubscribe_url;
    if (!is_ascii(url) || url.find(',') != url.npos ||
        (!url.starts_with("https://") && !url.starts_with("http://")))
      return unsafe("List-Unsubscribe");
    out += "List-Unsubscribe: <" + url + ">\r\n";
    out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
  }
  return out;
}

std::string part_headers(const char* kind) {
  return std::string("Content-Type: text/") + kind +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
}

std::string content_of(const OutgoingMessage& message) {
  if (message.html.empty()) return part_headers("plain") + quoted_printable(message.text);
  if (message.text.empty()) return part_headers("html") + quoted_printable(message.html);
  // No quoted-printable text can hold "=_", so the boundary is never met inside a part.
  std::string boundary = "=_stockbell_" + std::to_string(message.id.value);
  return "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary +
         "\r\n" + part_headers("plain") + quoted_printable(message.text) + "\r\n--" + boundary +
         "\r\n" + part_headers("html") + quoted_printable(message.html) + "\r\n--" + boundary +
         "--\r\n";
}

}  // namespace

Result<Mailbox> parse_mailbox(std::string_view text) {
  auto wrong = [] {
    return fail(ErrorCode::invalid, "mailbox-invalid",
                "expected an address like \"Shop <shop@example.com>\"");
  };
  if (std::ranges::any_of(text, is_control)) return wrong();
  Mailbox mailbox;
  auto open = text.rfind('<');
  if (open == text.npos) {
    mailbox.address = one_line(text);
  } else {
    if (!text.ends_with('>')) return wrong();
    mailbox.address = text.substr(open + 1, text.size() - open - 2);
    mailbox.name = one_line(text.substr(0, open));
  }
  auto& name = mailbox.name;
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
    std::string bare;
    for (std::size_t i = 1; i + 1 < name.size(); ++i) {
      if (name[i] == '\\' && i + 2 < name.size()) ++i;
      bare += name[i];
    }
    name = bare;
  }
  if (!check_address(mailbox.address, "From")) return wrong();
  return mailbox;
}

Result<std::string> write_mime(const OutgoingMessage& message) {
  auto from = parse_mailbox(message.from);
  if (!from) return unsafe("From");
  SB_CHECK(check_address(message.to_address, "To"));
  SB_CHECK(check_token(message.message_id, "Message-ID"));
  if (!is_ascii(message.message_id)) return unsafe("Message-ID");
  if (message.html.empty() && message.text.empty())
    return fail(ErrorCode::invalid, "mime-empty", "the message has neither text nor html");
  SB_TRY(list, list_headers(message));
  auto subject = one_line(message.subject);
  std::string out = "Date: " + to_rfc5322(message.date) + "\r\n";
  out += mailbox_header("From", from->name, from->address);
  out += mailbox_header("To", message.to_name, message.to_address);
  out += "Subject: " + (subject.empty() ? "" : header_text(subject, 9)) + "\r\n";
  out += "Message-ID: <" + message.message_id + ">\r\n";
  out += list;
  out += "Feedback-ID: " + feedback_id(from->address) + "\r\n";
  out += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n";
  out += "MIME-Version: 1.0\r\n";
  return out += content_of(message);
}

}  // namespace stockbell::channels
