// The synchronised data extensions: Engagement's copy of contacts and requests, written by Connect
// (step 7), read by the audience (step 11). A request's stage is Engagement's own view and outruns
// the CRM's status, which follows by write-back. Stateless but for SQL; every method runs inside
// the caller's transaction.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/enum_text.h"
#include "contracts/change_feed.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

enum class Stage {
  pending,  // double opt-in not confirmed
  waiting,  // to be messaged when the item is back
  entered,  // in a journey, message not yet out
  closed,   // messaged, cancelled, expired or undeliverable: never again
};

// Whose turn it is among the classes: 1, 2, … for those of the configuration, then everybody else.
inline constexpr int kStandardClass = 100;
// How a class is compared: without the spaces around it and the case of its letters.
std::string class_key(std::string_view name);

struct WaitingRequest {
  RequestId request;
  ContactId contact;
  Time requested_at{};
  std::string address_key;
  std::int64_t quantity = 1;
  std::string site;
  int class_order = kStandardClass;
};

struct WaitingAt {
  std::size_t place = 0;  // of the SKU among those asked for
  std::int64_t class_order = kStandardClass;
  Time requested_at{};
  RequestId request;
  auto operator<=>(const WaitingAt&) const = default;
};

struct AppliedChanges {
  std::vector<RequestId> left;  // were in a journey; the CRM has closed or deleted them since
  std::vector<RequestId> unreachable;     // are in a journey; their contact is gone
  std::vector<std::string> waiting_skus;  // somebody may wait for these who did not before
  bool unconfirmed = false;               // somebody may have to be asked to confirm
};

// What identifies a mailbox without telling it: the digest of the normalised address; "" when it is
// no address.
std::string address_key(std::string_view email);

class ExtensionStore {
 public:
  static std::span<const db::Migration> migrations();
  // Once for each store: keys made before the providers' rules were known become today's, and who
  // unsubscribed under an old one stays unsubscribed.
  static Result<> renew_address_keys(db::Session& session);

  // Upserts by id; what the CRM has deleted goes. The requests of a deleted contact stay.
  Result<AppliedChanges> apply(db::Session& session, const ChangeBatch& batch, Time now);
  // The classes in their order, at most 99; what is not among them is standard. Where they are not
  // the same as before, all requests are put in their place anew.
  Result<> set_classes(db::Session& session, std::span<const std::string> names);
  // Those of one class, longest-waiting first; only those whose contact has a usable address, of
  // these sites (none: all).
  Result<std::vector<WaitingRequest>> list_waiting(db::Session& session, const std::string& sku,
                                                   int class_order, int limit,
                                                   std::span<const std::string> sites = {});
  // Those of these that still wait, under the same conditions, in the same order.
  Result<std::vector<WaitingRequest>> find_waiting(db::Session& session,
                                                   std::span<const RequestId> requests);
  // Every request that waits for one of these SKUs, whoever asked; SKU by SKU, in no order.
  Result<> each_waiting(db::Session& session, std::span<const std::string_view> skus,
                        const std::function<void(const WaitingAt&)>& each);
  // Every SKU that somebody waits for, once.
  Result<> each_waiting_sku(db::Session& session,
                            const std::function<void(std::string_view sku)>& each);
  // In order, those after `after`: a step through the index for each, however many wait.
  Result<std::vector<std::string>> list_waiting_skus(db::Session& session, const std::string& after,
                                                     int limit);
  // Requests that are not in stage `from` stay where they are.
  Result<> move(db::Session& session, std::span<const RequestId> requests, Stage from, Stage to);
  // True when it was open until now.
  Result<bool> close(db::Session& session, RequestId request);
  // Closes a request by itself, not by its shopper's word; the asking it ends with, for
  // StatusUpdate::decided_on. Empty: it is not in stage `from`, or was asked for since.
  Result<std::optional<Time>> end(db::Session& session, RequestId request, Stage from,
                                  Time asked_before = Time::max());
  Result<std::vector<RequestId>> list_open_of_address(db::Session& session,
                                                      const std::string& address_key);

 private:
  Result<bool> apply_request(db::Session& session, const SyncedRequest& request, Time now,
                             bool ranked);
};

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::Stage> =
    std::to_array<stockbell::EnumText<stockbell::engagement::Stage>>({
        {stockbell::engagement::Stage::pending, "pending"},
        {stockbell::engagement::Stage::waiting, "waiting"},
        {stockbell::engagement::Stage::entered, "entered"},
        {stockbell::engagement::Stage::closed, "closed"},
    });
