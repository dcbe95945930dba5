// A shopper's requests as the shopper sees them. Plain values. Used by the pages of
// engagement/preferences.
#pragma once
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "engagement/extensions/extension_store.h"

namespace stockbell::engagement {

// What a request's state is called in the texts: "state_" and this.
enum class ShownState { pending, waiting, entered, told, bought, stopped, expired, undeliverable };

struct Variant {
  std::string sku, text;
};

struct PreferenceItem {
  RequestId request;
  std::string sku, locale;
  ShownState state = ShownState::waiting;
  Time requested_at{};
  std::string name, variant_text, picture_url, link, master_id;  // as the catalog says, or empty
  std::vector<Variant> variants;  // others of the same product that it can be changed to

  bool open() const { return state <= ShownState::entered; }
};

struct NoticeView {  // what a notice speaks of, now
  std::string address_key, locale;
  std::vector<PreferenceItem> items;
};

struct MailboxView {
  std::string email, locale;  // "" when nobody has this address any more
  bool suppressed = false;
  std::vector<PreferenceItem> items;  // open ones first
};

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::ShownState> =
    std::to_array<stockbell::EnumText<stockbell::engagement::ShownState>>({
        {stockbell::engagement::ShownState::pending, "pending"},
        {stockbell::engagement::ShownState::waiting, "waiting"},
        {stockbell::engagement::ShownState::entered, "entered"},
        {stockbell::engagement::ShownState::told, "told"},
        {stockbell::engagement::ShownState::bought, "bought"},
        {stockbell::engagement::ShownState::stopped, "stopped"},
        {stockbell::engagement::ShownState::expired, "expired"},
        {stockbell::engagement::ShownState::undeliverable, "undeliverable"},
    });
