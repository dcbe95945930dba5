#include "crm/contacts/contact_rules.h"

#include <gtest/gtest.h>

namespace stockbell::crm::contacts {
namespace {

TEST(ContactRules, CallTheNamelessUnknown) {
  NotificationRequest request;
  request.email = "Ada@example.com";
  request.email_normalized = "ada@example.com";
  const Contact contact = contact_from(request, ContactId{7}, Time(Duration(5)));
  EXPECT_EQ(contact.last_name, "Unknown");
  EXPECT_EQ(contact.email, "Ada@example.com");
  EXPECT_EQ(contact.email_normalized, "ada@example.com");
  EXPECT_EQ(contact.id, ContactId{7});
}

TEST(ContactRules, KeepTheNameGiven) {
  NotificationRequest request;
  request.last_name = "Lovelace";
  EXPECT_EQ(contact_from(request, ContactId{7}, Time()).last_name, "Lovelace");
}

}  // namespace
}  // namespace stockbell::crm::contacts
