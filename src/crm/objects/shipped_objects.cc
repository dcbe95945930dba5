#include "crm/objects/shipped_objects.h"

#include "contracts/request_status.h"

namespace stockbell::crm::objects {
namespace {

using enum FieldType;

Field field(std::string name, std::string label, FieldType type, std::string column,
            int length = 0) {
  Field made;
  made.custom = name.ends_with("__c");
  made.name = std::move(name);
  made.label = std::move(label);
  made.type = type;
  made.column = std::move(column);
  made.length = length;
  return made;
}

Field fixed(Field made) {  // set by the system alone
  made.createable = made.updateable = false;
  return made;
}

Field required(Field made) {
  made.required = true;
  return made;
}

Field create_only(Field made) {
  made.updateable = false;
  return made;
}

Field external(Field made) {
  made.unique = made.external_id = true;
  return made;
}

Field exact(Field made) {
  made.case_sensitive = true;
  return made;
}

Field to(Field made, std::string object, std::string relationship) {
  made.reference_to = std::move(object);
  made.relationship = std::move(relationship);
  return made;
}

Field user(std::string name, std::string label, std::string relationship, std::string column) {
  return to(fixed(field(std::move(name), std::move(label), reference, std::move(column))), "User",
            std::move(relationship));
}

// The fields every object has (reference 3.2).
void add_system_fields(Object& object) {
  auto& fields = object.fields;
  fields.insert(fields.begin(), fixed(field("Id", "Record ID", FieldType::id, "{t}.id", 18)));
  fields.push_back(fixed(field("IsDeleted", "Deleted", checkbox, "{t}.is_deleted")));
  fields.push_back(fixed(field("CreatedDate", "Created Date", date_time, "{t}.created_at")));
  fields.push_back(user("CreatedById", "Created By ID", "CreatedBy", "{t}.created_by"));
  fields.push_back(
      fixed(field("LastModifiedDate", "Last Modified Date", date_time, "{t}.modified_at")));
  fields.push_back(
      user("LastModifiedById", "Last Modified By ID", "LastModifiedBy", "{t}.modified_by"));
  fields.push_back(
      fixed(field("SystemModstamp", "System Modstamp", date_time, "{t}.system_modstamp")));
  if (object.writable) fields.push_back(user("OwnerId", "Owner ID", "Owner", "{t}.created_by"));
}

Object object(std::string name, std::string label, std::string plural, std::string prefix,
              std::string table) {
  Object made;
  made.custom = name.ends_with("__c");
  made.name = std::move(name);
  made.label = std::move(label);
  made.label_plural = std::move(plural);
  made.key_prefix = std::move(prefix);
  made.table = std::move(table);
  return made;
}

Object account() {
  auto made = object("Account", "Account", "Accounts", "001", "account");
  made.fields = {required(field("Name", "Account Name", text, "{t}.name", 255)),
                 field("Type", "Account Type", text, "{t}.type", 255)};
  made.children = {{"Contacts", "Contact", "AccountId"}};
  add_system_fields(made);
  return made;
}

Object contact() {
  auto made = object("Contact", "Contact", "Contacts", "003", "contact");
  made.fields = {
      to(field("AccountId", "Account ID", reference, "{t}.account"), "Account", "Account"),
      required(field("LastName", "Last Name", text, "{t}.last_name", 80)),
      field("FirstName", "First Name", text, "{t}.first_name", 40),
      fixed(field("Name", "Full Name", text, "{t}.name", 121)),
      field("Title", "Title", text, "{t}.title", 128),
      field("Email", "Email", email, "{t}.email", 254),
      field("Phone", "Business Phone", phone, "{t}.phone", 40),
      field("MobilePhone", "Mobile Phone", phone, "{t}.mobile_phone", 40),
      field("MailingStreet", "Mailing Street", text_area, "{t}.mailing_street", 255),
      field("MailingCity", "Mailing City", text, "{t}.mailing_city", 40),
      field("MailingState", "Mailing State/Province", text, "{t}.mailing_state", 80),
      field("MailingPostalCode", "Mailing Zip/Postal Code", text, "{t}.mailing_postal_code", 20),
      field("MailingCountry", "Mailing Country", text, "{t}.mailing_country", 80),
      field("HasOptedOutOfEmail", "Email Opt Out", checkbox, "{t}.email_opt_out"),
      external(field("B2C_Customer_ID__c", "B2C Customer ID", text, "{t}.b2c_customer_id", 60)),
      field("B2C_Customer_No__c", "B2C Customer Number", text, "{t}.b2c_customer_no", 100),
      field("B2C_CustomerList_ID__c", "B2C Customer List", text, "{t}.b2c_customer_list_id", 255),
      create_only(field("Site_Group__c", "Site Group", text, "{t}.site_group", 80)),
      to(fixed(field("MasterRecordId", "Master Record ID", reference, "{t}.master")), "Contact",
         "MasterRecord"),
  };
  made.children = {{"Back_In_Stocks__r", "Back_In_Stock__c", "Contact__c"}};
  add_system_fields(made);
  return made;
}

Object back_in_stock() {
  auto made = object("Back_In_Stock__c", "Back In Stock", "Back In Stocks", "a0B", "back_in_stock");
  auto status = field("Status__c", "Status", picklist, "{t}.status", 255);
  for (const auto& row : kEnumText<RequestStatus>) status.values.emplace_back(row.text);
  made.fields = {
      fixed(field("Name", "Back In Stock Name", text, "'BIS-' || CAST({t}.id AS TEXT)", 80)),
      to(required(create_only(field("Contact__c", "Contact", reference, "{t}.contact"))), "Contact",
         "Contact__r"),
      exact(required(field("Product_SKU__c", "Product SKU", text, "{t}.sku", 100))),
      status,
      field("Status_Date__c", "Status Date", date_time, "{t}.status_at"),
      field("Status_Reason__c", "Status Reason", text, "{t}.status_reason", 255),
      create_only(field("Requested_Date__c", "Requested", date_time, "{t}.requested_at")),
      field("Last_Asked_Date__c", "Last Asked", date_time, "{t}.asked_at"),
      field("Queued_Date__c", "Queued", date_time, "{t}.queued_at"),
      field("Sent_Date__c", "Sent", date_time, "{t}.sent_at"),
      field("Opened_Date__c", "Opened", date_time, "{t}.opened_at"),
      field("Clicked_Date__c", "Clicked", date_time, "{t}.clicked_at"),
      exact(external(
          create_only(field("Request_Key__c", "Request Key", text, "{t}.request_key", 100)))),
      create_only(field("Site__c", "Site", text, "{t}.site", 100)),
      create_only(field("Locale__c", "Locale", text, "{t}.locale", 35)),
      create_only(field("Quantity__c", "Quantity", integer, "{t}.quantity")),
      field("Decided_On_Asking__c", "Decided On Asking", date_time, ""),
      field("Update_Sequence__c", "Update Sequence", integer, "{t}.update_sequence"),
  };
  add_system_fields(made);
  return made;
}

Object user_object() {
  auto made = object("User", "User", "Users", "005", "crm_user");
  made.writable = false;
  made.fields = {fixed(field("Username", "Username", text, "{t}.username", 254)),
                 fixed(field("Name", "Full Name", text, "{t}.name", 254))};
  add_system_fields(made);
  return made;
}

Object organization() {
  auto made = object("Organization", "Organization", "Organizations", "00D", "organization");
  made.writable = false;
  made.fields = {
      fixed(field("Name", "Name", text, "{t}.name", 255)),
      fixed(field("IsSandbox", "Is Sandbox", checkbox, "{t}.is_sandbox")),
      fixed(field("InstanceName", "Instance Name", text, "{t}.instance_name", 20)),
      fixed(field("OrganizationType", "Organization Edition", text, "{t}.organization_type", 40))};
  add_system_fields(made);
  return made;
}

}  // namespace

std::vector<Object> shipped_objects() {
  return {account(), contact(), back_in_stock(), user_object(), organization()};
}

}  // namespace stockbell::crm::objects
