#include "platform/http/forwarded.h"

#include <gtest/gtest.h>

#include "platform/http/http.h"

namespace stockbell::http {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string client(Headers headers, const std::string& peer = "10.0.0.1",
                   const std::string& header = "X-Forwarded-For") {
  const auto proxies = TrustedProxies::create({"10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7"}, header);
  EXPECT_TRUE(proxies);
  Request request;
  request.headers = std::move(headers);
  return proxies->client_of(request, peer);
}

TEST(TrustedProxies, TellTheRightmostAddressThatIsNotTheirs) {
  EXPECT_EQ(client({{"x-forwarded-for", "203.0.113.9"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "1.1.1.1, 203.0.113.9, 10.2.3.4"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "203.0.113.9"}}),
            "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9:5123"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "[2001:DB8::0:9]:80"}}), "2001:db8::9");
  EXPECT_EQ(client({{"X-Forwarded-For", "::ffff:203.0.113.9"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9"}}, "2001:db8:1::5"), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "10.9.9.9, 192.0.2.7"}}), "10.9.9.9");  // all trusted
}

TEST(TrustedProxies, NobodyElseIsBelieved) {
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9"}}, "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client({{"Forwarded", "for=203.0.113.9"}}), "10.0.0.1");  // not the chosen header
  EXPECT_EQ(client({}), "10.0.0.1");
  const TrustedProxies none;
  Request request;
  request.headers = {{"X-Forwarded-For", "203.0.113.9"}};
  EXPECT_EQ(none.client_of(request, "10.0.0.1"), "10.0.0.1");
}

TEST(TrustedProxies, NonsenseEndsTheTrail) {
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9, unknown"}}), "10.0.0.1");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9, 999.1.1.1, 10.0.0.3"}}), "10.0.0.3");
  EXPECT_EQ(client({{"X-Forwarded-For", ",,,"}}), "10.0.0.1");
  EXPECT_EQ(client({{"X-Forwarded-For", std::string(100'000, ',')}}), "10.0.0.1");
  EXPECT_EQ(client({{"X-Forwarded-For", std::string(100'000, '1') + ", 203.0.113.9"}}),
            "203.0.113.9");
}

TEST(TrustedProxies, ReadTheStandardsHeader) {
  EXPECT_EQ(client({{"Forwarded", "for=1.1.1.1, For=\"[2001:db8:cafe::17]:4711\";proto=https"}},
                   "10.0.0.1", "Forwarded"),
            "2001:db8:cafe::17");
  EXPECT_EQ(client({{"Forwarded", "by=10.0.0.2;for=203.0.113.9, for=10.3.3.3"}}, "10.0.0.1",
                   "Forwarded"),
            "203.0.113.9");
  EXPECT_EQ(client({{"Forwarded", "for=_hidden"}}, "10.0.0.1", "Forwarded"), "10.0.0.1");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9"}}, "10.0.0.1", "Forwarded"), "10.0.0.1");
}

TEST(TrustedProxies, AreCheckedAtTheStart) {
  for (const char* bad : {"10.0.0.0/33", "10.0.0/8", "::1/129", "proxy.example", "10.0.0.0/", "", "/8"})
    EXPECT_FALSE(TrustedProxies::create({bad}, "X-Forwarded-For")) << bad;
  EXPECT_TRUE(TrustedProxies::create({"0.0.0.0/0", "::/0", "::1"}, "Forwarded"));
}

}  // namespace
}  // namespace stockbell::http
