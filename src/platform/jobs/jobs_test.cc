#include "platform/jobs/jobs.h"

#include <gtest/gtest.h>

#include <latch>

#include "support/store.h"

namespace stockbell::jobs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class JobsTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(JobQueue::migrations())); }
  std::vector<JobRow> rows(JobQueue& queue) {
    return queue.list(100).value_or(std::vector<JobRow>());
  }
};

TEST_P(JobsTest, RunsWhatIsDueOnce) {
  JobQueue queue(db(), clock, random, ids);
  std::vector<std::string> ran;
  queue.handle("greet", [&](const Job& job) -> Result<> {
    ran.push_back(job.payload);
    return {};
  });
  ASSERT_TRUE(queue.enqueue("greet", "a", "now", clock.now()));
  ASSERT_TRUE(queue.enqueue("greet", "b", "later", clock.now() + minutes(1)));
  EXPECT_EQ(queue.run_due().value_or(-1), 1);
  clock.advance(minutes(1));
  EXPECT_EQ(queue.run_due().value_or(-1), 1);
  EXPECT_EQ(ran, (std::vector<std::string>{"now", "later"}));
  EXPECT_TRUE(rows(queue).empty());
}

TEST_P(JobsTest, OneOpenJobPerKey) {
  JobQueue queue(db(), clock, random, ids);
  int ran = 0;
  queue.handle("k", [&](const Job&) -> Result<> { return ++ran, Result<>(); });
  ASSERT_TRUE(queue.enqueue("k", "same", "1", clock.now()));
  ASSERT_TRUE(queue.enqueue("k", "same", "2", clock.now()));
  ASSERT_TRUE(queue.run_due());
  EXPECT_EQ(ran, 1);
  ASSERT_TRUE(queue.enqueue("k", "same", "3", clock.now()));
  ASSERT_TRUE(queue.run_due());
  EXPECT_EQ(ran, 2);
}

TEST_P(JobsTest, EnqueuesWithItsTransactionOnly) {
  JobQueue queue(db(), clock, random, ids);
  auto refused = db().write([&](db::Session& session) -> Result<> {
    SB_CHECK(queue.enqueue(session, "k", "a", "", clock.now()));
    return fail(ErrorCode::invalid, "no", "");
  });
  ASSERT_FALSE(refused);
  EXPECT_TRUE(rows(queue).empty());
}

TEST_P(JobsTest, BacksOffAndGivesUp) {
  JobQueue queue(db(), clock, random, ids);
  int ran = 0;
  queue.handle("flaky",
               [&](const Job& job) -> Result<> {
                 EXPECT_EQ(job.attempt, ++ran);
                 if (ran == 2) throw std::runtime_error("thrown");
                 return fail(ErrorCode::unavailable, "peer-away", "no answer");
               },
               {.first = seconds(10), .longest = seconds(15), .attempts = 3});
  ASSERT_TRUE(queue.enqueue("flaky", "a", "", clock.now()));
  EXPECT_EQ(queue.run_due().value_or(-1), 1);
  clock.advance(seconds(7));  // less than 10 s - 20 %
  EXPECT_EQ(queue.run_due().value_or(-1), 0);
  clock.advance(seconds(6));  // more than 10 s + 20 %
  EXPECT_EQ(queue.run_due().value_or(-1), 1);
  EXPECT_EQ(rows(queue).at(0).last_error, "job-threw: thrown");
  clock.advance(seconds(11));
  EXPECT_EQ(queue.run_due().value_or(-1), 0);
  clock.advance(seconds(8));
  EXPECT_EQ(queue.run_due().value_or(-1), 1);
  auto left = rows(queue);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].state, "failed");
  EXPECT_EQ(left[0].last_error, "peer-away: no answer");
  clock.advance(minutes(60));
  EXPECT_EQ(queue.run_due().value_or(-1), 0);
}

// A handler's process that dies in the middle leaves its lease behind; here its queue claims and
// never settles.
TEST_P(JobsTest, DeadProcessesJobRunsAgain) {
  std::latch entered(1), release(1);
  JobQueue dying(db(), clock, random, ids);
  dying.handle("k", [&](const Job&) -> Result<> {
    entered.count_down();
    release.wait();
    return fail(ErrorCode::internal, "died", "");
  });
  ASSERT_TRUE(dying.enqueue("k", "a", "", clock.now()));
  std::thread process([&] { (void)dying.run_due(); });
  entered.wait();

  int ran = 0;
  JobQueue after(db(), clock, random, ids);
  after.handle("k", [&](const Job& job) -> Result<> {
    EXPECT_EQ(job.attempt, 2);
    ++ran;
    return {};
  });
  EXPECT_EQ(after.run_due().value_or(-1), 0);  // the lease holds
  ASSERT_TRUE(after.prepare());                // a restart voids it
  EXPECT_EQ(after.run_due().value_or(-1), 1);
  EXPECT_EQ(ran, 1);
  release.count_down();
  process.join();
  EXPECT_TRUE(rows(after).empty());
}

TEST_P(JobsTest, LeaseExpires) {
  JobQueue queue(db(), clock, random, ids);
  std::atomic<int> ran = 0;
  JobQueue other(db(), clock, random, ids);
  other.handle("k", [&](const Job&) -> Result<> { return ++ran, Result<>(); });
  queue.handle("k", [&](const Job&) -> Result<> {
    EXPECT_EQ(other.run_due().value_or(-1), 0);
    clock.advance(minutes(6));
    EXPECT_EQ(queue.run_due().value_or(-1), 0);  // running right here: its lease is extended
    clock.advance(minutes(6));
    EXPECT_EQ(other.run_due().value_or(-1), 1);
    return {};
  });
  ASSERT_TRUE(queue.enqueue("k", "a", "", clock.now()));
  ASSERT_TRUE(queue.run_due());
  EXPECT_EQ(ran, 1);
}

TEST_P(JobsTest, RecursOnItsGridAcrossRestarts) {
  int ran = 0;
  auto start = clock.now();
  for (int restart = 0; restart < 2; ++restart) {
    JobQueue queue(db(), clock, random, ids);
    queue.handle("tick", [&](const Job&) -> Result<> { return ++ran, Result<>(); });
    queue.every("tick", minutes(10));
    ASSERT_TRUE(queue.prepare());
    ASSERT_TRUE(queue.run_due());
    EXPECT_EQ(ran, 1);
  }
  JobQueue queue(db(), clock, random, ids);
  queue.handle("tick", [&](const Job&) -> Result<> { return ++ran, Result<>(); });
  queue.every("tick", minutes(10));
  ASSERT_TRUE(queue.prepare());
  clock.advance(minutes(35));
  EXPECT_EQ(queue.run_due().value_or(-1), 1);  // what was missed is not made up for
  auto left = rows(queue);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].job.due, start + minutes(40));
}

TEST_P(JobsTest, ThreadsRunEveryJobOnce) {
  JobQueue queue(db(), clock, random, ids);
  std::latch all(40);
  std::mutex mutex;
  std::map<std::string, int> ran;
  queue.handle("k", [&](const Job& job) -> Result<> {
    std::lock_guard lock(mutex);
    if (++ran[job.key] == 1) all.count_down();
    return {};
  });
  ASSERT_TRUE(queue.start(4));
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(queue.enqueue("k", std::to_string(i), "", clock.now()));
  all.wait();
  queue.stop();
  for (const auto& [key, times] : ran) EXPECT_EQ(times, 1) << key;
  EXPECT_TRUE(rows(queue).empty());
}

STOCKBELL_STORE_TESTS(JobsTest);

}  // namespace
}  // namespace stockbell::jobs
