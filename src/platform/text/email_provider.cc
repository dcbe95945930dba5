#include "platform/text/email_provider.h"

#include <algorithm>
#include <array>

namespace stockbell::text {
namespace {

struct Provider {
  char tag;                  // what starts a tag: from there on it is cut off
  std::string_view ignored;  // characters it does not look at
  std::string_view domain;   // the one name of its domains; "": each domain is its own
};

constexpr Provider kGmail{'+', ".", "gmail.com"};
constexpr Provider kPlus{'+', "", ""};  // Outlook, iCloud, Fastmail
constexpr Provider kProton{'+', ".-_", ""};
constexpr Provider kYahoo{'-', "", ""};  // disposable addresses: name-keyword

struct Row {
  std::string_view domain;
  const Provider* provider;
};

// Sorted by domain. One account may have several of a provider's domains only by its owner's
// choice (iCloud, Proton), so they stay apart, but for Gmail's two names.
constexpr auto kProviders = std::to_array<Row>({
    {"fastmail.com", &kPlus},    {"fastmail.fm", &kPlus},      {"gmail.com", &kGmail},
    {"googlemail.com", &kGmail}, {"hotmail.be", &kPlus},       {"hotmail.ca", &kPlus},
    {"hotmail.ch", &kPlus},      {"hotmail.co.jp", &kPlus},    {"hotmail.co.uk", &kPlus},
    {"hotmail.com", &kPlus},     {"hotmail.com.ar", &kPlus},   {"hotmail.com.au", &kPlus},
    {"hotmail.com.br", &kPlus},  {"hotmail.de", &kPlus},       {"hotmail.dk", &kPlus},
    {"hotmail.es", &kPlus},      {"hotmail.fr", &kPlus},       {"hotmail.gr", &kPlus},
    {"hotmail.it", &kPlus},      {"hotmail.nl", &kPlus},       {"hotmail.no", &kPlus},
    {"hotmail.se", &kPlus},      {"icloud.com", &kPlus},       {"live.at", &kPlus},
    {"live.be", &kPlus},         {"live.ca", &kPlus},          {"live.co.uk", &kPlus},
    {"live.co.za", &kPlus},      {"live.com", &kPlus},         {"live.com.ar", &kPlus},
    {"live.com.au", &kPlus},     {"live.com.mx", &kPlus},      {"live.de", &kPlus},
    {"live.dk", &kPlus},         {"live.fr", &kPlus},          {"live.ie", &kPlus},
    {"live.it", &kPlus},         {"live.jp", &kPlus},          {"live.nl", &kPlus},
    {"live.no", &kPlus},         {"live.se", &kPlus},          {"mac.com", &kPlus},
    {"me.com", &kPlus},          {"msn.com", &kPlus},          {"outlook.at", &kPlus},
    {"outlook.be", &kPlus},      {"outlook.cl", &kPlus},       {"outlook.co.th", &kPlus},
    {"outlook.com", &kPlus},     {"outlook.com.ar", &kPlus},   {"outlook.com.au", &kPlus},
    {"outlook.com.br", &kPlus},  {"outlook.com.gr", &kPlus},   {"outlook.com.tr", &kPlus},
    {"outlook.cz", &kPlus},      {"outlook.de", &kPlus},       {"outlook.dk", &kPlus},
    {"outlook.es", &kPlus},      {"outlook.fr", &kPlus},       {"outlook.hu", &kPlus},
    {"outlook.ie", &kPlus},      {"outlook.in", &kPlus},       {"outlook.it", &kPlus},
    {"outlook.jp", &kPlus},      {"outlook.pt", &kPlus},       {"outlook.sk", &kPlus},
    {"passport.com", &kPlus},    {"pm.me", &kProton},          {"proton.me", &kProton},
    {"protonmail.ch", &kProton}, {"protonmail.com", &kProton}, {"rocketmail.com", &kYahoo},
    {"windowslive.com", &kPlus}, {"yahoo.at", &kYahoo},        {"yahoo.ca", &kYahoo},
    {"yahoo.co.id", &kYahoo},    {"yahoo.co.in", &kYahoo},     {"yahoo.co.nz", &kYahoo},
    {"yahoo.co.uk", &kYahoo},    {"yahoo.co.za", &kYahoo},     {"yahoo.com", &kYahoo},
    {"yahoo.com.ar", &kYahoo},   {"yahoo.com.au", &kYahoo},    {"yahoo.com.br", &kYahoo},
    {"yahoo.com.hk", &kYahoo},   {"yahoo.com.mx", &kYahoo},    {"yahoo.com.my", &kYahoo},
    {"yahoo.com.ph", &kYahoo},   {"yahoo.com.sg", &kYahoo},    {"yahoo.com.tr", &kYahoo},
    {"yahoo.com.tw", &kYahoo},   {"yahoo.com.vn", &kYahoo},    {"yahoo.de", &kYahoo},
    {"yahoo.dk", &kYahoo},       {"yahoo.es", &kYahoo},        {"yahoo.fr", &kYahoo},
    {"yahoo.gr", &kYahoo},       {"yahoo.ie", &kYahoo},        {"yahoo.in", &kYahoo},
    {"yahoo.it", &kYahoo},       {"yahoo.nl", &kYahoo},        {"yahoo.no", &kYahoo},
    {"yahoo.pl", &kYahoo},       {"yahoo.ro", &kYahoo},        {"yahoo.se", &kYahoo},
    {"ymail.com", &kYahoo},
});
static_assert(std::ranges::is_sorted(kProviders, {}, &Row::domain));

// The names at these providers are ASCII. Taking a character out from before a combining mark would
// change the letter in front of it, too.
bool ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A dot at an end, or nothing at all, is no local part.
bool valid(std::string_view local) {
  return !local.empty() && local.front() != '.' && local.back() != '.';
}

}  // namespace

void to_mailbox(std::string& local, std::string& domain) {
  auto row = std::ranges::lower_bound(kProviders, std::string_view(domain), {}, &Row::domain);
  if (row == kProviders.end() || row->domain != domain || local.starts_with('"') || !ascii(local))
    return;
  const auto& provider = *row->provider;
  auto mailbox = local.substr(0, local.find(provider.tag));
  std::erase_if(mailbox, [&](char c) { return provider.ignored.find(c) != std::string::npos; });
  if (valid(mailbox)) local = std::move(mailbox);
  if (!provider.domain.empty()) domain = provider.domain;
}

}  // namespace stockbell::text
