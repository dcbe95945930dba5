#include "platform/http/forwarded.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "platform/http/http.h"

namespace stockbell::http {
namespace {

using Bits = std::array<unsigned char, 16>;
constexpr std::size_t kMostHops = 32, kLongestHeader = 4096;

std::optional<Bits> bits_of(const std::string& address) {
  Bits bits{};
  if (inet_pton(AF_INET6, address.c_str(), bits.data()) == 1) return bits;
  bits[10] = bits[11] = 0xff;
  if (inet_pton(AF_INET, address.c_str(), bits.data() + 12) == 1) return bits;
  return {};
}

// One text for one address; IPv4 in IPv6 as IPv4.
std::string text_of(const Bits& bits) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool mapped = std::all_of(bits.begin(), bits.begin() + 10, [](auto b) { return b == 0; }) &&
                      bits[10] == 0xff && bits[11] == 0xff;
  if (mapped)
    inet_ntop(AF_INET, bits.data() + 12, text.data(), text.size());
  else
    inet_ntop(AF_INET6, bits.data(), text.data(), text.size());
  return text.data();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "203.0.113.9", "203.0.113.9:80", "[2001:db8::1]:80", "2001:db8::1", with or without quotes.
std::string address_of(std::string_view node) {
  node = trimmed(node);
  if (node.size() >= 2 && node.front() == '"' && node.back() == '"')
    node = node.substr(1, node.size() - 2);
  if (node.starts_with('[')) {
    node = node.substr(1, node.find(']') - 1);
  } else if (std::ranges::count(node, ':') == 1) {
    node = node.substr(0, node.find(':'));
  }
  if (node.size() > 45) return {};
  const auto bits = bits_of(std::string(node));
  return bits ? text_of(*bits) : std::string();
}

// "for=192.0.2.60;proto=http;by=203.0.113.43" -> what stands behind for=
std::string_view for_of(std::string_view element) {
  while (!element.empty()) {
    const auto end = std::min(element.find(';'), element.size());
    const auto pair = trimmed(element.substr(0, end));
    element.remove_prefix(std::min(end + 1, element.size()));
    if (pair.size() > 4 && (pair[0] | 32) == 'f' && (pair[1] | 32) == 'o' &&
        (pair[2] | 32) == 'r' && pair[3] == '=')
      return pair.substr(4);
  }
  return {};
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 32) == (y | 32); });
}

}  // namespace

std::vector<std::string> forwarded_hops(std::string_view value, bool rfc7239) {
  if (value.size() > kLongestHeader) value.remove_prefix(value.size() - kLongestHeader);
  std::vector<std::string> hops;
  for (auto end = value.size(); hops.size() < kMostHops;) {
    const auto comma = end == 0 ? value.npos : value.rfind(',', end - 1);
    const auto begin = comma == value.npos ? 0 : comma + 1;
    const auto element = value.substr(begin, end - begin);
    hops.push_back(address_of(rfc7239 ? for_of(element) : element));
    if (comma == value.npos) break;
    end = comma;
  }
  std::ranges::reverse(hops);
  return hops;
}

Result<TrustedProxies> TrustedProxies::create(const std::vector<std::string>& networks,
                                              std::string header) {
  TrustedProxies proxies;
  proxies.header_ = std::move(header);
  for (const auto& text : networks) {
    const auto slash = text.find('/');
    const auto bits = bits_of(text.substr(0, slash));
    const bool v4 = text.find(':') == text.npos;
    int prefix = v4 ? 32 : 128;
    bool good = bits.has_value();
    if (slash != text.npos) {
      const auto [end, error] =
          std::from_chars(text.data() + slash + 1, text.data() + text.size(), prefix);
      good = good && error == std::errc() && end == text.data() + text.size() && prefix >= 0 &&
             prefix <= (v4 ? 32 : 128);
    }
    if (!good)
      return fail(ErrorCode::invalid, "trusted-proxies-invalid",
                  fmt::format("http.trusted_proxies: \"{}\" is no network; expected such as "
                              "\"10.0.0.0/8\" or \"2001:db8::/32\"",
                              text));
    proxies.networks_.push_back({*bits, v4 ? prefix + 96 : prefix});
  }
  return proxies;
}

bool TrustedProxies::trusts(const Bits& address) const {
  return std::ranges::any_of(networks_, [&](const Network& network) {
    for (int bit = 0; bit < network.prefix; ++bit) {
      const auto byte = static_cast<std::size_t>(bit / 8);
      if (((address[byte] ^ network.bits[byte]) >> (7 - bit % 8)) & 1) return false;
    }
    return true;
  });
}

std::string TrustedProxies::client_of(const Request& request, const std::string& peer) const {
  if (networks_.empty()) return peer;
  auto at = bits_of(peer);
  if (!at || !trusts(*at)) return peer;  // what it wrote into the header is its own word
  std::string whole;  // several headers of a name are one (RFC 9110 5.3)
  for (const auto& [name, value] : request.headers)
    if (same_name(name, header_)) whole += (whole.empty() ? "" : ",") + value;
  if (whole.empty()) return peer;
  auto client = peer;
  const auto hops = forwarded_hops(whole, same_name(header_, "Forwarded"));
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (hop->empty()) break;  // the nearest proxy that still told us a name is as far as we see
    client = *hop;
    if (at = bits_of(client); !at || !trusts(*at)) break;
  }
  return client;
}

}  // namespace stockbell::http
