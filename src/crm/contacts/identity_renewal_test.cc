#include "crm/contacts/identity_renewal.h"

#include "crm/contacts/contacts_fixture.h"

namespace stockbell::crm::contacts {
namespace {

class IdentityRenewalTest : public ContactsFixture {};

TEST_P(IdentityRenewalTest, AContactFromBeforeTheProvidersRulesIsFoundByItsMailbox) {
  ContactService service(db(), clock, random, resolving_by("email_first"));
  const auto old = resolve(service, person("Jane", "Doe", "j.doe@gmail.com"));
  const auto other = resolve(service, person("Ada", "Byron", "a.da@example.com"));
  ASSERT_TRUE(service.start());
  auto again = person("Jane", "Doe", "jdoe+shop@gmail.com");
  again.email_normalized = "jdoe@gmail.com";
  const auto found = resolve(service, again);
  EXPECT_EQ(found.id, old.id);
  EXPECT_FALSE(found.created);
  EXPECT_EQ(stored(old.id).email_normalized, "jdoe@gmail.com");
  EXPECT_EQ(resolve(service, person("Ada", "Byron", "a.da@example.com")).id, other.id);
}

TEST_P(IdentityRenewalTest, OfTwoContactsOfOneMailboxTheOlderAnswers) {
  ContactService service(db(), clock, random, resolving_by("email_first"));
  const auto older = resolve(service, person("Jane", "Doe", "j.doe@gmail.com"));
  const auto younger = resolve(service, person("Jane", "Doe", "jd.oe@gmail.com"));
  ASSERT_NE(older.id, younger.id);
  ASSERT_TRUE(service.start());
  EXPECT_EQ(resolve(service, person("Jane", "Doe", "jdoe@gmail.com")).id, older.id);
  EXPECT_EQ(stored(younger.id).email_normalized, "jdoe@gmail.com") << "kept, for a person to merge";
}

STOCKBELL_STORE_TESTS(IdentityRenewalTest);

}  // namespace
}  // namespace stockbell::crm::contacts
