#include "crm/contacts/contact_store.h"

#include <array>
#include <boost/json/serialize.hpp>

#include "crm/contacts/contact_rules.h"
#include "sql/crm_contact.sql.h"
#include "sql/crm_duplicate.sql.h"
#include "sql/crm_match_key.sql.h"
#include "sql/crm_object.sql.h"

namespace stockbell::crm::contacts {
namespace {

namespace sql = stockbell::sql::crm_contact;

constexpr std::size_t kContactColumns = 24;  // of find_contact

Contact contact_of(const db::Row& row) {
  Contact contact;
  contact.id = ContactId{row.i64(0)};
  std::size_t column = 1;
  for (const auto member :
       {&Contact::site_group, &Contact::email, &Contact::email_normalized, &Contact::first_name,
        &Contact::last_name, &Contact::title, &Contact::phone, &Contact::mobile_phone,
        &Contact::street, &Contact::city, &Contact::state, &Contact::postal_code, &Contact::country,
        &Contact::b2c_customer_id, &Contact::b2c_customer_no, &Contact::b2c_list_id})
    contact.*member = row.text(column++);
  contact.account = row.i64(17);
  contact.company = row.text(18);
  contact.email_opt_out = row.flag(19);
  contact.master = ContactId{row.i64(20)};
  contact.deleted = row.flag(21);
  contact.created_at = from_ms(row.i64(22));
  contact.modified_at = from_ms(row.i64(23));
  return contact;
}

std::vector<Contact> contacts_of(const db::Rows& rows) {
  std::vector<Contact> contacts;
  contacts.reserve(rows.size());
  for (const auto& row : rows) contacts.push_back(contact_of(row));
  return contacts;
}

// From email_normalized to email_opt_out, as insert_contact and update_contact take them.
void add_values(db::Params& params, const Contact& contact) {
  params.insert(
      params.end(),
      {contact.email_normalized, contact.email, contact.first_name, contact.last_name,
       full_name(contact), contact.title, contact.phone, contact.mobile_phone, contact.street,
       contact.city, contact.state, contact.postal_code, contact.country, contact.b2c_customer_id,
       contact.b2c_customer_no, contact.b2c_list_id,
       contact.account != 0 ? db::Value(contact.account) : db::Value(), contact.email_opt_out});
}

db::Params insert_params(const Contact& contact, Written written) {
  db::Params params;
  params.reserve(kContactColumns);
  params.insert(params.end(), {contact.id.value, contact.site_group});
  add_values(params, contact);
  params.insert(params.end(), {to_ms(written.at), written.by.value});
  return params;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"crm/contacts/1", sql::create_contact},
      db::Migration{"crm/objects/1", stockbell::sql::crm_object::create_objects}};
  return kMigrations;
}

std::span<const db::Migration> later_migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"crm/contacts/2", stockbell::sql::crm_match_key::create_match_key},
      db::Migration{"crm/contacts/3", stockbell::sql::crm_duplicate::create_duplicates}};
  return kMigrations;
}

Result<std::optional<Contact>> find_contact(db::Session& session, ContactId id) {
  SB_TRY(row, session.query_one(sql::find_contact, {id.value}));
  if (!row) return std::optional<Contact>();
  return std::optional(contact_of(*row));
}

Result<std::vector<Contact>> find_contacts(db::Session& session, ContactKey key,
                                           const std::string& value, std::size_t limit) {
  const auto& statement = key == ContactKey::email         ? sql::contacts_of_email
                          : key == ContactKey::customer_id ? sql::contacts_of_customer_id
                                                           : sql::contacts_of_customer_no;
  SB_TRY(rows, session.query(statement, {value, limit}));
  return contacts_of(rows);
}

Result<std::vector<Contact>> find_contacts(db::Session& session, std::span<const ContactId> ids) {
  if (ids.empty()) return std::vector<Contact>();
  SB_TRY(rows, session.query(sql::contacts_of_ids, {json_list(ids)}));
  return contacts_of(rows);
}

Result<std::vector<Contact>> contacts_after(db::Session& session, std::int64_t id, int limit) {
  SB_TRY(rows, session.query(sql::contacts_after, {id, limit}));
  return contacts_of(rows);
}

Result<std::vector<AddressHolder>> find_holders(db::Session& session, std::string_view site_group,
                                                std::span<const std::string_view> addresses) {
  boost::json::array list(addresses.begin(), addresses.end());
  SB_TRY(rows,
         session.query(sql::holders_of_addresses, {boost::json::serialize(list), site_group}));
  std::vector<AddressHolder> holders;
  holders.reserve(rows.size());
  for (const auto& row : rows)
    holders.push_back({row.text(kContactColumns),
                       row.is_null(0) ? std::nullopt : std::optional(contact_of(row))});
  return holders;
}

Result<> insert_contact(db::Session& session, const Contact& contact, Written written) {
  SB_CHECK(session.execute(sql::insert_contact, insert_params(contact, written)));
  return {};
}

Result<> insert_contacts(db::Session& session, std::span<const Contact> contacts, Written written) {
  std::vector<db::Params> batch;
  batch.reserve(contacts.size());
  for (const auto& contact : contacts) batch.push_back(insert_params(contact, written));
  if (!batch.empty()) SB_CHECK(session.execute_batch(sql::insert_contact, batch));
  return {};
}

Result<> update_contact(db::Session& session, const Contact& contact, Written written) {
  db::Params params{contact.id.value};
  add_values(params, contact);
  params.insert(params.end(), {to_ms(written.at), written.by.value});
  SB_CHECK(session.execute(sql::update_contact, params));
  return {};
}

Result<> log_change(db::Session& session, ContactId id) {
  SB_CHECK(session.execute(sql::log_change, {id.value}));
  return {};
}

Result<> save_user(db::Session& session, UserId id, const std::string& name, Time now) {
  SB_CHECK(session.execute(stockbell::sql::crm_object::save_user, {id.value, name, to_ms(now)}));
  return {};
}

Result<std::optional<ContactId>> find_identity(db::Session& session, const std::string& site_group,
                                               const std::string& email_normalized) {
  SB_TRY(row, session.query_one(sql::find_identity, {site_group, email_normalized}));
  if (!row) return std::optional<ContactId>();
  return std::optional(ContactId{row->i64(0)});
}

Result<bool> claim_identity(db::Session& session, const Contact& contact) {
  if (contact.email_normalized.empty()) return true;
  SB_TRY(claimed,
         session.execute(sql::claim_identity,
                         {contact.site_group, contact.email_normalized, contact.id.value}));
  if (claimed == 1) return true;
  SB_TRY(holder, find_identity(session, contact.site_group, contact.email_normalized));
  if (!holder || *holder == contact.id) return false;
  SB_TRY(known, find_contact(session, *holder));
  if (known && !known->deleted) return false;
  // Only from the holder looked at: a twin may be taking it over, too.
  SB_TRY(taken, session.execute(sql::take_identity, {contact.site_group, contact.email_normalized,
                                                     holder->value, contact.id.value}));
  return taken == 1;
}

Result<> claim_identities(db::Session& session, std::span<const Contact> contacts) {
  std::vector<db::Params> batch;
  batch.reserve(contacts.size());
  for (const auto& contact : contacts)
    batch.push_back({contact.site_group, contact.email_normalized, contact.id.value});
  // In one order, so that two writers never wait for each other in a circle.
  std::ranges::sort(batch, [](const auto& a, const auto& b) {
    return std::tie(a[0].get(), a[1].get()) < std::tie(b[0].get(), b[1].get());
  });
  if (batch.empty()) return {};
  SB_TRY(claimed, session.execute_batch(sql::claim_identity, batch));
  if (claimed == std::ssize(batch)) return {};
  return fail(ErrorCode::conflict, "contact-contended", "another contact took the address");
}

Result<> release_identity(db::Session& session, const Contact& contact) {
  if (contact.email_normalized.empty()) return {};
  SB_TRY(released,
         session.execute(sql::release_identity,
                         {contact.site_group, contact.email_normalized, contact.id.value}));
  if (released == 0) return {};
  SB_TRY(next, session.query_one(sql::next_holder,
                                 {contact.email_normalized, contact.site_group, contact.id.value}));
  if (!next) return {};
  SB_CHECK(session.execute(sql::claim_identity,
                           {contact.site_group, contact.email_normalized, next->i64(0)}));
  return {};
}

Result<> release_identities(db::Session& session, ContactId id) {
  SB_TRY(rows, session.query(sql::addresses_of_contact, {id.value}));
  for (const auto& row : rows) {
    Contact alias;
    alias.id = id;
    alias.site_group = row.text(0);
    alias.email_normalized = row.text(1);
    SB_CHECK(release_identity(session, alias));
  }
  return {};
}

std::string json_list(std::span<const ContactId> ids) {
  std::string list = "[";
  for (const ContactId id : ids) list += fmt::format("{}{}", list.size() > 1 ? "," : "", id.value);
  return list + "]";
}

}  // namespace stockbell::crm::contacts
