#include "platform/log/log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace stockbell::log {
namespace {

TEST(Log, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(format_event("feed-run", {{"rows", "12"}, {"why", "two words"}, {"none", ""}}),
            R"(feed-run rows=12 why="two words" none="")");
}

TEST(Log, EscapesWhatCouldForgeALine) {
  EXPECT_EQ(format_event("x", {{"a", "1\nlevel=error"}, {"b", "\x1b[31m\"\\"}}),
            R"(x a="1\nlevel=error" b="\x1b[31m\"\\")");
}

TEST(Log, WritesOneLinePerEventAboveTheLevel) {
  auto file = std::filesystem::temp_directory_path() / fmt::format("log_test.{}.log", getpid());
  open(Level::info, file.string());
  debug("unseen");
  info("seen", {{"n", "1"}});
  open(Level::warning, "");
  std::ifstream in(file);
  std::string line, more;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_TRUE(line.starts_with("ts=2")) << line;
  EXPECT_TRUE(line.ends_with("Z level=info event=seen n=1")) << line;
  EXPECT_FALSE(std::getline(in, more));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace stockbell::log
