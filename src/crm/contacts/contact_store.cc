#include "crm/contacts/contact_store.h"

#include <array>

#include "platform/text/text.h"
#include "sql/crm_contact.sql.h"
#include "sql/crm_object.sql.h"

namespace stockbell::crm::contacts {

namespace sql = stockbell::sql::crm_contact;

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"crm/contacts/1", sql::create_contact},
      db::Migration{"crm/objects/1", stockbell::sql::crm_object::create_objects}};
  return kMigrations;
}

Result<std::optional<ContactId>> find_contact(db::Session& session, const std::string& site_group,
                                              const std::string& email_normalized) {
  SB_TRY(row, session.query_one(sql::find_contact, {site_group, email_normalized}));
  if (!row) return std::optional<ContactId>();
  return std::optional(ContactId{row->i64(0)});
}

Result<ResolvedContact> resolve_contact(db::Session& session, const Contact& candidate) {
  SB_TRY(known, find_contact(session, candidate.site_group, candidate.email_normalized));
  if (known) return ResolvedContact{*known, false};
  SB_TRY(claimed,
         session.execute(sql::claim_identity,
                         {candidate.site_group, candidate.email_normalized, candidate.id.value}));
  if (claimed == 1) {
    SB_CHECK(session.execute(
        sql::insert_contact,
        {candidate.id.value, candidate.site_group, candidate.email_normalized, candidate.email,
         candidate.first_name, candidate.last_name,
         text::trim(candidate.first_name + " " + candidate.last_name), candidate.phone,
         to_ms(candidate.created_at), candidate.created_by.value}));
    return ResolvedContact{candidate.id, true};
  }
  // A twin inserted it between our look-up and our insert, and has committed: the insert waited for
  // that.
  SB_TRY(twin, find_contact(session, candidate.site_group, candidate.email_normalized));
  if (!twin)
    return fail(ErrorCode::unavailable, "contact-contended",
                "the contact appeared and vanished; try again");
  return ResolvedContact{*twin, false};
}

}  // namespace stockbell::crm::contacts
