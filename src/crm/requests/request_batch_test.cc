// A batch comes out as its submissions one by one would, whatever is in it.
#include <gmock/gmock.h>

#include "crm/contacts/contact_store.h"
#include "crm/requests/consent.h"
#include "crm/requests/request_service.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::requests {
namespace {

// What may differ: which numbers the rows have. They are named by the order of their receipts.
class Names {
 public:
  std::string of(std::int64_t id) {
    if (id == 0) return "-";
    return names_.try_emplace(id, fmt::format("#{}", names_.size())).first->second;
  }

 private:
  std::map<std::int64_t, std::string> names_;
};

struct Dump {
  std::string_view sql;
  std::size_t ids;  // so many of the first columns are ids
};

// Columns after the ids are compared as they are.
constexpr Dump kDumps[] = {
    {"SELECT id, master, site_group, email, email_normalized, first_name, last_name, name, phone, "
     "is_deleted, created_at, modified_at, system_modstamp, modified_by FROM contact",
     2},
    {"SELECT contact, site_group, email_normalized FROM contact_identity", 1},
    {"SELECT id, contact, request_key, sku, site, locale, quantity, status, status_at, "
     "status_reason, requested_at, asked_at, created_at, modified_at, system_modstamp, created_by "
     "FROM back_in_stock",
     2},
    {"SELECT contact, request, request_key, contact_created, request_created, "
     "consent_text_version, consent_given_at, consent_page_url, received_at FROM submission",
     2},
    {"SELECT request, happened_at, status, reason, source FROM request_event", 1},
    {"SELECT row_id, kind FROM change_log", 1},
    {"SELECT contact, key FROM contact_match_key", 1},
};

std::string text_of(const db::Value& value) {
  struct Text {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return std::to_string(number); }
    std::string operator()(const std::string& text) const { return "'" + text + "'"; }
  };
  return std::visit(Text{}, value.get());
}

class Side {  // a CRM of its own
 public:
  Side(db::Database& db, const Clock& clock, const contacts::ContactRules& rules)
      : db_(db),
        changes_(clock, db),
        contacts_(db, clock, random_, {{}, rules}),
        service_(db, clock, random_, changes_, contacts_) {
    for (const auto& all :
         {contacts::migrations(), migrations(), contacts::later_migrations(), layout_migrations()})
      EXPECT_TRUE(db_.migrate(all));
  }
  RequestService& service() { return service_; }

  std::string told(const Result<IntakeReceipt>& receipt) {
    if (!receipt) return receipt.error().reason;
    requests_.push_back(receipt->request);
    return fmt::format("{} {} {} {}", names_.of(receipt->contact.value),
                       names_.of(receipt->request.value), receipt->contact_created,
                       receipt->request_created);
  }
  std::vector<std::string> rows(const Dump& dump) {
    const db::Statement statement{"", dump.sql, dump.sql};
    const auto found = db_.read([&](db::Session& session) { return session.query(statement); });
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> lines;
    if (!found) return lines;
    const auto columns = static_cast<std::size_t>(
        std::ranges::count(dump.sql.substr(0, dump.sql.find(" FROM ")), ',') + 1);
    for (const auto& row : *found) {
      std::string line;
      for (std::size_t i = 0; i < columns; ++i)
        line += (i < dump.ids ? names_.of(row.i64(i)) : text_of(row.value(i))) + " ";
      lines.push_back(std::move(line));
    }
    std::ranges::sort(lines);
    return lines;
  }
  void execute(std::string_view sql, const db::Params& params) {
    const db::Statement statement{"", sql, sql};
    const auto done =
        db_.write([&](db::Session& session) { return session.execute(statement, params); });
    EXPECT_TRUE(done) << done.error().message;
  }
  RequestId request(std::size_t number) const { return requests_.at(number); }
  std::size_t count() const { return requests_.size(); }

 private:
  SystemRandom random_;
  db::Database& db_;
  objects::ChangeClock changes_;
  contacts::ContactService contacts_;
  RequestService service_;
  Names names_;
  std::vector<RequestId> requests_;
};

class RequestBatchTest : public testing::StoreTest {
 protected:
  std::size_t dice(std::size_t sides) { return random.next() % sides; }

  NotificationRequest invented() {
    static constexpr const char* kFirst[] = {"", "", "Ada", "Grace"};
    static constexpr const char* kLast[] = {"", "Lovelace", "Hopper", "Unknown"};
    NotificationRequest request;
    request.request_key = fmt::format("k{}", dice(8) ? ++keys_ : dice(keys_ + 1));
    const auto mailbox = dice(14);
    request.email = fmt::format("Shopper{}@example.com", mailbox);
    request.email_normalized = dice(25) ? fmt::format("shopper{}@example.com", mailbox) : "";
    request.first_name = kFirst[dice(4)], request.last_name = kLast[dice(4)];
    if (dice(3) == 0) request.phone = "+1 415 555 010" + std::to_string(mailbox % 10);
    request.sku = fmt::format("A{}", dice(4)), request.site = dice(5) ? "default" : "outlet";
    request.locale = "en", request.quantity = dice(20) ? 1 : 0;
    request.requested_at = clock.now() - Duration(dice(90'000));
    request.needs_confirmation = dice(3) == 0;
    request.consent = {"v1", request.requested_at, "https://shop.example/a"};
    return request;
  }

  void expect_same(const contacts::ContactRules& rules, int rounds) {
    Side batched(db("batched"), clock, rules), single(db("single"), clock, rules);
    for (int round = 0; round < rounds; ++round) {
      clock.advance(std::chrono::minutes(dice(50)) + Duration(1));
      std::vector<NotificationRequest> requests(1 + dice(40));
      for (auto& request : requests) request = invented();
      const auto receipts = batched.service().submit_all(requests);
      ASSERT_EQ(receipts.size(), requests.size());
      for (std::size_t i = 0; i < requests.size(); ++i)
        ASSERT_EQ(batched.told(receipts[i]), single.told(single.service().submit(requests[i])))
            << "round " << round << ", request " << i;
      for (const auto& dump : kDumps)
        ASSERT_EQ(batched.rows(dump), single.rows(dump)) << "round " << round << ": " << dump.sql;
      disturb(batched, single, round);
    }
  }

  // What else happens between two batches: an end, a deleted contact, one without an address.
  void disturb(Side& batched, Side& single, int round) {
    if (batched.count() == 0) return;
    const auto number = dice(batched.count());
    const auto mailbox = fmt::format("shopper{}@example.com", dice(14));
    for (auto* side : {&batched, &single}) {
      const StatusUpdate sent{round + 1, side->request(number), RequestStatus::sent, clock.now(),
                              "wave"};
      ASSERT_TRUE(side->service().apply({sent}));
      if (round % 4 == 1)
        side->execute("UPDATE contact SET is_deleted = 1 WHERE email_normalized = $1", {mailbox});
      if (round % 4 == 2)
        side->execute(
            "UPDATE contact SET email = '', email_normalized = '' "
            "WHERE email_normalized = $1",
            {mailbox});
    }
  }

 private:
  std::size_t keys_ = 0;
};

TEST_P(RequestBatchTest, IsAsOneByOneByTheDefaultRules) {
  expect_same(contacts::default_rules(), 24);
}
TEST_P(RequestBatchTest, IsAsOneByOneByContactResolution) {
  expect_same(contacts::parse_rules(R"({"resolution": "contact_resolution"})").value(), 6);
}
TEST_P(RequestBatchTest, IsAsOneByOneWithAFuzzyDuplicateRule) {
  expect_same(contacts::parse_rules(R"({"duplicate_rules": [{"name": "people",
                "matching_rule": "standard_contact"}]})")
                  .value(),
              6);
}
TEST_P(RequestBatchTest, IsAsOneByOneWithMatchKeysToKeep) {
  auto rules = contacts::default_rules();
  rules.matching_rules.push_back(matching::shipped_rule("standard_contact").value());
  expect_same(rules, 6);
}

TEST_P(RequestBatchTest, ABadOneFailsAlone) {
  Side side(db("batched"), clock, contacts::default_rules());
  std::vector<NotificationRequest> requests(7);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto& request = requests[i] = invented();
    request.request_key = fmt::format("own {}", i), request.quantity = 1;
    request.email_normalized = fmt::format("own{}@example.com", i);
  }
  requests[2].sku.clear();                    // refused by the rules
  requests[4].locale = std::string(1, '\0');  // and by the store
  const auto receipts = side.service().submit_all(requests);
  for (std::size_t i = 0; i < requests.size(); ++i)
    EXPECT_EQ(receipts[i].has_value(), i != 2 && i != 4) << i;
  EXPECT_EQ(receipts[2].error().reason, "request-incomplete");
  EXPECT_EQ(receipts[4].error().reason, "store-text");
  EXPECT_TRUE(side.service().submit_all({}).empty());
}

TEST_P(RequestBatchTest, TakesMoreThanOneTransactionHolds) {
  Side side(db("batched"), clock, contacts::default_rules());
  std::vector<NotificationRequest> requests(2345, invented());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].request_key = fmt::format("{:08}", i), requests[i].quantity = 1;
    requests[i].email_normalized = fmt::format("many{}@example.com", i % 1500);
  }
  const auto receipts = side.service().submit_all(requests);
  std::set<ContactId> contacts;
  std::set<RequestId> open;
  for (const auto& receipt : receipts) {
    ASSERT_TRUE(receipt) << receipt.error().message;
    contacts.insert(receipt->contact);
    open.insert(receipt->request);
  }
  EXPECT_EQ(contacts.size(), 1500u);
  EXPECT_EQ(open.size(), 1500u);
}

STOCKBELL_STORE_TESTS(RequestBatchTest);

}  // namespace
}  // namespace stockbell::crm::requests
