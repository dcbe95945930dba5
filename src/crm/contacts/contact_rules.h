// Pure decisions of the matching rule (step 4): which contacts a site shares, and what a new
// contact holds. Thread-safe.
#pragma once
#include <string_view>

#include "contracts/notification_intake.h"
#include "crm/contacts/types.h"

namespace stockbell::crm::contacts {

// Salesforce requires a last name; this one stands where the shopper gave none.
inline constexpr std::string_view kUnknownLastName = "Unknown";

// All sites share one group, "default": a shopper of two sites is one contact.
std::string_view site_group_of(std::string_view site);

// The contact to create when no contact has the request's normalised e-mail.
Contact contact_from(const NotificationRequest& request, ContactId id, Time now);

}  // namespace stockbell::crm::contacts
