// Turns queued messages into what leaves (step 12), from the three templates of web/messages,
// compiled once. Rendering is in two phases: the product is laid out once per SKU of a batch, name
// and links are filled in per recipient. Thread-safe.
#pragma once
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

struct SenderIdentity {
  std::string from;     // "Shop <shop@example.com>"
  std::string list_id;  // "back-in-stock.shop.example.com"
  std::string shop_name;
  std::string shop_url;  // absolute, where a message leads when its product has no page
};

class MessageRenderer {
 public:
  static Result<MessageRenderer> create(const MessageTemplates& templates, SenderIdentity identity,
                                        const TrackingLinks& links,
                                        const PreferenceLinks& preferences);

  // First phase. `item` may be empty: the catalog has not told about the SKU yet.
  templates::Value product(const std::string& sku, const std::optional<CatalogItem>& item,
                           std::int64_t ats) const;
  // Second phase.
  OutgoingMessage render(const LeasedMessage& message, templates::Value product, Time now) const;
  const std::string& target(const std::optional<CatalogItem>& item) const;

 private:
  MessageRenderer(templates::Template subject, templates::Template html, templates::Template text,
                  SenderIdentity identity, const TrackingLinks& links,
                  const PreferenceLinks& preferences);

  templates::Template subject_, html_, text_;
  SenderIdentity identity_;
  std::string return_path_;
  const TrackingLinks& links_;
  const PreferenceLinks& preferences_;
};

// The bare address of "Shop <shop@example.com>".
std::string address_of(const std::string& mailbox);
// A subject is one line whatever it is made from.
std::string one_line(std::string text);
// Stable over all attempts: a request is messaged once, so its id tells its message.
std::string message_id_of(RequestId request, const std::string& from);

}  // namespace stockbell::engagement
