// What a client sees that polls `updated` from one latestDateCovered to the next.
#include <gmock/gmock.h>

#include <future>

#include "crm/contacts/contact_store.h"
#include "crm/records/record_service.h"
#include "crm/requests/request_store.h"
#include "support/store.h"

namespace stockbell::crm::records {
namespace {

class ChangeWindowsTest : public testing::StoreTest {
 protected:
  // A CRM process of its own over one store.
  struct Process {
    Process(ChangeWindowsTest& test, db::Database& store)
        : contacts(store, test.clock, test.random, {{}, contacts::default_rules()}),
          changes(test.clock, store),
          requests(store, test.clock, test.random, changes, contacts),
          records(store, test.schema, test.clock, test.random, changes, requests, contacts) {}
    contacts::ContactService contacts;
    objects::ChangeClock changes;
    requests::RequestService requests;
    RecordService records;
  };

  void SetUp() override {
    for (const auto& migrations : {contacts::migrations(), requests::migrations(),
                                   contacts::later_migrations(), RecordService::migrations()})
      ASSERT_TRUE(db().migrate(migrations));
  }
  RecordInput contact(const std::string& name) {
    RecordInput input;
    input.object = schema.find("Contact");
    input.fields = {{"LastName", boost::json::value(name)}};
    return input;
  }
  std::int64_t create(Process& process, const std::string& name) {
    const std::array inputs{contact(name)};
    const auto made = process.records.write(Operation::create, inputs, {});
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->front().id : 0;
  }
  // Creates a contact, and ends the transaction only when it may.
  std::future<std::int64_t> create_slowly(Process& process, std::promise<void>& written,
                                          std::future<void> may_commit) {
    return std::async(std::launch::async, [this, &process, &written,
                                           may_commit = std::move(may_commit)]() mutable {
      std::int64_t id = 0;
      bool first = true;
      const auto done = process.records.together("slow", [&](auto& transaction) -> Result<> {
        const std::array inputs{contact("Slow")};
        SB_TRY(made, process.records.write(transaction, Operation::create, inputs, {}));
        id = made.front().id;
        if (std::exchange(first, false)) written.set_value(), may_commit.wait();
        return {};
      });
      EXPECT_TRUE(done) << done.error().message;
      return id;
    });
  }
  // Follows the windows from `start` until now; what was seen on the way.
  std::set<std::int64_t> poll(Process& process, Time& start) {
    std::set<std::int64_t> seen;
    clock.advance(std::chrono::minutes(1));
    const auto changed = process.records.updated(*schema.find("Contact"), start,
                                                 clock.now() + std::chrono::hours(1));
    EXPECT_TRUE(changed) << changed.error().message;
    if (!changed) return seen;
    EXPECT_GE(changed->latest_date_covered, start);
    start = changed->latest_date_covered;
    return {changed->ids.begin(), changed->ids.end()};
  }

  objects::Schema schema = objects::Schema::create({}).value();
};

TEST_P(ChangeWindowsTest, NeverSkipAChangeStampedEarlyAndCommittedLate) {
  Process process(*this, db());
  auto start = clock.now() - std::chrono::hours(1);
  const auto before = create(process, "Before");
  auto seen = poll(process, start);
  EXPECT_THAT(seen, ::testing::ElementsAre(before));
  std::promise<void> written, may_commit;
  auto slow = create_slowly(process, written, may_commit.get_future());
  written.get_future().wait();
  const auto stamped = clock.now();
  for (int i = 0; i < 3; ++i) seen.merge(poll(process, start));
  EXPECT_LE(start, stamped + Duration(1));
  may_commit.set_value();
  const auto late = slow.get();
  seen.merge(poll(process, start));
  EXPECT_TRUE(seen.contains(late));
  EXPECT_GT(start, stamped + Duration(1));
}

// Two processes on one PostgreSQL: the one that is asked knows nothing of the other's stamps.
class ProcessesTest : public ChangeWindowsTest {};

TEST_P(ProcessesTest, NeverSkipAChangeOfAnotherProcess) {
  auto other_store = db::open_database(store_options("test"));
  ASSERT_TRUE(other_store) << other_store.error().message;
  Process process(*this, db()), other(*this, **other_store);
  auto start = clock.now() - std::chrono::hours(1);
  std::promise<void> written, may_commit;
  auto slow = create_slowly(other, written, may_commit.get_future());
  written.get_future().wait();
  // The system's clock runs; the test's stands, but for what the other transaction has taken.
  const auto settled = process.changes.settled_before();
  ASSERT_TRUE(settled);
  EXPECT_LT(*settled, clock.now());
  const auto quick = create(process, "Quick");
  const auto changed =
      process.records.updated(*schema.find("Contact"), start, clock.now() + std::chrono::hours(1));
  ASSERT_TRUE(changed);
  EXPECT_THAT(changed->ids, ::testing::IsEmpty());
  start = changed->latest_date_covered;
  may_commit.set_value();
  const auto late = slow.get();
  const auto seen = poll(process, start);
  EXPECT_THAT(seen, ::testing::UnorderedElementsAre(late, quick));
}

TEST_P(ChangeWindowsTest, ForgetADeletedRowAfterFifteenDays) {
  Process process(*this, db());
  const auto id = create(process, "Gone");
  RecordInput gone;
  gone.object = schema.find("Contact");
  gone.id = to_record_id("003", id);
  const std::array inputs{gone};
  ASSERT_TRUE(process.records.write(Operation::remove, inputs, {}));
  const auto at = clock.now();
  for (const int days : {14, 2}) {
    clock.advance(std::chrono::days(days));
    const auto swept = process.records.sweep();
    ASSERT_TRUE(swept) << swept.error().message;
    const auto deleted =
        process.records.deleted(*gone.object, clock.now() - std::chrono::days(15), clock.now());
    ASSERT_TRUE(deleted);
    EXPECT_EQ(deleted->rows.size(), days == 14 ? 1u : 0u);
    if (days == 14) {
      EXPECT_EQ(deleted->rows.at(0).at, at);
    }
  }
}

STOCKBELL_STORE_TESTS(ChangeWindowsTest);
INSTANTIATE_TEST_SUITE_P(Stores, ProcessesTest, ::testing::Values(testing::Driver::postgresql));

}  // namespace
}  // namespace stockbell::crm::records
