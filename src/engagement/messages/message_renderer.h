// Turns queued messages into what leaves (step 12), from the templates of web/messages (three of
// each name), compiled once. Rendering is in two phases: the product is laid out once per SKU of a
// batch, name and links are filled in per recipient. Thread-safe.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "contracts/message_channel.h"
#include "engagement/imports/catalog_store.h"
#include "engagement/messages/message_store.h"
#include "engagement/messages/preference_links.h"
#include "engagement/messages/tracking_links.h"
#include "platform/templates/template.h"

namespace stockbell::engagement {

struct MessageTemplates {
  std::string subject, html, text;  // Mustache
};
using NamedTemplates = std::map<std::string, MessageTemplates>;
inline constexpr std::string_view kBackInStock = "back_in_stock";  // always there

struct SenderIdentity {
  std::string from;     // "Shop <shop@example.com>"
  std::string list_id;  // "back-in-stock.shop.example.com"
  std::string shop_name;
  std::string shop_url;  // absolute, where a message leads when its product has no page
};

class MessageRenderer {
 public:
  static Result<MessageRenderer> create(const NamedTemplates& named, SenderIdentity identity,
                                        const TrackingLinks& links,
                                        const PreferenceLinks& preferences);

  // First phase. `item` may be empty: the catalog has not told about the SKU yet.
  templates::Value product(const std::string& sku, const std::optional<CatalogItem>& item,
                           std::int64_t ats) const;
  // Second phase.
  OutgoingMessage render(const LeasedMessage& message, templates::Value product, Time now) const;
  bool has(std::string_view template_name) const { return templates_.contains(template_name); }
  const std::string& target(const std::optional<CatalogItem>& item) const;

 private:
  struct Compiled {
    templates::Template subject, html, text;
  };
  MessageRenderer(std::map<std::string, Compiled, std::less<>> templates, SenderIdentity identity,
                  const TrackingLinks& links, const PreferenceLinks& preferences);

  std::map<std::string, Compiled, std::less<>> templates_;
  SenderIdentity identity_;
  std::string return_path_;
  const TrackingLinks& links_;
  const PreferenceLinks& preferences_;
};

// The bare address of "Shop <shop@example.com>".
std::string address_of(const std::string& mailbox);
// A subject is one line whatever it is made from.
std::string one_line(std::string text);
// Stable over all attempts: a request has one message of each turn, so its id and the turn tell it.
std::string message_id_of(RequestId request, const std::string& from, int follow_up = 0);

}  // namespace stockbell::engagement
