// What shoppers do with the links they hold: confirm, keep, stop, change a size, ask for a new link.
// Each is one transaction and safe to repeat; what the CRM must know goes out with it (step 14).
// Thread-safe.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engagement/extensions/status_outbox.h"
#include "engagement/journeys/journey_service.h"
#include "engagement/messages/notice_store.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/preferences/preference_store.h"

namespace stockbell::engagement {

enum class ChangeResult { changed, merged, gone };

class PreferenceService {
 public:
  struct Parts {
    db::Database& database;
    const Clock& clock;
    IdGenerator& ids;
    StatusOutbox& outbox;
    SuppressionList& suppressions;
    JourneyService& journeys;
    std::string from;
    std::function<void(RequestId)> cancel_in_flight;
    std::function<void(const std::vector<std::string>& skus)> somebody_waits;
    std::function<void()> wake_senders;
  };
  explicit PreferenceService(Parts parts) : parts_(std::move(parts)) {}

  // Errors: not_found, "message-unknown".
  Result<NoticeView> notice(MessageId notice);
  Result<MailboxView> mailbox(const std::string& address_key);

  // The requests of a notice that are still unconfirmed become Requested; how many. `client` is the
  // address the confirmation came from, of which the network is kept.
  Result<std::size_t> confirm(MessageId notice, const std::string& client);
  Result<bool> confirm(const std::string& address_key, RequestId request,
                       const std::string& client);
  // The waiting requests of a notice live on as if asked for now; how many.
  Result<std::size_t> keep(MessageId notice);
  Result<std::size_t> stop(MessageId notice);
  Result<bool> stop(const std::string& address_key, RequestId request);
  Result<std::size_t> stop_all(const std::string& address_key);
  // Errors: invalid, "sku-not-of-product".
  Result<ChangeResult> change(const std::string& address_key, RequestId request,
                              const std::string& sku);
  // The address may be messaged again; false: it was not unsubscribed.
  Result<bool> allow(const std::string& address_key);
  // Within the limits of a mailbox; says nothing of whether there is one.
  Result<> send_link(const std::string& address_key, const std::string& locale);

 private:
  struct Ended {
    std::vector<RequestId> requests;
    std::vector<StatusUpdate> updates;
  };
  Result<> end(db::Session& session, RequestId request, std::string reason, Ended& ended);
  Result<std::size_t> after_end(Result<Ended> ended);
  Result<std::vector<std::string>> confirm_all(db::Session& session,
                                               const std::vector<PreferenceItem>& items,
                                               const std::string& client);
  Result<std::size_t> after_confirm(Result<std::vector<std::string>> skus);

  Parts parts_;
  PreferenceStore store_;
  NoticeStore notices_;
  ExtensionStore extensions_;
};

}  // namespace stockbell::engagement
