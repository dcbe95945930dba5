#include "platform/smtp/target.h"

#include <algorithm>
#include <charconv>

namespace stockbell::smtp {
namespace {

std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorCode::invalid, "smtp-url-invalid",
              "mail server address: " + what + "; expected smtp://user:password@host:port");
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0)
        return wrong("'%' starts no percent code");
      c = static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return wrong("a control character");
    out += c;
  }
  return out;
}

Result<> read_option(Target& target, std::string_view option) {
  auto equals = option.find('=');
  auto name = option.substr(0, equals);
  auto value = equals == option.npos ? std::string_view() : option.substr(equals + 1);
  if (name == "tls" && value == "required" && target.tls != Tls::implicit) {
    target.tls = Tls::required;
  } else if (name == "tls" && value == "never" && target.tls != Tls::implicit) {
    target.tls = Tls::never;
  } else if (name == "verify" && value == "no") {
    target.verify = false;
  } else if (name == "ca" && !value.empty()) {
    SB_TRY(file, decoded(value));
    target.ca_file = file;
  } else {
    return wrong("unknown option '" + std::string(option) + "'");
  }
  return {};
}

Result<> read_host(Target& target, std::string_view text, int default_port) {
  target.port = default_port;
  std::string_view port;
  if (text.starts_with('[')) {
    auto close = text.find(']');
    if (close == text.npos) return wrong("'[' is not closed");
    target.host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return wrong("something stands after ']'");
    if (!text.empty()) port = text.substr(1);
    if (!text.empty() && port.empty()) return wrong("the port is missing");
  } else {
    auto colon = text.find(':');
    target.host = text.substr(0, colon);
    if (colon != text.npos) {
      port = text.substr(colon + 1);
      if (port.empty()) return wrong("the port is missing");
    }
  }
  auto odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  if (target.host.empty() || std::ranges::any_of(target.host, odd)) return wrong("no host");
  if (port.empty()) return {};
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (error != std::errc() || end != port.data() + port.size() || target.port < 1 ||
      target.port > 65535)
    return wrong("the port is not a number from 1 to 65535");
  return {};
}

}  // namespace

Result<Target> parse_url(std::string_view url) {
  Target target;
  if (url.starts_with("smtps://")) {
    target.tls = Tls::implicit;
    url.remove_prefix(8);
  } else if (url.starts_with("smtp://")) {
    url.remove_prefix(7);
  } else {
    return wrong("it does not start with smtp:// or smtps://");
  }
  auto question = url.find('?');
  auto options = question == url.npos ? std::string_view() : url.substr(question + 1);
  url = url.substr(0, question);
  if (url.ends_with('/')) url.remove_suffix(1);
  if (auto at = url.rfind('@'); at != url.npos) {
    auto login = url.substr(0, at);
    auto colon = login.find(':');
    if (colon == login.npos || colon == 0) return wrong("a user needs a name and a password");
    SB_TRY(user, decoded(login.substr(0, colon)));
    SB_TRY(password, decoded(login.substr(colon + 1)));
    target.user = user;
    target.password = password;
    url.remove_prefix(at + 1);
  }
  int port = target.tls == Tls::implicit ? 465 : target.user.empty() ? 25 : 587;
  SB_CHECK(read_host(target, url, port));
  while (!options.empty()) {
    auto amp = options.find('&');
    SB_CHECK(read_option(target, options.substr(0, amp)));
    options = amp == options.npos ? std::string_view() : options.substr(amp + 1);
  }
  return target;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace stockbell::smtp
