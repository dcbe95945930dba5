#include "app/control.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

namespace stockbell::app {
namespace {

struct ControlTest : ::testing::Test {
  ControlTest() {
    char name[] = "/tmp/stockbell-control-XXXXXX";
    directory = mkdtemp(name);
  }
  ~ControlTest() override { std::filesystem::remove_all(directory); }
  std::filesystem::path directory;
};

TEST_F(ControlTest, AFolderNobodyServesHasNone) {
  EXPECT_FALSE(find_control(directory, {})->has_value());
  { auto lock = DataFolderLock::acquire(directory); }
  EXPECT_FALSE(find_control(directory, {})->has_value());
}

TEST_F(ControlTest, AServerThatStartsIsWaitedFor) {
  auto lock = DataFolderLock::acquire(directory);
  ASSERT_TRUE(lock);
  auto refused = find_control(directory, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "server-starting");
  std::jthread server([&] { EXPECT_TRUE(write_control(directory, {"http://127.0.0.1:8080", "a key", ""})); });
  auto found = find_control(directory);
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->url, "http://127.0.0.1:8080");
  EXPECT_EQ((*found)->key, "a key");
}

TEST_F(ControlTest, OneProcessOwnsAFolder) {
  auto first = DataFolderLock::acquire(directory);
  ASSERT_TRUE(first);
  auto second = DataFolderLock::acquire(directory);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "data-folder-in-use");
}

}  // namespace
}  // namespace stockbell::app
