// The order of an erasure and its completion after crashes and restored stores, with boxes that
// remember.
#include "app/privacy.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

namespace stockbell::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

struct Box final : PersonalData {
  explicit Box(std::string_view name) : name_(name) {}
  std::string_view box() const override { return name_; }
  Result<std::string> export_of(const std::string& address) override {
    return addresses.contains(address) ? R"({"rows":[1]})" : R"({"rows":[]})";
  }
  Result<ErasedRows> erase(const std::vector<std::string>& gone,
                           const std::vector<std::string>& receipts) override {
    if (before) before();
    if (away) return fail(ErrorCode::unavailable, "store-away", "away");
    ErasedRows rows{{"rows", 0}};
    for (const auto& address : gone) rows["rows"] += static_cast<int>(addresses.erase(address));
    noted.insert(receipts.begin(), receipts.end());
    return rows;
  }
  Result<std::vector<std::string>> find_unerased(
      const std::vector<std::string>& receipts) override {
    std::vector<std::string> missing;
    for (const auto& receipt : receipts)
      if (!noted.contains(receipt)) missing.push_back(receipt);
    return missing;
  }
  Result<> for_each_address(const std::function<void(std::string_view)>& each) override {
    for (const auto& address : addresses) each(address);
    return {};
  }

  std::string_view name_;
  std::function<void()> before;
  bool away = false;
  std::set<std::string> addresses, noted;
};

class PrivacyTest : public ::testing::Test {
 protected:
  PrivacyTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "privacy.XXXXXX").string();
    folder = mkdtemp(pattern.data());
    start();
  }
  ~PrivacyTest() override { std::filesystem::remove_all(folder); }
  void start() {
    auto made = Privacy::create({folder,
                                 {&crm, &mailbox},
                                 [this]() -> Result<> {
                                   ++wipes;
                                   return {};
                                 },
                                 [this] { return std::unique_lock(sync); },
                                 clock,
                                 random});
    ASSERT_TRUE(made) << made.error().message;
    privacy = std::move(*made);
  }
  std::string list() {
    std::ifstream in(folder / "erasures", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  std::filesystem::path folder;
  ManualClock clock;
  SeededRandom random{7};
  Box crm{"crm"}, mailbox{"mailbox"};
  int wipes = 0;
  std::mutex sync;
  std::unique_ptr<Privacy> privacy;
};

TEST_F(PrivacyTest, WritesTheListBeforeAnyBoxErases) {
  crm.addresses = mailbox.addresses = {"ada@example.com", "bob@example.com"};
  std::string before;
  bool paused = false;
  crm.before = [&] {
    before = list();
    std::thread([&] { paused = !sync.try_lock(); }).join();
  };
  const auto receipt = privacy->erase("  ADA@Example.com");
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_THAT(before, HasSubstr(receipt->erasure.receipt));
  EXPECT_THAT(before, HasSubstr(receipt->erasure.address_hash));
  EXPECT_THAT(before, Not(HasSubstr("@")));
  EXPECT_EQ(receipt->boxes.at("crm").at("rows"), 1);
  EXPECT_EQ(receipt->boxes.at("mailbox").at("rows"), 1);
  EXPECT_THAT(crm.addresses, UnorderedElementsAre("bob@example.com"));
  EXPECT_EQ(wipes, 1);
  EXPECT_TRUE(paused) << "nothing is carried from box to box meanwhile";
  EXPECT_TRUE(sync.try_lock());
  sync.unlock();
  crm.before = nullptr;
  const auto again = privacy->erase("ada@example.com");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->boxes.at("crm").at("rows"), 0);
  EXPECT_EQ(again->erasure.address_hash, receipt->erasure.address_hash);
  EXPECT_NE(again->erasure.receipt, receipt->erasure.receipt);
}

TEST_F(PrivacyTest, CompletesAtTheNextStartWhatWasCutShort) {
  crm.addresses = mailbox.addresses = {"ada@example.com", "bob@example.com"};
  mailbox.away = true;
  const auto cut = privacy->erase("ada@example.com");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().reason, "erasure-unfinished");
  EXPECT_EQ(cut.error().code, ErrorCode::unavailable);
  EXPECT_THAT(cut.error().message, Not(HasSubstr("@")));
  EXPECT_THAT(mailbox.addresses, UnorderedElementsAre("ada@example.com", "bob@example.com"));
  mailbox.away = false;
  start();
  EXPECT_THAT(mailbox.addresses, UnorderedElementsAre("bob@example.com"));
}

TEST_F(PrivacyTest, CompletesWithTheNextErasureWhatAStoreMissed) {
  mailbox.addresses = {"ada@example.com", "bob@example.com"};
  mailbox.away = true;
  ASSERT_FALSE(privacy->erase("ada@example.com"));
  mailbox.away = false;
  ASSERT_TRUE(privacy->erase("bob@example.com"));
  EXPECT_THAT(mailbox.addresses, IsEmpty());
}

TEST_F(PrivacyTest, ErasesAgainWhatARestoredStoreBringsBack) {
  crm.addresses = {"ada@example.com"};
  ASSERT_TRUE(privacy->erase("ada@example.com"));
  crm.addresses = {"ada@example.com", "bob@example.com"};  // of an older backup, as are its notes
  crm.noted.clear();
  start();
  EXPECT_THAT(crm.addresses, UnorderedElementsAre("bob@example.com"));
}

TEST_F(PrivacyTest, LeavesAloneWhoAskedAgainAfterTheErasure) {
  ASSERT_TRUE(privacy->erase("ada@example.com"));
  crm.addresses = {"ada@example.com"};
  start();
  EXPECT_THAT(crm.addresses, UnorderedElementsAre("ada@example.com"));
}

TEST_F(PrivacyTest, ExportsByBox) {
  crm.addresses = {"ada@example.com"};
  EXPECT_THAT(privacy->export_of("Ada@example.com").value(),
              HasSubstr(R"("boxes":{"crm":{"rows":[1]},"mailbox":{"rows":[]}})"));
  EXPECT_EQ(privacy->export_of("nobody").error().field, "email");
  EXPECT_EQ(privacy->erase("nobody").error().code, ErrorCode::invalid);
  EXPECT_EQ(list(), "") << "what is no address leaves no line";
}

}  // namespace
}  // namespace stockbell::app
