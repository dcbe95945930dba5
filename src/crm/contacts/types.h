// A contact of the CRM: one mailbox within one site group. Plain value; used by the modules of
// crm/. Step 4.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/id.h"

namespace stockbell::crm::contacts {

struct Contact {
  ContactId id;
  std::string site_group;  // sites of one group share their contacts
  std::string email;       // as the shopper typed it first
  std::string
      email_normalized;  // what identifies the mailbox; one contact of the site group answers to it
  std::string first_name, last_name, phone;
  Time created_at{};
  UserId created_by;
};

}  // namespace stockbell::crm::contacts
