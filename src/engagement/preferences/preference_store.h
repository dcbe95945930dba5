// Reads and moves the requests of a mailbox. Stateless; every method runs inside the caller's
// transaction.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engagement/preferences/types.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

class PreferenceStore {
 public:
  static std::span<const db::Migration> migrations();

  Result<std::optional<NoticeView>> find_notice(db::Session& session, MessageId notice);
  // With the variants that open requests can be changed to. At most 200 requests.
  Result<MailboxView> mailbox(db::Session& session, const std::string& address_key);
  Result<std::optional<std::string>> find_email(db::Session& session,
                                                const std::string& address_key);

  struct Place {
    std::string sku, site;
    Stage stage = Stage::closed;
    ContactId contact;
  };
  // Empty: there is none, or it is not of this mailbox.
  Result<std::optional<Place>> find_request(db::Session& session, RequestId request,
                                            const std::string& address_key);
  Result<std::optional<RequestId>> find_rival(db::Session& session, RequestId request,
                                              const Place& place, const std::string& sku);
  Result<bool> same_product(db::Session& session, const std::string& a, const std::string& b);
  // False: it is not in stage `from` any more.
  Result<bool> leave(db::Session& session, RequestId request, Stage from, Stage to);
  Result<> change_sku(db::Session& session, RequestId request, const std::string& sku, Stage stage);
  Result<bool> keep(db::Session& session, RequestId request, Time now);
  Result<bool> allow(db::Session& session, const std::string& address_key);
};

}  // namespace stockbell::engagement
