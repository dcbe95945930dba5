// Turns notices into what leaves: three templates of web/messages per kind, in the recipient's
// language. They carry no pixel and no counted link. Thread-safe.
#pragma once
#include <map>
#include <string>

#include "contracts/message_channel.h"
#include "engagement/imports/catalog_store.h"
#include "engagement/messages/message_renderer.h"
#include "engagement/messages/notice_store.h"
#include "engagement/messages/preference_links.h"
#include "engagement/messages/texts.h"
#include "platform/templates/template.h"

namespace stockbell::engagement {

// How long things last; see docs/consent.md.
struct RequestTimes {
  Duration confirm = std::chrono::hours(48);
  Duration expire = std::chrono::hours(24 * 180);  // zero: never
  Duration remind = std::chrono::hours(24 * 14);   // before that; zero: without a reminder
};

class NoticeRenderer {
 public:
  using Assets = std::function<std::optional<std::string_view>(std::string_view)>;
  using Items = std::map<std::string, CatalogItem>;  // by SKU; those the catalog has told about

  static Result<NoticeRenderer> create(const Assets& assets, SenderIdentity identity,
                                       const Texts& texts, const PreferenceLinks& links,
                                       const TrackingLinks& tracking, RequestTimes times);

  OutgoingMessage render(const LeasedNotice& notice, const Items& items, Time now) const;

 private:
  struct Templates {
    templates::Template subject, html, text;
  };
  NoticeRenderer(std::map<NoticeKind, Templates> templates, SenderIdentity identity,
                 const Texts& texts, const PreferenceLinks& links, const TrackingLinks& tracking,
                 RequestTimes times);
  void add_links(const LeasedNotice& notice, Time now, templates::Value& context,
                 OutgoingMessage& out) const;

  std::map<NoticeKind, Templates> templates_;
  SenderIdentity identity_;
  std::string return_path_;
  const Texts& texts_;
  const PreferenceLinks& links_;
  const TrackingLinks& tracking_;
  RequestTimes times_;
};

}  // namespace stockbell::engagement
