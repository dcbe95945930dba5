#include "connect/connect_box.h"

#include <gmock/gmock.h>

#include "support/store.h"

namespace stockbell::connect {
namespace {

// Lets a test wait for what another thread does.
class Meeting {
 public:
  template <class F>
  auto with(F&& use) {
    std::lock_guard lock(mutex_);
    changed_.notify_all();
    return use();
  }
  template <class F>
  bool eventually(F&& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), holds);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

// The CRM's side in memory: a log of requests, cursor = how many were read.
struct FakeCrm : ChangeFeed, StatusUpdateSink {
  explicit FakeCrm(Meeting& where) : meeting(where) {}
  Result<ChangeBatch> changes_after(const std::string& cursor, int limit) override {
    return meeting.with([&]() -> Result<ChangeBatch> {
      if (away) return fail(ErrorCode::unavailable, "crm-away", "the CRM is away");
      const std::size_t from = cursor.empty() ? 0 : std::stoul(cursor);
      const std::size_t to =
          std::min(log.size(), from + static_cast<std::size_t>(std::min(limit, 2)));
      ChangeBatch batch;
      for (std::size_t i = from; i < to; ++i) batch.requests.push_back(log[i]);
      batch.next_cursor = to == from ? cursor : std::to_string(to);
      batch.more = to < log.size();
      return batch;
    });
  }
  void on_change(std::function<void()> waker) override { wake = std::move(waker); }
  Result<> apply(const std::vector<StatusUpdate>& updates) override {
    return meeting.with([&]() -> Result<> {
      if (away) return fail(ErrorCode::unavailable, "crm-away", "the CRM is away");
      largest = std::max(largest, updates.size());
      for (const auto& update : updates) applied.push_back(update.sequence);
      return {};
    });
  }
  void change(int count) {
    meeting.with([&] {
      for (int i = 0; i < count; ++i) {
        SyncedRequest request;
        request.id = RequestId{std::ssize(log) + 1};
        log.push_back(request);
      }
    });
    if (wake) wake();
  }
  Meeting& meeting;
  std::vector<SyncedRequest> log;
  std::vector<std::int64_t> applied;
  std::size_t largest = 0;
  bool away = false;
  std::function<void()> wake;
};

// Engagement's side in memory.
struct FakeEngagement : SynchronizedExtensions, StatusUpdateSource {
  explicit FakeEngagement(Meeting& where) : meeting(where) {}
  Result<> apply(const ChangeBatch& batch) override {
    return meeting.with([&]() -> Result<> {
      for (const auto& request : batch.requests) rows.push_back(request.id.value);
      return {};
    });
  }
  Result<std::vector<StatusUpdate>> updates_after(std::int64_t after, int limit) override {
    return meeting.with([&]() -> Result<std::vector<StatusUpdate>> {
      std::vector<StatusUpdate> found;
      for (const auto& update : outbox)
        if (update.sequence > after && std::ssize(found) < limit) found.push_back(update);
      return found;
    });
  }
  Result<> discard_through(std::int64_t sequence) override {
    return meeting.with([&]() -> Result<> {
      std::erase_if(outbox,
                    [&](const StatusUpdate& update) { return update.sequence <= sequence; });
      discarded = sequence;
      return {};
    });
  }
  void on_update(std::function<void()> waker) override { wake = std::move(waker); }
  void decide(int count) {
    meeting.with([&] {
      for (int i = 0; i < count; ++i)
        outbox.push_back({++last, RequestId{1}, RequestStatus::sent, {}, ""});
    });
    if (wake) wake();
  }
  Meeting& meeting;
  std::vector<std::int64_t> rows;
  std::vector<StatusUpdate> outbox;
  std::int64_t last = 0, discarded = 0;
  std::function<void()> wake;
};

class ConnectBoxTest : public testing::StoreTest {
 protected:
  void SetUp() override { ASSERT_TRUE(db().migrate(ConnectBox::migrations())); }
  std::unique_ptr<ConnectBox> make() {
    return std::make_unique<ConnectBox>(db(), clock, random, crm, engagement, engagement, crm);
  }

  Meeting meeting;
  FakeCrm crm{meeting};
  FakeEngagement engagement{meeting};
};

TEST_P(ConnectBoxTest, CarriesChangesInOrderSoonAfterTheWake) {
  auto connect = make();
  connect->start();
  crm.change(5);
  ASSERT_TRUE(meeting.eventually([&] { return engagement.rows.size() == 5; }));
  const auto before = std::chrono::steady_clock::now();
  crm.change(2);
  ASSERT_TRUE(meeting.eventually([&] { return engagement.rows.size() == 7; }));
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            std::chrono::milliseconds(900));  // not by the tick
  connect->stop();
  EXPECT_THAT(engagement.rows, ::testing::ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_P(ConnectBoxTest, GoesOnWhereItWasAfterARestart) {
  crm.change(3);
  auto connect = make();
  connect->start();
  ASSERT_TRUE(meeting.eventually([&] { return engagement.rows.size() == 3; }));
  connect->stop();
  connect.reset();
  close_stores();
  crm.change(1);
  connect = make();
  connect->start();
  ASSERT_TRUE(meeting.eventually([&] { return engagement.rows.size() == 4; }));
  connect->stop();
  EXPECT_THAT(engagement.rows, ::testing::ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(connect->status().sync.position, "4");
}

TEST_P(ConnectBoxTest, CarriesUpdatesTwoHundredAtATimeAndDiscardsThem) {
  engagement.decide(450);
  auto connect = make();
  connect->start();
  ASSERT_TRUE(meeting.eventually([&] { return engagement.discarded == 450; }));
  connect->stop();
  EXPECT_EQ(crm.applied.size(), 450u);
  EXPECT_TRUE(std::ranges::is_sorted(crm.applied));
  EXPECT_EQ(crm.largest, 200u);
  EXPECT_TRUE(engagement.outbox.empty());
  EXPECT_EQ(connect->status().writeback.carried, 450);
}

TEST_P(ConnectBoxTest, WaitsWhileTheCrmIsAwayAndShowsIt) {
  crm.away = true;
  crm.change(1);
  engagement.decide(1);
  auto connect = make();
  connect->start();
  ASSERT_TRUE(meeting.eventually([&] { return connect->status().sync.failures > 0; }));
  EXPECT_THAT(connect->status().sync.last_error, ::testing::StartsWith("crm-away"));
  meeting.with([&] { crm.away = false; });
  ASSERT_TRUE(
      meeting.eventually([&] { return crm.applied.size() == 1 && engagement.rows.size() == 1; }));
  connect->stop();
}

TEST_P(ConnectBoxTest, DiscardsAtStartWhatACrashLeftBehind) {
  CursorStore cursors(db(), clock);
  ASSERT_TRUE(cursors.save("status-updates", "2"));
  engagement.decide(2);
  auto connect = make();
  connect->start();
  ASSERT_TRUE(meeting.eventually([&] { return engagement.discarded == 2; }));
  connect->stop();
  EXPECT_TRUE(crm.applied.empty());
}

STOCKBELL_STORE_TESTS(ConnectBoxTest);

}  // namespace
}  // namespace stockbell::connect
