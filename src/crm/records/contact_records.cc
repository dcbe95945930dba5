// Contacts as records: the full name, the site group, and the address a contact answers to.
#include "crm/contacts/contact_rules.h"
#include "crm/records/record_batch.h"
#include "platform/text/text.h"
#include "sql/crm_record.sql.h"

namespace stockbell::crm::records {
namespace {

namespace sql = stockbell::sql::crm_record;

struct Identity {
  std::string site_group, address;
};

Identity identity_of(const objects::Object& object, const StoredRow& row) {
  const auto email = text::parse_email(text_of(object, row, "Email"));
  return {text_of(object, row, "Site_Group__c"), email ? email->normalized : ""};
}

}  // namespace

void RecordBatch::prepare_contact(const objects::Object& object, StoredRow& row) {
  if (object.name != "Contact") return;
  value_of(object, row, "Name") =
      text::trim(text_of(object, row, "FirstName") + " " + text_of(object, row, "LastName"));
  auto& group = value_of(object, row, "Site_Group__c");
  if (text_of(object, row, "Site_Group__c").empty())
    group = std::string(contacts::kDefaultSiteGroup);
}

Result<> RecordBatch::move_identity(const objects::Object& object, const StoredRow* before,
                                    const StoredRow* after) {
  const auto was = before ? identity_of(object, *before) : Identity{};
  const auto now = after ? identity_of(object, *after) : Identity{};
  if (was.address == now.address && was.site_group == now.site_group) return {};
  if (before && !was.address.empty()) {
    SB_TRY(released, session_.execute(sql::release_identity, {before->id}));
    if (released > 0)
      SB_CHECK(session_.execute(sql::pass_identity_on, {was.site_group, was.address, before->id}));
  }
  if (!now.address.empty())
    SB_CHECK(session_.execute(sql::claim_identity, {now.site_group, now.address, after->id}));
  return {};
}

}  // namespace stockbell::crm::records
