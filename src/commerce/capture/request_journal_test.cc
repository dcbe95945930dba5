// The journal of acknowledged requests: what is acknowledged is there after a crash at any byte.
#include "commerce/capture/request_journal.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <future>

#include "commerce/capture/journal_record.h"

namespace stockbell::commerce {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RequestJournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "stockbell_journal.XXXXXX").string();
    ASSERT_TRUE(mkdtemp(pattern.data()));
    options.folder = pattern;
    options.segment_bytes = 4096;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(options.folder, ignored);
  }
  std::unique_ptr<RequestJournal> open(JournalPosition position = {}) {
    auto opened = RequestJournal::open(options, position, random);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  std::unique_ptr<RequestJournal> started(JournalPosition position = {}) {
    auto journal = open(position);
    journal->start([] {});
    return journal;
  }
  static Result<> append(RequestJournal& journal, std::string record) {
    auto promise = std::make_shared<std::promise<Result<>>>();
    auto answer = promise->get_future();
    journal.append(std::move(record), [promise](Result<> done) { promise->set_value(done); });
    return answer.get();
  }
  static std::vector<std::string> read_all(RequestJournal& journal) {
    std::vector<std::string> records;
    while (true) {
      auto entries = journal.read(7);
      EXPECT_TRUE(entries) << entries.error().message;
      if (!entries || entries->empty()) return records;
      for (auto& entry : *entries) records.push_back(std::move(entry.record));
    }
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(options.folder)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }
  bool lies_in_files(const std::string& text) const {
    for (const auto& file : files()) {
      std::ifstream in(file, std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), {});
      if (bytes.find(text) != std::string::npos) return true;
    }
    return false;
  }

  SeededRandom random{1};
  JournalOptions options;
};

TEST_F(RequestJournalTest, GivesInOrderWhatWasAcknowledged) {
  auto journal = started();
  for (const char* record : {"one", "two", "three"}) ASSERT_TRUE(append(*journal, record));
  EXPECT_THAT(read_all(*journal), ElementsAre("one", "two", "three"));
  EXPECT_THAT(read_all(*journal), IsEmpty());
  journal->unread();
  EXPECT_THAT(read_all(*journal), ElementsAre("one", "two", "three")) << "nothing was applied";
}

TEST_F(RequestJournalTest, GoesOnAfterARestartBehindWhatTheStoreHas) {
  std::uint64_t id = 0;
  {
    auto journal = started();
    id = journal->id();
    for (const char* record : {"one", "two", "three"}) ASSERT_TRUE(append(*journal, record));
  }
  {
    auto journal = started({id, 2});
    EXPECT_EQ(journal->id(), id);
    EXPECT_THAT(read_all(*journal), ElementsAre("three"));
    ASSERT_TRUE(append(*journal, "four"));
    EXPECT_THAT(read_all(*journal), ElementsAre("four"));
  }
  auto of_another_store = started({id + 1, 2});
  EXPECT_THAT(read_all(*of_another_store), ElementsAre("one", "two", "three", "four"))
      << "a position in another journal says nothing";
}

TEST_F(RequestJournalTest, NumbersOnFromTheStoreWhenTheFilesAreGone) {
  auto journal = started({77, 1000});
  EXPECT_EQ(journal->id(), 77u);
  ASSERT_TRUE(append(*journal, "one"));
  const auto entries = journal->read(10).value();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].number, 1001u);
}

// A crash leaves the last write in any state: whole records before the cut are kept, the rest is
// not there, and the journal goes on.
TEST_F(RequestJournalTest, KeepsEveryWholeRecordWhereverTheFileIsCut) {
  const std::vector<std::string> records{"first", "the second record", "third", std::string(300, 'x')};
  {
    auto journal = started();
    for (const auto& record : records) ASSERT_TRUE(append(*journal, record));
  }
  const auto file = files().front();
  std::ifstream in(file, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  std::vector<std::uint64_t> ends{JournalSegment::kHeaderBytes};
  for (const auto& record : records)
    ends.push_back(ends.back() + JournalSegment::kFrameBytes + record.size());
  for (std::uint64_t cut = JournalSegment::kHeaderBytes; cut <= ends.back(); ++cut) {
    for (const char left : {'\0', '\xa5'}) {  // what stands behind the cut
      for (const auto& other : files()) fs::remove(other);
      std::string bytes = whole.substr(0, cut);
      bytes.append(whole.size() - cut, left);
      std::ofstream(file, std::ios::binary) << bytes;
      auto journal = open();
      const auto kept = read_all(*journal);
      const auto expected = static_cast<std::size_t>(
          std::ranges::count_if(ends, [&](auto end) { return end <= cut; }) - 1);
      ASSERT_EQ(kept.size(), expected) << "cut at " << cut;
      for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], records[i]);
    }
  }
  for (std::uint64_t size = 0; size < ends.back(); size += 13) {  // a file that ends too early
    for (const auto& other : files()) fs::remove(other);
    std::ofstream(file, std::ios::binary) << whole.substr(0, size);
    auto journal = started();
    const auto before = read_all(*journal);
    ASSERT_TRUE(append(*journal, "after"));
    EXPECT_THAT(read_all(*journal), ElementsAre("after"));
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i], records[i]);
  }
}

TEST_F(RequestJournalTest, FillsFileAfterFileAndUsesThemAgain) {
  auto journal = started();
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(append(*journal, fmt::format("record {} {}", i, std::string(200, 'y'))));
    if (i % 10 != 9) continue;
    const auto entries = journal->read(100).value();
    ASSERT_EQ(entries.size(), 10u);
    journal->applied(entries.back().number);
  }
  EXPECT_EQ(journal->waiting_bytes(), 0u);
  ASSERT_TRUE(journal->wipe_applied());
  EXPECT_LE(files().size(), 8u) << "300 records fill 17 files";
  EXPECT_FALSE(lies_in_files("record"));
  ASSERT_TRUE(append(*journal, "and on"));
  EXPECT_THAT(read_all(*journal), ElementsAre("and on"));
}

TEST_F(RequestJournalTest, OverwritesWhatIsAppliedAndOnlyThat) {
  auto journal = started();
  ASSERT_TRUE(append(*journal, "ada@example.com"));
  ASSERT_TRUE(append(*journal, "bob@example.com"));
  journal->applied(journal->read(1)->back().number);
  ASSERT_TRUE(journal->wipe_applied());
  EXPECT_TRUE(lies_in_files("bob@")) << "not applied yet";
  ASSERT_TRUE(append(*journal, "eve@example.com"));
  const auto rest = journal->read(10).value();
  ASSERT_EQ(rest.size(), 2u);
  journal->applied(rest.front().number);
  ASSERT_TRUE(journal->wipe_applied());
  EXPECT_FALSE(lies_in_files("ada@"));
  EXPECT_FALSE(lies_in_files("bob@"));
  EXPECT_TRUE(lies_in_files("eve@"));
}

TEST_F(RequestJournalTest, OverwritesWhatACrashLeftTornBehindTheRecords) {
  std::uint64_t id = 0;
  {
    auto journal = started();
    id = journal->id();
    ASSERT_TRUE(append(*journal, "bob@example.com"));
  }
  {
    std::fstream out(files().front(), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(1000);
    out << "ada@example.com";
  }
  ASSERT_TRUE(lies_in_files("ada@"));
  auto journal = started({id, 1});
  ASSERT_TRUE(journal->wipe_applied());
  EXPECT_FALSE(lies_in_files("bob@"));
  EXPECT_FALSE(lies_in_files("ada@")) << "behind the last whole record";
}

TEST_F(RequestJournalTest, OverwritesWhatAFailedWriteLeft) {
  options.segment_bytes = 2 << 20;
  auto journal = started();
  const std::string padding(200'000, 'x');
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append(*journal, padding));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit limited{1 << 20, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  const auto refused = append(*journal, "ada@example.com" + padding);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_DFL);
  ASSERT_FALSE(refused);
  ASSERT_TRUE(lies_in_files("ada@")) << "the write went half way";
  EXPECT_EQ(read_all(*journal).size(), 5u);
  journal->applied(5);
  ASSERT_TRUE(journal->wipe_applied());
  EXPECT_FALSE(lies_in_files("ada@"));
}

// An erasure is carried out while shoppers keep coming: here every answer brings the next request.
TEST_F(RequestJournalTest, OverwritesWhileTheIntakeNeverPauses) {
  options.segment_bytes = 8 << 20;
  auto journal = started();
  ASSERT_TRUE(append(*journal, "ada@example.com"));
  std::atomic<bool> enough = false;
  std::atomic<int> going = 4;
  std::function<void()> come = [&] {
    journal->append("bob", [&](Result<>) { enough ? void(--going) : come(); });
  };
  for (int i = 0; i < 4; ++i) come();
  auto erased = std::async(std::launch::async, [&] { return journal->wipe_applied(); });
  EXPECT_EQ(erased.wait_for(20s), std::future_status::ready) << "put off by the intake";
  journal->applied(journal->read(1)->back().number);
  auto again = std::async(std::launch::async, [&]() -> Result<> {
    const auto last = journal->last();
    while (journal->applied() < last) {
      SB_TRY(entries, journal->read(1000));
      if (!entries.empty()) journal->applied(entries.back().number);
    }
    return journal->wipe_applied();
  });
  EXPECT_EQ(again.wait_for(20s), std::future_status::ready) << "put off by the intake";
  EXPECT_FALSE(lies_in_files("ada@"));
  enough = true;
  while (going > 0) std::this_thread::yield();
}

TEST_F(RequestJournalTest, OverwritesByItselfWhenNothingComes) {
  options.idle = 5ms;
  auto journal = started();
  ASSERT_TRUE(append(*journal, "ada@example.com"));
  journal->applied(journal->read(1)->back().number);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (lies_in_files("ada@")) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    std::this_thread::yield();
  }
}

TEST_F(RequestJournalTest, SlowsDownAndThenRefusesWhenNothingIsApplied) {
  options.most_bytes = 1000;
  options.longest_wait = 20ms;
  auto journal = started();
  const std::string record(200, 'z');
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(append(*journal, record));
  auto refused = append(*journal, record);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "intake-full");
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  std::promise<Result<>> later;
  journal->append(record, [&](Result<> done) { later.set_value(done); });
  journal->applied(journal->read(4)->back().number);
  const auto done = later.get_future().get();
  EXPECT_TRUE(done || done.error().reason == "intake-full");
  EXPECT_TRUE(append(*journal, record)) << "there is room again";
}

TEST_F(RequestJournalTest, RefusesWithoutADiskAndRecovers) {
  auto journal = started();
  const auto away = options.folder.string() + ".away";
  fs::rename(options.folder, away);
  auto refused = append(*journal, "one");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  fs::rename(away, options.folder);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!append(*journal, "two")) ASSERT_LT(std::chrono::steady_clock::now(), end);
  EXPECT_THAT(read_all(*journal), ElementsAre("two"));
}

TEST_F(RequestJournalTest, AnswersAllWhenItStopsUnderLoad) {
  auto journal = started();
  std::atomic<int> kept = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i)
        journal->append("record", [&](Result<> done) { ++(done ? kept : refused); });
    });
  journal->stop();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(kept + refused, 2000);
  auto again = open();
  EXPECT_EQ(read_all(*again).size(), static_cast<std::size_t>(kept));
}

TEST(JournalRecord, ReadsWhatItWroteAndNothingElse) {
  NotificationRequest request;
  request.request_key = "123";
  request.email = "Ada@example.com";
  request.email_normalized = "ada@example.com";
  request.first_name = "Ada";
  request.last_name = "Lovelace";
  request.phone = "+49";
  request.sku = "S-1";
  request.site = "uk";
  request.locale = "en-GB";
  request.quantity = 3;
  request.requested_at = from_ms(1234567);
  request.consent = {"v7", from_ms(7654321), "https://shop.example/p"};
  request.needs_confirmation = true;
  const auto record = to_record(request);
  const auto read = from_record(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_record(*read), record);
  EXPECT_EQ(read->email, request.email);
  EXPECT_EQ(read->consent.page_url, request.consent.page_url);
  EXPECT_TRUE(read->needs_confirmation);
  for (std::size_t size = 0; size < record.size(); ++size)
    EXPECT_FALSE(from_record(std::string_view(record).substr(0, size))) << size;
  EXPECT_FALSE(from_record(record + "x"));
}

}  // namespace
}  // namespace stockbell::commerce
