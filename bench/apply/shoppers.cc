#include "apply/shoppers.h"

#include <fmt/format.h>

#include "platform/text/text.h"

namespace stockbell::bench {
namespace {

std::uint64_t mixed(std::uint64_t value) {  // splitmix64
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

constexpr const char* kNames[] = {"anna",  "Bernd", "chloe", "dmitri", "elena", "Farid",
                                  "grace", "hana",  "ivan",  "jamal",  "kim",   "Lucia"};
constexpr const char* kHosts[] = {"example.org", "post.example", "mail.example", "shop.example",
                                  "web.example"};

std::string address_of(std::uint64_t number) {
  const auto dice = mixed(number);
  const auto* name = kNames[dice % std::size(kNames)];
  const auto word = fmt::format("{:x}", mixed(number + 1) >> 28);
  if (dice >> 63) {
    const auto spelling = (dice >> 40) % 12;
    return fmt::format("{}{}{}{}@gmail.com", name, spelling == 0 ? "." : "", word,
                       spelling == 1 ? "+shop" : "");
  }
  return fmt::format("{}.{}@{}", name, word, kHosts[(dice >> 32) % std::size(kHosts)]);
}

}  // namespace

NotificationRequest request_of(std::uint64_t number, std::uint64_t salt, Time at) {
  const auto dice = mixed(number * 31 + salt);
  const auto product = dice >> 63 ? dice % 50 : dice % 5000;
  NotificationRequest request;
  request.email = address_of(number);
  request.email_normalized = text::parse_email(request.email).value().normalized;
  if (dice % 10 == 0) request.first_name = "Robin", request.last_name = "Tester";
  request.sku = fmt::format("P{:05}-{}", product, "SML"[product % 3]);
  request.site = "default";
  request.locale = "en-GB";
  request.requested_at = at;
  request.consent = {"2026-01", at, "https://shop.example/products/" + request.sku + "?from=mail"};
  return request;
}

}  // namespace stockbell::bench
