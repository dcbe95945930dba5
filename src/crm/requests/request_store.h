// Back-in-stock records, their events and the receipts of submissions, as the use cases write them.
// Every call is part of the caller's transaction. Steps 5 and 15.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crm/requests/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

std::span<const db::Migration> migrations();
// To run after all others of the CRM: it puts some of their tables in another order.
std::span<const db::Migration> layout_migrations();

// Takes the request key for this transaction; false when a submission with it is recorded. Waits
// for a concurrent twin.
Result<bool> claim_key(db::Session& session, const NotificationRequest& request, Time now);
Result<std::optional<IntakeReceipt>> find_receipt(db::Session& session,
                                                  const std::string& request_key);
Result<> save_receipt(db::Session& session, const std::string& request_key,
                      const IntakeReceipt& receipt);
// The living request with this key, which came in another way than as a submission: as a record.
Result<std::optional<IntakeReceipt>> find_keyed(db::Session& session,
                                                const std::string& request_key);

struct OpenedRequest {
  RequestId id;
  bool created = false;
};
// The open request of this contact, SKU and site, or a new one with the id `candidate`.
Result<OpenedRequest> open_request(db::Session& session, const NotificationRequest& request,
                                   ContactId contact, RequestId candidate,
                                   const std::string& reason, Written written);

// The same for batches (RequestService::submit_all).
using ReceiptsByKey = std::unordered_map<std::string, IntakeReceipt>;
Result<ReceiptsByKey> find_receipts(db::Session& session, std::span<const std::string_view> keys);
Result<ReceiptsByKey> find_all_keyed(db::Session& session, std::span<const std::string_view> keys);

struct OpenPlace {
  ContactId contact;
  std::string sku, site;
  RequestId id;  // of the open request there
};
Result<std::vector<OpenPlace>> find_open_requests(db::Session& session,
                                                  std::span<const OpenPlace> places);

struct NewRequest {
  const NotificationRequest* request;
  ContactId contact;
  RequestId id;
  std::string reason;
};
// conflict: one of them is open, or a receipt is there, since they were looked for.
Result<> insert_requests(db::Session& session, std::span<const NewRequest> rows, Written written);
Result<> insert_receipts(
    db::Session& session,
    std::span<const std::pair<const NotificationRequest*, IntakeReceipt>> receipts, Time now);

// Reads the states of these requests and holds them for this transaction; the unknown are left out.
Result<std::vector<RequestState>> lock_requests(db::Session& session,
                                                std::span<const RequestId> ids);
Result<> save_states(db::Session& session, std::span<const RequestState> states, Written written);
// `ids` makes the rows' ids: events of one request are read in the order they were written.
Result<> add_events(db::Session& session, IdGenerator& ids, std::span<const TimelineEvent> events);

}  // namespace stockbell::crm::requests
