#include "crm/rest/flows.h"

#include "crm/objects/schema.h"

namespace stockbell::crm::rest {
namespace {

constexpr FlowParameter kRequestInputs[] = {
    {"Request_Key__c", "STRING", "Repeats of one key are one request; made up when left out"},
    {"Email", "STRING", "The shopper's address", true},
    {"FirstName", "STRING", ""},
    {"LastName", "STRING", "\"Unknown\" when left out"},
    {"Phone", "STRING", ""},
    {"Product_SKU__c", "STRING", "The variant asked for", true},
    {"Site__c", "STRING", "\"default\" when left out"},
    {"Locale__c", "STRING", "BCP 47: en-GB"},
    {"Quantity__c", "NUMBER", "1 when left out"},
    {"Requested_Date__c", "DATETIME", "When the shopper asked; now when left out"},
    {"Consent_Text_Version__c", "STRING", "Which text the shopper agreed to"},
    {"Consent_Given_Date__c", "DATETIME", ""},
    {"Consent_Page_URL__c", "STRING", ""},
    {"Needs_Confirmation__c", "BOOLEAN", "True: Pending until the mailbox has confirmed"},
};
constexpr FlowParameter kRequestOutputs[] = {
    {"contactId", "STRING", "The contact found or created"},
    {"requestId", "STRING", "The open request found or created"},
    {"contactCreated", "BOOLEAN", ""},
    {"requestCreated", "BOOLEAN", ""},
    {"isSuccess", "BOOLEAN", "False: the input was refused, ErrorMessage says why"},
    {"errorCode", "STRING", ""},
    {"ErrorMessage", "STRING", ""},
    {"Flow__InterviewStatus", "STRING", "Finished"},
};

constexpr FlowParameter kContactInputs[] = {
    {"sourceContact", "SOBJECT", "What the shop knows of its customer", true, "Contact"},
};
constexpr FlowParameter kContactOutputs[] = {
    {"Contact", "SOBJECT", "The one contact resolved, updated or created", false, "Contact"},
    {"Account", "SOBJECT", "Its account", false, "Account"},
    {"ResolutionCount", "NUMBER", "How many contacts were resolved"},
    {"ResolvedContacts", "SOBJECT", "All of them", false, "Contact"},
    {"isSuccess", "BOOLEAN", "False: ErrorMessage and errors say why"},
    {"ErrorMessage", "STRING", ""},
    {"errors", "STRING", ""},
    {"Flow__InterviewStatus", "STRING", "Finished"},
};

bool may_request(http::Role role) {
  return role == http::Role::intake || role == http::Role::admin;
}
bool may_read(http::Role role) { return role >= http::Role::readonly; }
bool may_write(http::Role role) { return role >= http::Role::admin; }

}  // namespace

std::span<const Flow> flows() {
  static constexpr Flow kFlows[] = {
      {"BackInStockRequest", "Back in Stock Request",
       "Finds or creates the contact and the open request of one product", kRequestInputs,
       kRequestOutputs, run_back_in_stock_request, may_request},
      {"B2CContactProcess", "B2C Contact Process",
       "Updates the contact of a shop's customer, or creates it with an account", kContactInputs,
       kContactOutputs, run_contact_process, may_write},
      {"B2CContactResolve", "B2C Contact Resolve", "Finds the contact of a shop's customer",
       kContactInputs, kContactOutputs, run_contact_resolve, may_read},
  };
  return kFlows;
}

const Flow* find_flow(std::string_view name) {
  for (const auto& flow : flows())
    if (objects::same_name(flow.name, name)) return &flow;
  return nullptr;
}

}  // namespace stockbell::crm::rest
