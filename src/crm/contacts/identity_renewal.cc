#include "crm/contacts/identity_renewal.h"

#include "platform/text/text.h"
#include "sql/crm_renewal.sql.h"

namespace stockbell::crm::contacts {
namespace {

namespace sql = stockbell::sql::crm_renewal;

constexpr const char* kProviderRules = "addresses by the rules of their provider";

}  // namespace

std::span<const db::Migration> renewal_migrations() {
  static constexpr db::Migration kMigrations[] = {{"crm/contacts/4", sql::create_step}};
  return kMigrations;
}

Result<> renew_identities(db::Session& session) {
  SB_TRY(done, session.query_one(sql::find_step, {kProviderRules}));
  if (done) return {};
  std::vector<db::Params> renewed;
  SB_CHECK(session.for_each(sql::all_addresses, {}, [&](const db::Row& row) -> Result<> {
    const auto address = text::parse_email(row.text(1));
    if (address && address->normalized != row.text(2))
      renewed.push_back({row.i64(0), row.text(3), row.text(2), address->normalized});
    return {};
  }));
  // Two contacts may turn out to be one mailbox: the older keeps the name, a person may merge them.
  SB_CHECK(session.execute_batch(sql::renew_contact, renewed));
  SB_CHECK(session.execute_batch(sql::claim_new, renewed));
  SB_CHECK(session.execute_batch(sql::release_old, renewed));
  SB_CHECK(session.execute(sql::save_step, {kProviderRules}));
  return {};
}

}  // namespace stockbell::crm::contacts
