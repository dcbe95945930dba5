// Contacts and their identities in the CRM's store. Every call takes the caller's session and is
// part of its transaction. Used by ContactService and the merges. Step 4.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crm/contacts/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

std::span<const db::Migration> migrations();        // of contact and the objects beside it
std::span<const db::Migration> later_migrations();  // to run after those of crm/requests

Result<std::optional<Contact>> find_contact(db::Session& session, ContactId id);

enum class ContactKey { email, customer_id, customer_no };  // e-mail: normalised
// Living contacts, at most `limit`, without regard to case.
Result<std::vector<Contact>> find_contacts(db::Session& session, ContactKey key,
                                           const std::string& value, std::size_t limit);
Result<std::vector<Contact>> find_contacts(db::Session& session, std::span<const ContactId> ids);
Result<std::vector<Contact>> contacts_after(db::Session& session, std::int64_t id, int limit);

// Who has each of these addresses of a site group; the contact is empty when it is gone. Addresses
// that nobody has are left out.
struct AddressHolder {
  std::string email_normalized;
  std::optional<Contact> contact;  // deleted ones too
};
Result<std::vector<AddressHolder>> find_holders(db::Session& session, std::string_view site_group,
                                                std::span<const std::string_view> addresses);

Result<> insert_contact(db::Session& session, const Contact& contact, Written written);
Result<> insert_contacts(db::Session& session, std::span<const Contact> contacts, Written written);
// All but site group, master and deletion.
Result<> update_contact(db::Session& session, const Contact& contact, Written written);
Result<> log_change(db::Session& session, ContactId id);  // a row of the change log

// The user who writes: LastModifiedById refers to it.
Result<> save_user(db::Session& session, UserId id, const std::string& name, Time now);

// The contact that an address means.
Result<std::optional<ContactId>> find_identity(db::Session& session, const std::string& site_group,
                                               const std::string& email_normalized);
// False when the address means another living one. Waits for a concurrent twin.
Result<bool> claim_identity(db::Session& session, const Contact& contact);
// Of addresses that nobody has; conflict: somebody has taken one since.
Result<> claim_identities(db::Session& session, std::span<const Contact> contacts);
// The contact goes or has another address: the oldest other living one with this address takes
// over.
Result<> release_identity(db::Session& session, const Contact& contact);
// The contact goes: its address, and those of contacts merged into it.
Result<> release_identities(db::Session& session, ContactId id);

std::string json_list(std::span<const ContactId> ids);  // "[1,2]"

}  // namespace stockbell::crm::contacts
