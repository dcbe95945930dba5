// Arrow 6: the CRM's change log as Connect reads it, and 7: the synchronised extensions as Connect
// writes them.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "contracts/request_status.h"

namespace stockbell {

// The field of the CRM that tells a request's class: one of the contact, or of the record itself.
struct ClassField {
  bool of_contact = true;
  std::string name;  // "Tier__c"; "": none is configured
};

struct SyncedContact {
  ContactId id;
  std::string email, first_name, last_name, phone;
  bool deleted = false;
  // The class the CRM has for it, as written there ("" is none); nothing: no field of the contact
  // is configured to tell (crm.class_field).
  std::optional<std::string> class_name{};
};

struct SyncedRequest {
  RequestId id;
  ContactId contact;
  std::string sku, site, locale;
  int quantity = 1;
  RequestStatus status = RequestStatus::requested;
  Time requested_at{};
  bool deleted = false;
  Time asked_at{};  // when the shopper last asked for it; the same as requested_at, or later
  std::optional<std::string> class_name{};  // of the request itself; "" goes by its contact's
};

// The current rows of everything that changed after a cursor, contacts before the requests that
// refer to them.
struct ChangeBatch {
  std::vector<SyncedContact> contacts;
  std::vector<SyncedRequest> requests;
  std::string next_cursor;  // opaque; hand it back to go on
  bool more = false;        // there is more behind next_cursor already
};

class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;
  // Changes in commit order after `cursor` ("" = from the beginning), at most `limit` log rows.
  virtual Result<ChangeBatch> changes_after(const std::string& cursor, int limit) = 0;
  // `wake` is called (from any thread, must return at once) after commits that changed something.
  virtual void on_change(std::function<void()> wake) = 0;
};

class SynchronizedExtensions {
 public:
  virtual ~SynchronizedExtensions() = default;
  // Upserts by id; idempotent; one transaction.
  virtual Result<> apply(const ChangeBatch& batch) = 0;
};

}  // namespace stockbell
