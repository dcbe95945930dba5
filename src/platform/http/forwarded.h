// Who the client is when trusted proxies stand in front: the right-most address of the chosen header
// that is not itself a trusted proxy. What stands further left anybody may have written. Immutable,
// thread-safe; used by the dispatcher for every request.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::http {

struct Request;

class TrustedProxies {
 public:
  TrustedProxies() = default;  // none: the client is who connects
  // `networks` are "10.0.0.0/8", "2001:db8::/32" or single addresses. `header` is X-Forwarded-For or
  // Forwarded (RFC 7239); only this one is looked at. Errors: invalid "trusted-proxies-invalid".
  static Result<TrustedProxies> create(const std::vector<std::string>& networks,
                                       std::string header);

  bool empty() const { return networks_.empty(); }
  // The client of a request that came from `peer`: an address, IPv6 without brackets, or `peer`
  // where the header says nothing usable.
  std::string client_of(const Request& request, const std::string& peer) const;

 private:
  struct Network {
    std::array<unsigned char, 16> bits{};  // IPv4 as ::ffff:a.b.c.d
    int prefix = 128;
  };
  bool trusts(const std::array<unsigned char, 16>& address) const;

  std::vector<Network> networks_;
  std::string header_ = "X-Forwarded-For";
};

// The hops of such a header, left to right, at most the last 32: addresses, or "" for what is none
// ("unknown", "_hidden", nonsense). Ports are cut off.
std::vector<std::string> forwarded_hops(std::string_view value, bool rfc7239);

}  // namespace stockbell::http
