#include "crm/contacts/contact_service.h"

#include <gmock/gmock.h>

#include <future>
#include <set>

#include "crm/contacts/contacts_fixture.h"
#include "crm/contacts/duplicate_store.h"

namespace stockbell::crm::contacts {
namespace {

class ContactServiceTest : public ContactsFixture {
 protected:
  // Many at once ask for the same new person.
  void expect_one_contact_of_twins(const std::string& rule) {
    ContactService service(db(), clock, random, resolving_by(rule));
    auto candidate = person("Ada", "Lovelace", "ada@example.com", "+1 415 555 0100");
    candidate.b2c_customer_id = "C1";
    std::vector<std::future<Result<ResolvedContact>>> twins;
    for (int i = 0; i < 24; ++i)
      twins.push_back(std::async(std::launch::async, [&] {
        return db().write([&](db::Session& session) {
          return service.resolve(session, candidate, {clock.now(), UserId{7}});
        });
      }));
    std::set<ContactId> contacts;
    int created = 0;
    for (auto& twin : twins) {
      const auto resolved = twin.get();
      ASSERT_TRUE(resolved) << resolved.error().message;
      contacts.insert(resolved->id);
      created += resolved->created;
    }
    EXPECT_EQ(contacts.size(), 1u);
    EXPECT_EQ(created, 1);
    EXPECT_NE(contacts.begin()->value, 0);
  }
};

TEST_P(ContactServiceTest, GivesTwinsOneContactByEmailFirst) {
  expect_one_contact_of_twins("email_first");
}
TEST_P(ContactServiceTest, GivesTwinsOneContactByContactResolution) {
  expect_one_contact_of_twins("contact_resolution");
}
TEST_P(ContactServiceTest, GivesTwinsOneContactByTheStandardRule) {
  expect_one_contact_of_twins("standard_contact");
}

// What users of b2c-crm-sync reported (#106, #274): two submissions race for one customer id, the
// record is created, but the second caller sees a failure.
TEST_P(ContactServiceTest, AnswersBothRacersForOneCustomerIdWithTheRecord) {
  ContactService service(db(), clock, random, resolving_by("contact_resolution"));
  const auto race = [&](std::string email) {
    auto candidate = person("Ada", "Lovelace", std::move(email));
    candidate.b2c_customer_id = "C42";
    return db().write([&](db::Session& session) {
      return service.resolve(session, candidate, {clock.now(), UserId{7}});
    });
  };
  auto one = std::async(std::launch::async, race, "ada@example.com");
  auto other = std::async(std::launch::async, race, "ada@work.example");
  const auto a = one.get(), b = other.get();
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_TRUE(b) << b.error().message;
  EXPECT_EQ(a->id, b->id);
  EXPECT_EQ(a->created + b->created, 1);
}

// #226: the record is created, but the answer has no contact in it.
TEST_P(ContactServiceTest, NeverAnswersWithoutTheContactItCreatedOrFound) {
  for (const std::string rule : {"email_first", "contact_resolution", "standard_contact"}) {
    ContactService service(db(), clock, random, resolving_by(rule));
    const auto candidate = person("Ada", "Lovelace", rule + "@example.com");
    const auto first = resolve(service, candidate), again = resolve(service, candidate);
    EXPECT_TRUE(first.created) << rule;
    EXPECT_FALSE(again.created) << rule;
    EXPECT_NE(first.id.value, 0) << rule;
    EXPECT_EQ(first.id, again.id) << rule;
    EXPECT_EQ(stored(first.id).last_name, "Lovelace");
  }
}

// #247, #204: the same address with another spelling of the name makes a second contact.
TEST_P(ContactServiceTest, KeepsOneContactForAnotherSpellingOfTheName) {
  for (const std::string rule : {"email_first", "contact_resolution"}) {
    ContactService service(db(), clock, random, resolving_by(rule));
    const auto first = resolve(service, person("Jon", "Smith", rule + "@example.com"));
    const auto second = resolve(service, person("Jonathan", "Smyth", rule + "@example.com"));
    EXPECT_EQ(first.id, second.id) << rule;
    EXPECT_EQ(stored(first.id).last_name, "Smith") << "what is there is not overwritten";
  }
  ContactService standard(db(), clock, random, resolving_by("standard_contact"));
  const auto first = resolve(standard, person("Jon", "Smith", "jon@example.org"));
  const auto second = resolve(standard, person("Jonathan", "Smith", "jon@example.org"));
  EXPECT_EQ(first.id, second.id);
}

// #137: an old contact that matches by e-mail but has no customer list ends the job.
TEST_P(ContactServiceTest, TakesAnOldContactWithoutACustomerList) {
  ContactService service(db(), clock, random, resolving_by("contact_resolution"));
  const auto old = resolve(service, person("Ada", "Lovelace", "ada@example.com"));
  auto candidate = person("Ada", "Lovelace", "ada@example.com");
  candidate.b2c_list_id = "RefArch", candidate.b2c_customer_no = "00001";
  const auto resolved = resolve(service, candidate);
  EXPECT_EQ(resolved.id, old.id);
  EXPECT_TRUE(resolved.filled);
  EXPECT_EQ(stored(old.id).b2c_list_id, "RefArch");
}

TEST_P(ContactServiceTest, RefusesToGuessWhenAnIdentifierContradicts) {
  ContactService service(db(), clock, random, resolving_by("contact_resolution"));
  auto known = person("Ada", "Lovelace", "ada@example.com");
  known.b2c_customer_id = "C1";
  resolve(service, known);
  auto other = person("Ada", "Lovelace", "ada@example.com");
  other.b2c_customer_id = "C2";
  const auto resolved = resolve(service, other);
  EXPECT_TRUE(resolved.matched.contradicted);
  EXPECT_EQ(resolved.id.value, 0);
  EXPECT_FALSE(resolved.created);
}

TEST_P(ContactServiceTest, ChoosesOneOfSeveralForAShopperAndReportsThem) {
  ContactService service(db(), clock, random, resolving_by("contact_resolution"));
  const auto written = now();
  for (int i = 0; i < 2; ++i) {
    auto twin = person("Ada", "Lovelace", "ada@example.com");
    twin.id = ids.make<ContactId>();
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      SB_CHECK(insert_contact(session, twin, written));
      return service.saved(session, std::nullopt, twin, {}, written);
    }));
  }
  const auto candidate = person("Ada", "Lovelace", "ada@example.com");
  EXPECT_TRUE(resolve(service, candidate).matched.ambiguous);
  const auto chosen = db().write(
      [&](db::Session& session) { return service.resolve_or_choose(session, candidate, now()); });
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_NE(chosen->id.value, 0);
  EXPECT_FALSE(chosen->created);
  const auto sets = db().read(
      [](db::Session& session) { return list_sets(session, SetStatus::open, INT64_MAX, 9); });
  ASSERT_TRUE(sets) << sets.error().message;
  EXPECT_EQ(sets->size(), 1u);
}

TEST_P(ContactServiceTest, FindsASpelledOtherwisePersonByTheStandardRule) {
  ContactService service(db(), clock, random, resolving_by("standard_contact"));
  const auto known =
      resolve(service, person("Robert", "Smith", "bob@home.example", "415-555-0100"));
  for (int i = 0; i < 50; ++i)
    resolve(service,
            person("Robert", "Smith" + std::string(1, static_cast<char>('a' + i % 26)),
                   fmt::format("r{}@other.example", i), fmt::format("212-55{}-0100", 10 + i)));
  const auto found =
      resolve(service, person("Rob", "Smyth", "rs@work.example", "+1 (415) 555-0100"));
  EXPECT_EQ(found.id, known.id);
  EXPECT_FALSE(resolve(service, person("Grace", "Hopper", "g@x.example", "415-555-0100")).id ==
               known.id);
}

TEST_P(ContactServiceTest, WritesTheKeysAnewWhenTheRulesChange) {
  {
    ContactService plain(db(), clock, random, resolving_by("email_first"));
    for (int i = 0; i < 1200; ++i)
      resolve(plain, person("Ada" + std::to_string(i), "Lovelace", fmt::format("a{}@x.example", i),
                            fmt::format("415-{}-0100", 200 + i % 700)));
  }
  ContactService fuzzy(db(), clock, random, resolving_by("standard_contact"));
  ASSERT_TRUE(fuzzy.start());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (;;) {
    const auto more = fuzzy.rebuild_some();
    ASSERT_TRUE(more) << more.error().message;
    if (!*more) break;
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  }
  const auto found = db().read([&](db::Session& session) {
    return fuzzy.match(session, person("Ada1199", "Lovelace", "new@y.example", "415-699-0100"));
  });
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE(found->matches.empty());
}

TEST_P(ContactServiceTest, AlertsBeforeASecondContactWithAnAddress) {
  ContactService service(db(), clock, random, {{}, default_rules()});
  const auto known = resolve(service, person("Ada", "Lovelace", "ada@example.com"));
  auto second = person("Augusta", "King", "ada@example.com");
  second.id = ids.make<ContactId>();
  const auto check = [&](bool allow_save) {
    auto found = db().read([&](db::Session& session) {
      return service.check_duplicates(session, second, Operation::create, allow_save);
    });
    EXPECT_TRUE(found) << found.error().message;
    return *found;
  };
  const auto refused = check(false);
  EXPECT_TRUE(refused.refused);
  EXPECT_TRUE(refused.allow_save);
  const auto json = duplicate_result_json(refused, "/services/data/v59.0");
  EXPECT_THAT(json, ::testing::HasSubstr(to_record_id("003", known.id.value)));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("allowSave":true)"));
  EXPECT_FALSE(check(true).refused);
  EXPECT_EQ(check(true).hits.size(), 1u);
}

TEST_P(ContactServiceTest, AsksOfAnEditOnlyTheRulesThatLookAtWhatChanged) {
  ContactService service(db(), clock, random, {{}, default_rules()});
  resolve(service, person("Ada", "Lovelace", "ada@example.com"));
  auto before = person("Augusta", "King", "ada@example.com");  // was let in after the alert
  before.id = ids.make<ContactId>();
  const auto refused = [&](const Contact& after) {
    const auto found = db().read([&](db::Session& session) {
      return service.check_duplicates(session, after, Operation::edit, false, &before);
    });
    EXPECT_TRUE(found) << found.error().message;
    return found->refused;
  };
  auto after = before;
  after.title = "Countess";
  EXPECT_FALSE(refused(after));
  after.email = before.email;
  before.email = before.email_normalized = "";
  EXPECT_TRUE(refused(after));
}

TEST_P(ContactServiceTest, BlocksWhateverTheHeaderSays) {
  ContactService service(db(), clock, random, options_of(R"({"duplicate_rules": [
      {"name": "no_doubles", "matching_rule": "email_first", "on_create": "block"}]})"));
  const auto known = resolve(service, person("Ada", "Lovelace", "ada@example.com"));
  auto second = stored(known.id);
  const auto edit = db().read([&](db::Session& session) {
    return service.check_duplicates(session, second, Operation::edit, false);
  });
  ASSERT_TRUE(edit) << edit.error().message;
  EXPECT_FALSE(edit->refused) << "a contact is no duplicate of itself";
  second.id = ids.make<ContactId>();
  const auto refused = db().read([&](db::Session& session) {
    return service.check_duplicates(session, second, Operation::create, true);
  });
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_TRUE(refused->refused);
  EXPECT_FALSE(refused->allow_save);
}

STOCKBELL_STORE_TESTS(ContactServiceTest);

}  // namespace
}  // namespace stockbell::crm::contacts
