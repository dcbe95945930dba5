// Carries a contact's requests to the contact it is merged into, and back when that is undone.
// Thread-safe. Used by contacts::DuplicateService through its port.
#pragma once
#include "crm/contacts/request_carrier.h"
#include "crm/requests/types.h"

namespace stockbell::crm::requests {

class RequestsOfContacts final : public contacts::RequestCarrier {
 public:
  RequestsOfContacts(const Clock& clock, Random& random) : ids_(clock, random) {}

  Result<contacts::CarriedRequests> carry(db::Session& session, ContactId from, ContactId to,
                                          Written written) override;
  // A request that was Queued comes back as Requested: its place in the wave is gone.
  Result<std::vector<std::string>> carry_back(db::Session& session,
                                              const contacts::CarriedRequests& carried,
                                              ContactId from, ContactId to,
                                              Written written) override;
  Result<std::map<ContactId, contacts::RequestCounts>> count(
      db::Session& session, std::span<const ContactId> ids) override;

 private:
  Result<contacts::CarriedRequests::Cancelled> give_way(db::Session& session, RequestId younger,
                                                        RequestId older, Written written);
  // Empty when it was restored, else why not.
  Result<std::string> restore(db::Session& session,
                              const contacts::CarriedRequests::Cancelled& cancelled,
                              Written written);

  IdGenerator ids_;
};

}  // namespace stockbell::crm::requests
