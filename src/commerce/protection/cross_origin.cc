#include "commerce/protection/cross_origin.h"

#include <algorithm>
#include <cctype>

namespace stockbell::commerce {
namespace {

constexpr std::size_t kLongestHeader = 500;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string origin_of(const http::Request& request) {
  auto origin = request.header("Origin");
  return origin == "null" || origin.size() > kLongestHeader ? std::string() : lower(origin);
}

// A page that this very server gave out.
bool is_own(const http::Request& request, std::string_view origin) {
  const auto slashes = origin.find("://");
  return slashes != origin.npos && origin.substr(slashes + 3) == lower(request.header("Host"));
}

bool allows(const Site& site, std::string_view origin) {
  return std::ranges::any_of(site.origins,
                             [&](const auto& one) { return origin_matches(one, origin); });
}

// Names and commas alone.
bool is_header_list(std::string_view text) {
  return text.size() <= kLongestHeader &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '_' || c == ',' || c == ' ';
         });
}

}  // namespace

bool origin_matches(std::string_view allowed, std::string_view origin) {
  if (allowed == "*") return true;
  auto wanted = lower(allowed);
  if (wanted.ends_with('/')) wanted.pop_back();
  const auto star = wanted.find("://*.");
  if (star == wanted.npos) return wanted == origin;
  const auto head = wanted.substr(0, star + 3), tail = wanted.substr(star + 4);
  return origin.starts_with(head) && origin.ends_with(tail) &&
         origin.size() > head.size() + tail.size();
}

Result<> check_origin(const Site& site, const http::Request& request) {
  const auto origin = origin_of(request);
  if (origin.empty() || allows(site, origin) || is_own(request, origin)) return {};
  return fail(ErrorCode::forbidden, "origin-not-allowed",
              "pages of this address are not among the origins of the site (commerce.sites)");
}

void allow_origin(const Sites& sites, const http::Request& request, http::Response& response) {
  const bool anybody = std::ranges::all_of(sites.all(), [](const Site& site) {
    return std::ranges::find(site.origins, "*") != site.origins.end();
  });
  if (anybody) {
    response.set("Access-Control-Allow-Origin", "*");
    return;
  }
  response.set("Vary", "Origin");
  const auto origin = origin_of(request);
  if (!origin.empty() && (is_own(request, origin) ||
                          std::ranges::any_of(sites.all(), [&](const Site& site) {
                            return allows(site, origin);
                          })))
    response.set("Access-Control-Allow-Origin", request.header("Origin"));
}

http::Handler preflight(const Sites& sites) {
  return [&sites](const http::Request& request) -> Result<http::Response> {
    auto response = http::Response::empty(204);
    allow_origin(sites, request, response);
    const auto wanted = request.header("Access-Control-Request-Headers");
    response.set("Access-Control-Allow-Methods", "GET, POST");
    response.set("Access-Control-Allow-Headers",
                 wanted.empty() || !is_header_list(wanted) ? "Content-Type" : wanted);
    response.set("Access-Control-Max-Age", "86400");
    return response;
  };
}

}  // namespace stockbell::commerce
