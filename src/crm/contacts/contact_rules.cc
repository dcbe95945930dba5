#include "crm/contacts/contact_rules.h"

namespace stockbell::crm::contacts {

std::string_view site_group_of(std::string_view) { return "default"; }

Contact contact_from(const NotificationRequest& request, ContactId id, Time now) {
  Contact contact;
  contact.id = id;
  contact.site_group = site_group_of(request.site);
  contact.email = request.email;
  contact.email_normalized = request.email_normalized;
  contact.first_name = request.first_name;
  contact.last_name = request.last_name.empty() ? std::string(kUnknownLastName) : request.last_name;
  contact.phone = request.phone;
  contact.created_at = now;
  return contact;
}

}  // namespace stockbell::crm::contacts
