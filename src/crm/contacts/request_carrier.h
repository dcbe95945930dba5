// What a merge asks of the module above contacts: to carry a contact's requests to another one and
// back. Implemented by requests::RequestsOfContacts. Every call is part of the caller's
// transaction.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "crm/contacts/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

// What carrying changed, so that it can be taken back.
struct CarriedRequests {
  struct Cancelled {  // it gave way to an older request for the same SKU and site
    RequestId id;
    std::string status{}, reason{};  // before
    Time status_at{};                // before
    Time cancelled_at{};
  };
  std::vector<RequestId> moved{};  // from the one contact to the other
  std::vector<Cancelled> cancelled{};
};

struct RequestCounts {
  std::int64_t open = 0, total = 0;
};

class RequestCarrier {
 public:
  virtual ~RequestCarrier() = default;
  // Moves all requests of `from` to `to`. Where both are waiting for one SKU and site, the older
  // place in line stays and the other request is cancelled.
  virtual Result<CarriedRequests> carry(db::Session& session, ContactId from, ContactId to,
                                        Written written) = 0;
  // Takes it back, as far as nothing was changed since. Sentences for people: what stays, and why.
  virtual Result<std::vector<std::string>> carry_back(db::Session& session,
                                                      const CarriedRequests& carried,
                                                      ContactId from, ContactId to,
                                                      Written written) = 0;
  virtual Result<std::map<ContactId, RequestCounts>> count(db::Session& session,
                                                           std::span<const ContactId> ids) = 0;
};

}  // namespace stockbell::crm::contacts
