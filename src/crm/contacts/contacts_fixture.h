// The store tests of contacts: a store with the tables of contacts and requests. Tests only.
#pragma once
#include <gtest/gtest.h>

#include "crm/contacts/contact_service.h"
#include "crm/contacts/contact_store.h"
#include "crm/contacts/identity_renewal.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::contacts {

class ContactsFixture : public testing::StoreTest {
 protected:
  void SetUp() override {
    std::vector<db::Migration> all;
    for (const auto& one : migrations()) all.push_back(one);
    for (const auto& one : requests::migrations()) all.push_back(one);
    for (const auto& one : later_migrations()) all.push_back(one);
    for (const auto& one : renewal_migrations()) all.push_back(one);
    ASSERT_TRUE(db().migrate(all));
  }

  static ContactOptions options_of(std::string_view rules) {
    auto parsed = parse_rules(rules);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return {{}, std::move(*parsed)};
  }
  static ContactOptions resolving_by(const std::string& rule) {
    return options_of(R"({"resolution": ")" + rule + R"(", "duplicate_rules": []})");
  }

  static Contact person(std::string first, std::string last, std::string email,
                        std::string phone = {}) {
    Contact contact;
    contact.site_group = "default";
    contact.first_name = std::move(first), contact.last_name = std::move(last);
    contact.email = email, contact.email_normalized = std::move(email);
    contact.phone = std::move(phone);
    return contact;
  }
  Written now() {
    clock.advance(Duration(1000));
    return {clock.now(), UserId{7}};
  }
  ResolvedContact resolve(ContactService& service, const Contact& candidate) {
    const auto written = now();
    auto resolved = db().write(
        [&](db::Session& session) { return service.resolve(session, candidate, written); });
    EXPECT_TRUE(resolved) << resolved.error().message;
    return resolved ? *resolved : ResolvedContact{};
  }
  Contact stored(ContactId id) {
    auto found = db().read([&](db::Session& session) { return find_contact(session, id); });
    EXPECT_TRUE(found && *found);
    return found && *found ? **found : Contact{};
  }
};

}  // namespace stockbell::crm::contacts
