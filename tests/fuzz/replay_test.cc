// Every input of corpus/<target>/ through its target, as an ordinary test: what a fuzzer once found
// stays fixed.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "fuzz/fuzz.h"

namespace stockbell::fuzz {
namespace {

class CorpusTest : public testing::TestWithParam<std::string> {};

// A broken promise or a crash ends the program; the trace names the input.
TEST_P(CorpusTest, ReplaysWithoutABrokenPromise) {
  const auto target = targets().at(GetParam());
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           STOCKBELL_SOURCE_DIR "/tests/fuzz/corpus/" + GetParam())) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    target(content);
    // Cut short in the middle, which is what a lost connection does to any of them.
    target(std::string_view(content).substr(0, content.size() / 2));
    ++inputs;
  }
  EXPECT_GT(inputs, 0) << "tests/fuzz/corpus/" << GetParam() << " is empty";
  target("");
}

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const auto& [name, target] : targets()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Every, CorpusTest, testing::ValuesIn(target_names()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace stockbell::fuzz
