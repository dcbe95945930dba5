// Contacts in the CRM's store. Every call takes the caller's session and is part of its
// transaction. Step 4.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "crm/contacts/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

std::span<const db::Migration> migrations();

struct ResolvedContact {
  ContactId id;
  bool created = false;
};

// The contact of `candidate`'s site group and normalised e-mail, or `candidate` itself, inserted.
// Concurrent twins of one new address all get the id of the one that won.
Result<ResolvedContact> resolve_contact(db::Session& session, const Contact& candidate);

Result<std::optional<ContactId>> find_contact(db::Session& session, const std::string& site_group,
                                              const std::string& email_normalized);

}  // namespace stockbell::crm::contacts
