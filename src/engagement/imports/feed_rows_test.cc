#include "engagement/imports/feed_rows.h"

#include <gmock/gmock.h>

#include "base/random.h"

namespace stockbell::engagement {
namespace {

using ::testing::ElementsAre;

constexpr RowScan kScan{'|', 1, 7};

std::vector<std::string> values_of(std::string_view row, char delimiter = '|') {
  std::vector<std::string> values;
  split_row(row, delimiter, values);
  return values;
}

struct Row {
  std::string text, sku;
  std::size_t line;
  bool broken;
  std::uint64_t hash;
  bool operator==(const Row&) const = default;
};

// The rows as blocks of `step` bytes give them, each read from a window of its own.
std::vector<Row> scanned(const std::string& file, std::size_t step) {
  std::vector<Row> rows;
  std::size_t at = 0, lines = 1;
  for (std::size_t window = step; at < file.size();) {
    const auto text = std::string_view(file).substr(at, step + window);
    ScannedBlock block;
    scan_rows(text, 0, std::min(step, text.size()), at + text.size() == file.size(), kScan, block);
    for (const auto& row : block.rows)
      rows.push_back({std::string(text.substr(row.offset, row.length)), std::string(row.sku),
                      lines + row.line, row.broken, row.hash});
    at += block.end;
    lines += block.lines;
    window = block.cut ? window * 2 : step;
  }
  return rows;
}

// The same, a row at a time, without the bits.
std::vector<Row> read_slowly(const std::string& file) {
  std::vector<Row> rows;
  std::size_t lines = 1;
  for (std::string_view rest = file; !rest.empty();) {
    const auto end = find_row_end(rest, '|', true);
    const auto text = rest.substr(0, end.length);
    if (!text.empty()) {
      const auto values = values_of(text);
      rows.push_back({std::string(text), values.size() > 1 ? values[1] : "", lines, end.broken, 0});
    }
    lines += end.lines;
    rest.remove_prefix(end.next);
  }
  return rows;
}

TEST(FeedRows, FindsValuesQuotedOrNot) {
  EXPECT_THAT(values_of("a|b||d"), ElementsAre("a", "b", "", "d"));
  EXPECT_THAT(values_of(R"("a"|" b "|"")"), ElementsAre("a", "b", ""));
  EXPECT_THAT(values_of(R"(5" pipe| "a|b" |"say ""ring"""|"x"y)"),
              ElementsAre("5\" pipe", "a|b", "say \"ring\"", "xy"));
  EXPECT_THAT(values_of("\"two\nlines\"\t b \t", '\t'), ElementsAre("two\nlines", "b", ""));
  EXPECT_THAT(values_of(""), ElementsAre(""));
}

TEST(FeedRows, TheDelimiterIsWhatTheHeaderHoldsMostOf) {
  EXPECT_EQ(find_delimiter("a|b|c, d"), '|');
  EXPECT_EQ(find_delimiter("a,b,c"), ',');
  EXPECT_EQ(find_delimiter("a;b"), ';');
  EXPECT_EQ(find_delimiter("a\tb"), '\t');
  EXPECT_EQ(find_delimiter("SkuID"), '|');
}

TEST(FeedRows, KnowsRowsAndLinesOfEveryKind) {
  const auto rows =
      scanned("a|A1|x\r\n\r\n\"b\"|\"B\"\"1\"|\"two\nlines\"\r c|C1|\n\nd|\" D1 \"", 1000);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].text, "a|A1|x");
  EXPECT_EQ(rows[1].text, "\"b\"|\"B\"\"1\"|\"two\nlines\"");
  EXPECT_EQ(rows[1].line, 3u);
  EXPECT_EQ(rows[1].sku, "");  // only split_row() tells
  EXPECT_EQ(rows[2].line, 5u);
  EXPECT_EQ(rows[2].sku, "C1");
  EXPECT_EQ(rows[3].line, 7u);
  EXPECT_EQ(rows[3].sku, "D1");
}

TEST(FeedRows, AQuoteNeverClosedCostsItsLineAlone) {
  const auto rows = scanned("a|A1\n\"b|B1\nc|C1\n", 1000);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(rows[1].broken);
  EXPECT_EQ(rows[1].text, "\"b|B1");
  EXPECT_EQ(rows[2].sku, "C1");
  const auto closed_late =
      scanned("\"" + std::string(kLongestRow, 'x') + "\n\"|1\nc|C1\n", 1 << 20);
  EXPECT_TRUE(closed_late[0].broken);
  EXPECT_EQ(closed_late.back().sku, "C1");
}

TEST(FeedRows, EqualRowsHaveEqualHashesAndOthersDoNot) {
  const auto rows = scanned("a|A1\r\na|A1\na|A2\n", 1000);
  EXPECT_EQ(rows[0].hash, rows[1].hash);
  EXPECT_NE(rows[0].hash, rows[2].hash);
}

TEST(FeedRows, AnyTextReadsTheSameInBlocksAndSlowly) {
  SeededRandom random(11);
  constexpr std::string_view kPieces[] = {
      "|",    "|", "\"",  "\"|\"", "\n",  "\r\n", "\r",
      "\"\"", " ", "abc", "x",     "\"|", "|\"",  "a long value that fills a chunk or two"};
  for (int turn = 0; turn < 3000; ++turn) {
    std::string file;
    for (auto left = random.next() % 60; left > 0; --left)
      file += kPieces[random.next() % std::size(kPieces)];
    auto expected = read_slowly(file);
    for (const std::size_t step : {1000, 64, 7}) {
      auto found = scanned(file, step);
      ASSERT_EQ(found.size(), expected.size()) << file;
      for (std::size_t i = 0; i < found.size(); ++i) {
        expected[i].hash = found[i].hash;
        if (found[i].sku.empty() || found[i].broken)
          expected[i].sku = found[i].sku;  // left to split_row()
        ASSERT_EQ(found[i], expected[i]) << file << "\n--- row " << i << ", blocks of " << step;
      }
    }
  }
}

}  // namespace
}  // namespace stockbell::engagement
