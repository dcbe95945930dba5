// Every target under changed inputs of its corpus, for a second or two: what breaks easily breaks
// here, without a fuzzer at hand. STOCKBELL_FUZZ_SECONDS gives each target longer,
// STOCKBELL_FUZZ_SEED another road; libFuzzer goes deeper (CONTRIBUTING.md).
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "base/random.h"
#include "fuzz/fuzz.h"

namespace stockbell::fuzz {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

// What the target was given last: a crash leaves it in a file.
std::string current_input;
std::string current_file;

void save_and_die(int signal) {
  if (FILE* file = std::fopen(current_file.c_str(), "wb")) {
    std::fwrite(current_input.data(), 1, current_input.size(), file);
    std::fclose(file);
    std::fprintf(stderr, "the input is in %s\n", current_file.c_str());
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<std::string> corpus_of(const std::string& name) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(STOCKBELL_SOURCE_DIR "/tests/fuzz/corpus/" + name))
    files.push_back(entry.path());
  std::ranges::sort(files);  // one seed is one road
  std::vector<std::string> inputs;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, std::vector<std::string> corpus)
      : random_(seed), corpus_(std::move(corpus)) {}

  std::string next() {
    auto input = pick();
    for (auto changes = 1 + below(6); changes > 0; --changes) change(input);
    if (input.size() > kMostBytes) input.resize(kMostBytes);
    return input;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_.next() % limit; }
  const std::string& pick() { return corpus_[below(corpus_.size())]; }

  void change(std::string& input) {
    static constexpr std::string_view kTelling[] = {"\0",
                                                    "\xff",
                                                    "\"",
                                                    "'",
                                                    "\\",
                                                    "(",
                                                    ")",
                                                    "{",
                                                    "}",
                                                    "[",
                                                    "]",
                                                    "<",
                                                    ">",
                                                    "\r\n",
                                                    "--",
                                                    "%",
                                                    ",",
                                                    ".",
                                                    "-1",
                                                    "0",
                                                    "99999999999999999999",
                                                    "1e309",
                                                    "\xed\xa0\x80",
                                                    "\xf0\x9f\x94\x94",
                                                    "NULL",
                                                    "\t",
                                                    ";",
                                                    "=",
                                                    "&",
                                                    "+"};
    const auto at = below(input.size() + 1);
    const auto length = below(std::min<std::size_t>(input.size() - at, 40) + 1);
    switch (below(7)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 1:
        input.erase(at, length);
        break;
      case 2:
        input.insert(at, kTelling[below(std::size(kTelling))]);
        break;
      case 3:  // something that stands there, many times over
        for (auto times = below(length > 0 ? 400 / length : 0); times > 0; --times)
          input.insert(at, input.substr(at, length));
        break;
      case 4: {  // a piece of another input
        const auto& other = pick();
        const auto from = below(other.size());
        input.insert(at, other.substr(from, below(200)));
        break;
      }
      case 5:
        input.resize(at);
        break;
      default:
        if (at < input.size()) input[at] = static_cast<char>(random_.next());
    }
  }

  SeededRandom random_;
  std::vector<std::string> corpus_;
};

double number_of(const char* variable, double otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atof(text) : otherwise;
}

class MutationTest : public testing::TestWithParam<std::string> {};

TEST_P(MutationTest, KeepsItsPromisesForAWhile) {
  const auto target = targets().at(GetParam());
  const auto seed = static_cast<std::uint64_t>(number_of("STOCKBELL_FUZZ_SEED", 1));
  Mutator mutator(seed, corpus_of(GetParam()));
  current_file = testing::TempDir() + "stockbell-fuzz-" + GetParam();
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL})
    std::signal(signal, save_and_die);
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration<double>(number_of("STOCKBELL_FUZZ_SECONDS", 1));
  int inputs = 0;
  while (std::chrono::steady_clock::now() < end) {
    current_input = mutator.next();
    target(current_input);
    ++inputs;
  }
  EXPECT_GT(inputs, 0);
}

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const auto& [name, target] : targets()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Every, MutationTest, testing::ValuesIn(target_names()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace stockbell::fuzz
