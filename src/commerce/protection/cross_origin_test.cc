#include "commerce/protection/cross_origin.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

const Sites kSites =
    Sites::parse(R"([{"key":"eu","origins":["https://shop.example/","https://*.shop.example"]},
                    {"key":"us","origins":["https://us.example"]}])",
                 {})
        .value();

http::Request from(std::string origin) {
  http::Request request;
  request.headers = {{"Host", "bell.example:8080"}};
  if (!origin.empty()) request.headers.emplace_back("Origin", std::move(origin));
  return request;
}

std::string header(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return "";
}

std::string allowed(const http::Request& request, const Sites& sites = kSites) {
  http::Response response;
  allow_origin(sites, request, response);
  return header(response, "Access-Control-Allow-Origin");
}

TEST(CrossOrigin, LetsInThePagesOfTheSite) {
  const auto& eu = *kSites.find("eu");
  for (const char* good : {"https://shop.example", "https://SHOP.example", "https://m.shop.example",
                           "http://bell.example:8080", "null", ""})
    EXPECT_TRUE(check_origin(eu, from(good))) << good;
  for (const char* bad : {"https://us.example", "http://shop.example", "https://shop.example.evil",
                          "https://evilshop.example", "https://bell.example", "x",
                          "https://.shop.example"})
    EXPECT_FALSE(check_origin(eu, from(bad))) << bad;
}

TEST(CrossOrigin, NamesTheOriginOnlyToAPageItKnows) {
  EXPECT_EQ(allowed(from("https://us.example")), "https://us.example");
  EXPECT_EQ(allowed(from("https://evil.example")), "");
  EXPECT_EQ(allowed(from("null")), "");
  EXPECT_EQ(allowed(from("https://evil.example"), Sites::one({})), "*");
}

TEST(CrossOrigin, PreflightAllowsTheHeadersAskedFor) {
  auto request = from("https://shop.example");
  request.headers.emplace_back("Access-Control-Request-Headers", "content-type,revision");
  auto answer = preflight(kSites)(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(header(*answer, "Access-Control-Allow-Headers"), "content-type,revision");
  EXPECT_EQ(header(*answer, "Vary"), "Origin");
  request.headers.back().second = "a\r\nSet-Cookie: b";
  EXPECT_EQ(header(*preflight(kSites)(request), "Access-Control-Allow-Headers"), "Content-Type");
  request.headers.back().second = std::string(600, 'a');
  EXPECT_EQ(header(*preflight(kSites)(request), "Access-Control-Allow-Headers"), "Content-Type");
}

}  // namespace
}  // namespace stockbell::commerce
