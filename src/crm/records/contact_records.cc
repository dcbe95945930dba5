// Contacts as records: the full name, the site group, and what crm/contacts keeps in step with
// them.
#include "crm/objects/values.h"
#include "crm/records/record_batch.h"
#include "platform/text/text.h"

namespace stockbell::crm::records {

void RecordBatch::prepare_contact(const objects::Object& object, StoredRow& row) {
  if (object.name != "Contact") return;
  value_of(object, row, "Name") =
      text::trim(text_of(object, row, "FirstName") + " " + text_of(object, row, "LastName"));
  if (text_of(object, row, "Site_Group__c").empty())
    value_of(object, row, "Site_Group__c") = std::string(contacts::kDefaultSiteGroup);
}

Result<contacts::Contact> RecordBatch::contact_of(const objects::Object& object,
                                                  const StoredRow& row) {
  contacts::Contact contact;
  contact.id = ContactId{row.id};
  for (const auto& field : contacts::text_fields())
    contact.*field.member = text_of(object, row, field.name);
  contact.site_group = text_of(object, row, "Site_Group__c");
  const auto address = text::parse_email(contact.email);
  contact.email_normalized = address ? address->normalized : "";
  contact.email_opt_out = number_of(object, row, "HasOptedOutOfEmail") != 0;
  contact.master = ContactId{number_of(object, row, "MasterRecordId")};
  contact.account = number_of(object, row, "AccountId");
  if (contact.account != 0) {
    const auto& accounts = *tools_.schema.find("Account");
    SB_TRY(account, find(accounts, contact.account));
    if (account) contact.company = text_of(accounts, *account, "Name");
  }
  return contact;
}

Result<contacts::DuplicateFindings> RecordBatch::check_duplicates(const objects::Object& object,
                                                                  const StoredRow* before,
                                                                  const StoredRow& row,
                                                                  RecordResult& result) {
  if (object.name != "Contact") return contacts::DuplicateFindings{};
  SB_TRY(contact, contact_of(object, row));
  std::optional<contacts::Contact> was;
  if (before) {
    SB_TRY(stored, contact_of(object, *before));
    was = std::move(stored);
  }
  SB_TRY(findings,
         tools_.contacts.check_duplicates(
             session_, contact, before ? contacts::Operation::edit : contacts::Operation::create,
             options_.allow_duplicates, was ? &*was : nullptr));
  if (findings.refused) {
    result.errors.push_back(refusal(std::string(contacts::kDuplicatesDetected),
                                    std::string(contacts::kDuplicatesMessage)));
    result.duplicate_result = contacts::duplicate_result_json(findings, options_.path);
  }
  return findings;
}

}  // namespace stockbell::crm::records
