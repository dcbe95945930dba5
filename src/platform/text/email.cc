#include <idn2.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "platform/text/email_provider.h"
#include "platform/text/text.h"

namespace stockbell::text {
namespace {

constexpr std::size_t kLocalOctets = 64;     // RFC 5321 4.5.3.1.1
constexpr std::size_t kAddressOctets = 254;  // RFC 5321 4.5.3.1.3, without the angle brackets
constexpr std::size_t kDomainOctets = 253;

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, "email-invalid", std::move(message), "email");
}

bool atom_character(char c) {
  constexpr std::string_view kOther = "!#$%&'*+-/=?^_`{|}~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 || kOther.find(c) != std::string_view::npos;
}

bool dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '.' ? text[i - 1] == '.' : !atom_character(text[i])) return false;
  return true;
}

// Reads the quoted string at the front; gives its content and moves `text` behind it.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string content;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return content;
    }
    if (text[i] == '\\' && ++i == text.size()) return {};
    content += text[i];
  }
  return {};
}

std::string quote(std::string_view content) {
  std::string out = "\"";
  for (char c : content) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Plain ASCII, which is what most addresses are, needs neither normalisation nor IDNA.
bool ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<icu::UnicodeString> nfc(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return {};
  auto out = normalizer->normalize(text, status);
  if (U_FAILURE(status)) return {};
  return out;
}

std::optional<std::string> composed(std::string_view text) {
  if (ascii(text)) return std::string(text);
  auto unicode = nfc(icu::UnicodeString::fromUTF8(std::string(text)));
  if (!unicode) return {};
  std::string out;
  unicode->toUTF8String(out);
  return out;
}

std::optional<std::string> lower(const std::string& text) {
  if (ascii(text)) return ascii_lower(text);
  auto unicode = nfc(icu::UnicodeString::fromUTF8(text).toLower(icu::Locale::getRoot()));
  if (!unicode) return {};
  std::string out;
  unicode->toUTF8String(out);
  return out;
}

bool domain_shape(std::string_view domain) {
  if (domain.size() > kDomainOctets || domain.find('.') == std::string_view::npos) return false;
  std::string_view last = domain.substr(domain.rfind('.') + 1);
  if (last.find_first_not_of("0123456789") == std::string_view::npos) return false;
  for (std::size_t from = 0; from <= domain.size();) {
    auto end = std::min(domain.find('.', from), domain.size());
    auto label = domain.substr(from, end - from);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    for (char c : label)
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    from = end + 1;
  }
  return true;
}

std::optional<std::string> to_ascii_domain(std::string_view domain) {
  // libidn2 drops some ASCII characters instead of refusing them.
  for (char c : domain)
    if (static_cast<unsigned char>(c) < 0x80 && c != '-' && c != '.' &&
        !std::isalnum(static_cast<unsigned char>(c)))
      return {};
  if (ascii(domain) && domain.find("--") == std::string_view::npos) {  // no A-label to check
    auto plain = ascii_lower(domain);
    if (!domain_shape(plain)) return {};
    return plain;
  }
  std::uint8_t* out = nullptr;
  std::string input(domain);
  int code = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(input.c_str()), &out,
                            IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  std::unique_ptr<std::uint8_t, decltype(&idn2_free)> owned(out, idn2_free);
  if (code != IDN2_OK) return {};
  std::string ascii(reinterpret_cast<const char*>(out));
  if (!domain_shape(ascii)) return {};
  return ascii;
}

struct Parts {
  std::string local;
  std::string_view domain;
};

Result<Parts> split(std::string_view text) {
  if (text.starts_with('"')) {
    auto content = take_quoted(text);
    if (!content || !text.starts_with('@'))
      return refuse("the quoted part before the @ is not complete");
    text.remove_prefix(1);
    return Parts{dot_atom(*content) ? *content : quote(*content), text};
  }
  auto at = text.find('@');
  if (at == std::string_view::npos) return refuse("an address has an @, as in name@example.com");
  auto local = text.substr(0, at);
  if (!dot_atom(local)) return refuse("the part before the @ is not one of an e-mail address");
  return Parts{std::string(local), text.substr(at + 1)};
}

}  // namespace

Result<EmailAddress> parse_email(std::string_view text) {
  if (text.size() > 4 * kAddressOctets) return refuse("the address is too long");
  if (!valid_utf8(text)) return refuse("the address is not valid UTF-8");
  if (has_control(text)) return refuse("the address holds a control character or a line break");
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  // Before the checks: NFC makes a ; of the Greek question mark.
  auto plain = composed(text);
  if (!plain) return refuse("the address cannot be read");
  SB_TRY(parts, split(*plain));
  auto domain = to_ascii_domain(parts.domain);
  if (!domain) return refuse("the part after the @ is not a domain name, as in example.com");
  auto local = lower(parts.local);
  if (!local) return refuse("the part before the @ cannot be read");
  EmailAddress out;
  out.address = parts.local;
  out.normalized = std::move(*local);
  if (std::max(out.address.size(), out.normalized.size()) > kLocalOctets)
    return refuse("the part before the @ is longer than 64 octets");
  out.address += '@' + *domain;
  out.folded = out.normalized + '@' + *domain;
  to_mailbox(out.normalized, *domain);
  out.normalized += '@' + *domain;
  if (std::max(out.address.size(), out.normalized.size()) > kAddressOctets)
    return refuse("the address is longer than 254 octets");
  return out;
}

}  // namespace stockbell::text
