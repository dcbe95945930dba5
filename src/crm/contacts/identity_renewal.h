// Once for each store, at start: contacts that were stored before the providers' rules were known
// (docs/matching.md) get today's normalised address, so that the next request from the same mailbox
// finds them. Step 4.
#pragma once
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

std::span<const db::Migration> renewal_migrations();
Result<> renew_identities(db::Session& session);

}  // namespace stockbell::crm::contacts
