// A contact of the CRM: a person within one site group. Plain values; used by the modules of crm/.
// Step 4.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"

namespace stockbell::crm::contacts {

// Who changes a row and when: its LastModified fields and SystemModstamp.
struct Written {
  Time at{};
  UserId by;
};

struct Contact {
  ContactId id;
  std::string site_group{};        // sites of one group share their contacts
  std::string email{};             // as the shopper typed it first
  std::string email_normalized{};  // what identifies the mailbox; see contact_identity
  std::string first_name{}, last_name{}, title{};
  std::string phone{}, mobile_phone{};
  std::string street{}, city{}, state{}, postal_code{}, country{};
  std::string b2c_customer_id{}, b2c_customer_no{}, b2c_list_id{};
  std::int64_t account = 0;  // 0: none
  std::string company{};     // the account's name; read only
  bool email_opt_out = false;
  ContactId master{};  // the contact it was merged into
  bool deleted = false;
  Time created_at{}, modified_at{};
};

// The texts of a contact under their three names; `name` is Salesforce's.
struct TextField {
  std::string_view name;    // "MailingStreet"
  std::string_view column;  // "mailing_street"
  std::string_view label;   // "Street"
  std::string Contact::* member;
};
std::span<const TextField> text_fields();  // without site group and Name

}  // namespace stockbell::crm::contacts
