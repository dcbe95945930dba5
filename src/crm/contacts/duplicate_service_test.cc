#include "crm/contacts/duplicate_service.h"

#include <gmock/gmock.h>

#include <random>

#include "crm/contacts/contacts_fixture.h"
#include "crm/requests/request_service.h"
#include "crm/requests/requests_of_contacts.h"

namespace stockbell::crm::contacts {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr db::Statement kRows{
    "test_rows",
    "SELECT 'c' || id, site_group, email, email_normalized, first_name, last_name, name, title, "
    "phone, mailing_city, "
    "b2c_customer_id, b2c_customer_no, email_opt_out, COALESCE(master, 0), is_deleted FROM contact "
    "UNION ALL SELECT 'r' || id, sku, site, status, status_reason, CAST(contact AS TEXT), "
    "CAST(requested_at AS TEXT), CAST(status_at AS TEXT), '', '', '', '', 0, 0, is_deleted FROM "
    "back_in_stock "
    "UNION ALL SELECT 'i' || email_normalized, site_group, CAST(contact AS TEXT), '', '', '', '', "
    "'', '', '', '', '', 0, "
    "0, 0 FROM contact_identity ORDER BY 1",
    "SELECT 'c' || id, site_group, email, email_normalized, first_name, last_name, name, title, "
    "phone, mailing_city, "
    "b2c_customer_id, b2c_customer_no, email_opt_out, COALESCE(master, 0), is_deleted FROM contact "
    "UNION ALL SELECT 'r' || id, sku, site, status, status_reason, CAST(contact AS TEXT), "
    "CAST(requested_at AS TEXT), CAST(status_at AS TEXT), '', '', '', '', 0, 0, is_deleted FROM "
    "back_in_stock "
    "UNION ALL SELECT 'i' || email_normalized, site_group, CAST(contact AS TEXT), '', '', '', '', "
    "'', '', '', '', '', 0, "
    "0, 0 FROM contact_identity ORDER BY 1"};
constexpr db::Statement kKeys{"test_keys",
                              "SELECT key, contact FROM contact_match_key ORDER BY key, contact",
                              "SELECT key, contact FROM contact_match_key ORDER BY key, contact"};

class DuplicateServiceTest : public ContactsFixture {
 protected:
  ContactService service{db(), clock, random, options_of(R"({"duplicate_rules": [{"name": "people",
      "matching_rule": "standard_contact", "alert": false}]})")};
  objects::ChangeClock changes{clock, db()};
  requests::RequestService requests{db(), clock, random, changes, service};
  requests::RequestsOfContacts carrier{clock, random};
  DuplicateService duplicates{db(), clock, random, changes, service, carrier};

  IntakeReceipt ask(const std::string& email, const std::string& sku, std::string first = "Robert",
                    std::string last = "Smith", std::string phone = "415-555-0100") {
    clock.advance(Duration(1000));
    NotificationRequest request;
    request.request_key = fmt::format("key-{}", ++asked_);
    request.email = request.email_normalized = email;
    request.first_name = std::move(first), request.last_name = std::move(last);
    request.phone = std::move(phone);
    request.sku = sku, request.site = "default", request.locale = "en";
    request.requested_at = clock.now();
    request.consent = {"v1", clock.now(), "https://shop.example"};
    const auto receipt = requests.submit(request);
    EXPECT_TRUE(receipt) << receipt.error().message;
    return receipt.value_or(IntakeReceipt{});
  }
  ReviewedSet open_set() {
    const auto sets = duplicates.list(SetStatus::open, 0, 10);
    EXPECT_TRUE(sets) << sets.error().message;
    EXPECT_EQ(sets->size(), 1u);
    return sets->empty() ? ReviewedSet{} : sets->front();
  }
  ContactMerge merge(std::int64_t set, ContactId master, FieldChoices fields = {}) {
    clock.advance(Duration(1000));
    const auto merged = duplicates.merge({set, master, {}, std::move(fields), "ann", UserId{9}});
    EXPECT_TRUE(merged) << merged.error().message;
    return merged && !merged->empty() ? merged->front() : ContactMerge{};
  }
  std::vector<std::string> rows() {
    const auto found = db().read([](db::Session& session) { return session.query(kRows); });
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> lines;
    for (const auto& row : *found) {
      std::string line;
      for (std::size_t i = 0; i < 12; ++i) line += row.text(i) + "|";
      for (std::size_t i = 12; i < 15; ++i) line += fmt::format("{}|", row.i64(i));
      lines.push_back(std::move(line));
    }
    return lines;
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> keys() {
    const auto found = db().read([](db::Session& session) { return session.query(kKeys); });
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    for (const auto& row : *found) all.emplace_back(row.i64(0), row.i64(1));
    return all;
  }
  // As the REST surface deletes it; `telling` the contacts' own tables or not.
  void remove(ContactId id, bool telling) {
    const auto before = stored(id);
    const std::string mark =
        fmt::format("UPDATE contact SET is_deleted = 1 WHERE id = {}", id.value);
    const db::Statement statement{"", mark, mark};
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      SB_CHECK(session.execute(statement));
      return telling ? service.removed(session, before) : Result<>();
    }));
  }
  std::string status_of(RequestId id) {
    for (const auto& row : rows())
      if (row.starts_with(fmt::format("r{}|", id.value))) return row;
    return "";
  }

 private:
  int asked_ = 0;
};

TEST_P(DuplicateServiceTest, ReportsOnePersonWithTwoAddressesAndMergesThem) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "B2", "Rob", "Smyth");
  ASSERT_NE(home.contact, work.contact);
  const auto set = open_set();
  ASSERT_EQ(set.contacts.size(), 2u);
  EXPECT_EQ(set.contacts[0].requests.open, 1);
  merge(set.set.id, home.contact);
  const auto loser = stored(work.contact);
  EXPECT_TRUE(loser.deleted);
  EXPECT_EQ(loser.master, home.contact);
  EXPECT_THAT(status_of(work.request), HasSubstr(std::to_string(home.contact.value)));
  const auto living =
      db().read([&](db::Session& session) { return service.living_id(session, work.contact); });
  ASSERT_TRUE(living && *living);
  EXPECT_EQ(**living, home.contact);
  EXPECT_EQ(duplicates.get(set.set.id)->set.status, SetStatus::merged);
}

TEST_P(DuplicateServiceTest, LeadsTheLosersAddressToTheMaster) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "B2", "Rob", "Smyth");
  merge(open_set().set.id, home.contact);
  const auto again = ask("rs@work.example", "C3", "Rob", "Smyth");
  EXPECT_EQ(again.contact, home.contact);
  EXPECT_FALSE(again.contact_created);
  EXPECT_NE(again.contact, work.contact);
}

TEST_P(DuplicateServiceTest, AnAddressThatLedToADeletedMasterIsFree) {
  const auto home = ask("bob@home.example", "A1");
  ask("rs@work.example", "B2", "Rob", "Smyth");
  merge(open_set().set.id, home.contact);
  remove(home.contact, true);
  for (const auto* address : {"rs@work.example", "bob@home.example"}) {
    const auto again = ask(address, "C3", "Rob", "Smyth");
    EXPECT_TRUE(again.contact_created) << address;
    EXPECT_FALSE(stored(again.contact).deleted);
    EXPECT_EQ(ask(address, "D4", "Rob", "Smyth").contact, again.contact);
  }
}

TEST_P(DuplicateServiceTest, AnAddressIsTakenOverFromAContactThatIsDeletedOrGone) {
  const auto home = ask("bob@home.example", "A1");
  remove(home.contact, false);  // its address still names it
  const auto again = ask("bob@home.example", "B2");
  EXPECT_TRUE(again.contact_created);
  EXPECT_NE(again.contact, home.contact);
  EXPECT_FALSE(stored(again.contact).deleted);
  EXPECT_EQ(ask("bob@home.example", "C3").contact, again.contact);
}

TEST_P(DuplicateServiceTest, KeepsTheOlderPlaceInLine) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "A1", "Rob", "Smyth");
  merge(open_set().set.id, work.contact);  // the younger contact stays, the older place too
  EXPECT_THAT(status_of(home.request), HasSubstr("Requested"));
  EXPECT_THAT(status_of(work.request), HasSubstr("Cancelled|merged with request a0B"));
}

TEST_P(DuplicateServiceTest, TakesTheFieldsChosen) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "B2", "Rob", "Smyth");
  merge(open_set().set.id, home.contact, {{"Email", work.contact}, {"LastName", work.contact}});
  const auto master = stored(home.contact);
  EXPECT_EQ(master.email, "rs@work.example");
  EXPECT_EQ(master.email_normalized, "rs@work.example");
  EXPECT_EQ(master.last_name, "Smyth");
  EXPECT_EQ(master.first_name, "Robert");
  EXPECT_EQ(ask("bob@home.example", "C3").contact, home.contact);
}

TEST_P(DuplicateServiceTest, MergedAndUndoneTheRowsAreWhatTheyWere) {
  // Each round: another pair, other requests in common, another master and other choices.
  std::mt19937 dice(7);
  for (int round = 0; round < 12; ++round) {
    const auto last = fmt::format("Smith{}", std::string(1, static_cast<char>('a' + round)));
    const auto phone = fmt::format("415-5{}-0100", 10 + round);
    const auto a = ask(fmt::format("bob{}@home.example", round), "A1", "Robert", last, phone);
    const auto b = ask(fmt::format("rob{}@work.example", round), "B1", "Rob", last, phone);
    for (int i = 0; i < 4; ++i)
      ask(fmt::format("{}{}", dice() % 2 ? "bob" : "rob", round) +
              (dice() % 2 ? "@home.example" : "@work.example"),
          fmt::format("S{}", dice() % 3), "Robert", last, phone);
    const auto set = open_set();
    ASSERT_GE(set.contacts.size(), 2u);
    FieldChoices choices;
    for (const char* field : {"Email", "FirstName", "Phone"})
      if (dice() % 2) choices[field] = dice() % 2 ? a.contact : b.contact;
    const auto before = rows();
    const auto keys_before = keys();
    const auto merged = duplicates.merge(
        {set.set.id, dice() % 2 ? a.contact : b.contact, {}, choices, "ann", UserId{9}});
    ASSERT_TRUE(merged) << merged.error().message;
    EXPECT_NE(rows(), before);
    for (auto one = merged->rbegin(); one != merged->rend(); ++one) {
      const auto undone = duplicates.undo(one->id, "ann", UserId{9});
      ASSERT_TRUE(undone) << undone.error().message;
      EXPECT_TRUE(undone->kept.empty()) << undone->kept.front();
    }
    EXPECT_EQ(rows(), before) << "round " << round;
    EXPECT_EQ(keys(), keys_before) << "round " << round;
    ASSERT_TRUE(duplicates.dismiss(set.set.id, "ann"));
  }
}

TEST_P(DuplicateServiceTest, LaterChangesWinOverTheUndo) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "A1", "Rob", "Smyth");
  const auto merged = merge(open_set().set.id, home.contact, {{"LastName", work.contact}});
  ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
    auto changed = stored(home.contact);
    const auto before = changed;
    changed.last_name = "Schmidt";
    SB_CHECK(update_contact(session, changed, {clock.now(), UserId{7}}));
    return service.saved(session, before, changed, {}, {clock.now(), UserId{7}});
  }));
  ASSERT_TRUE(requests.cancel(home.request));
  ask("bob@home.example", "A1");  // a new request stands where the cancelled one stood
  const auto undone = duplicates.undo(merged.id, "ann", UserId{9});
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_THAT(undone->kept, Contains(HasSubstr("Last name")));
  EXPECT_EQ(stored(home.contact).last_name, "Schmidt");
  EXPECT_EQ(stored(work.contact).last_name, "Smyth");
  EXPECT_FALSE(stored(work.contact).deleted);
  EXPECT_THAT(status_of(work.request), HasSubstr("Requested"));  // its own line again
}

TEST_P(DuplicateServiceTest, RefusesToUndoTheMiddleOfAChain) {
  const auto a = ask("a@one.example", "A1");
  const auto b = ask("b@two.example", "B1", "Rob", "Smyth");
  const auto first = merge(open_set().set.id, b.contact);
  const auto c = ask("c@three.example", "C1");
  const auto second = merge(open_set().set.id, c.contact);
  const auto living =
      db().read([&](db::Session& session) { return service.living_id(session, a.contact); });
  ASSERT_TRUE(living && *living);
  EXPECT_EQ(**living, c.contact);
  EXPECT_EQ(ask("a@one.example", "D1").contact, c.contact);
  const auto refused = duplicates.undo(first.id, "ann", UserId{9});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "contact-merge-superseded");
  ASSERT_TRUE(duplicates.undo(second.id, "ann", UserId{9}));
  ASSERT_TRUE(duplicates.undo(first.id, "ann", UserId{9}));
  EXPECT_FALSE(stored(a.contact).deleted);
  EXPECT_EQ(duplicates.undo(first.id, "ann", UserId{9}).error().reason, "contact-merge-undone");
}

TEST_P(DuplicateServiceTest, UndoesFor30Days) {
  const auto home = ask("bob@home.example", "A1");
  ask("rs@work.example", "B2", "Rob", "Smyth");
  const auto merged = merge(open_set().set.id, home.contact);
  clock.advance(kUndoDays + Duration(1));
  const auto refused = duplicates.undo(merged.id, "ann", UserId{9});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "contact-merge-too-old");
}

TEST_P(DuplicateServiceTest, AsksNoMoreAboutTwoThatWereSaidToBeDifferent) {
  ask("bob@home.example", "A1");
  ask("rs@work.example", "B2", "Rob", "Smyth");
  const auto set = open_set();
  ASSERT_TRUE(duplicates.dismiss(set.set.id, "ann"));
  DuplicateFindings same;
  same.hits.push_back(
      {"people", "", "standard_contact", false, false, true, {{set.contacts[1].contact.id, 95}}});
  ASSERT_TRUE(db().write([&](db::Session& session) {
    return report_duplicates(session, ids, set.contacts[0].contact.id, same, clock.now());
  }));
  EXPECT_TRUE(duplicates.list(SetStatus::open, 0, 10)->empty());
  EXPECT_EQ(duplicates.merge({set.set.id, set.contacts[0].contact.id, {}, {}, "ann", UserId{9}})
                .error()
                .reason,
            "duplicate-set-closed");
}

TEST_P(DuplicateServiceTest, LogsEveryRowItTouches) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "A1", "Rob", "Smyth");
  const auto cursor = requests.changes_after("", 1000)->next_cursor;
  merge(open_set().set.id, home.contact);
  const auto batch = requests.changes_after(cursor, 1000);
  ASSERT_TRUE(batch) << batch.error().message;
  ASSERT_EQ(batch->contacts.size(), 2u);
  EXPECT_TRUE(batch->contacts[1].deleted);
  ASSERT_EQ(batch->requests.size(), 1u);
  EXPECT_EQ(batch->requests[0].id, work.request);
  EXPECT_EQ(batch->requests[0].contact, home.contact);
}

TEST_P(DuplicateServiceTest, LeavesNothingOfAnErasedContact) {
  const auto home = ask("bob@home.example", "A1");
  const auto work = ask("rs@work.example", "B2", "Rob", "Smyth");
  const auto has_keys = [&](ContactId id) {
    return std::ranges::any_of(keys(), [&](const auto& key) { return key.second == id.value; });
  };
  EXPECT_TRUE(has_keys(home.contact));
  const auto set = open_set().set.id;
  merge(set, home.contact);
  EXPECT_FALSE(has_keys(work.contact));
  EXPECT_FALSE(duplicates.merges(0, 10)->empty());
  for (const auto id : {home.contact, work.contact})
    ASSERT_TRUE(db().write([&](db::Session& session) { return service.forget(session, id); }));
  EXPECT_TRUE(duplicates.merges(0, 10)->empty());
  EXPECT_TRUE(keys().empty());
  EXPECT_TRUE(duplicates.get(set)->contacts.empty());
}

TEST_P(DuplicateServiceTest, RefusesWhatMakesNoSense) {
  const auto home = ask("bob@home.example", "A1");
  ask("rs@work.example", "B2", "Rob", "Smyth");
  const auto set = open_set().set.id;
  const auto reason = [&](MergeOrder order) {
    const auto merged = duplicates.merge(order);
    return merged ? std::string("merged") : merged.error().reason;
  };
  EXPECT_EQ(reason({set, ContactId{1}, {}, {}, "ann", {}}), "contact-not-in-set");
  EXPECT_EQ(reason({set, home.contact, {ContactId{1}}, {}, "ann", {}}), "contact-not-in-set");
  EXPECT_EQ(reason({set, home.contact, {home.contact}, {}, "ann", {}}), "contacts-missing");
  EXPECT_EQ(reason({set, home.contact, {}, {{"Shoe", home.contact}}, "ann", {}}),
            "field-choice-invalid");
  EXPECT_EQ(reason({1, home.contact, {}, {}, "ann", {}}), "duplicate-set-not-found");
  EXPECT_EQ(duplicates.undo(1, "ann", {}).error().reason, "contact-merge-not-found");
}

STOCKBELL_STORE_TESTS(DuplicateServiceTest);

}  // namespace
}  // namespace stockbell::crm::contacts
