#include "crm/bulk/csv.h"

#include <gtest/gtest.h>

#include <sstream>

namespace stockbell::crm::bulk {
namespace {

// Rows as "line:a|b@end", or what is wrong.
std::string read(const std::string& text, char delimiter = ',',
                 LineEnding ending = LineEnding::lf) {
  std::istringstream in(text);
  CsvReader reader(in, delimiter, ending);
  CsvRow row;
  std::string out;
  for (;;) {
    auto more = reader.next(row);
    if (!more) return out + more.error().reason + " : " + more.error().message;
    if (!*more) return out;
    out += std::to_string(row.line) + ":";
    for (std::size_t i = 0; i < row.fields.size(); ++i) out += (i ? "|" : "") + row.fields[i];
    out += "@" + std::to_string(row.end) + " ";
  }
}

TEST(BulkCsv, KeepsValuesToTheLastBlank) {
  EXPECT_EQ(read("a,b\n1, x \n\n\"q \"\"1\"\"\",\"m,\nn\"\n,\n"),
            "1:a|b@4 2:1| x @10 4:q \"1\"|m,\nn@28 6:|@30 ");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a\nb"),
            "1:a@5 2:b@6 ");
  EXPECT_EQ(read("a^b\r\n1^\"x\ny\"\r\n2^z", '^', LineEnding::crlf),
            "1:a|b@5 2:1|x\ny@14 4:2|z@17 ");
  EXPECT_EQ(read(""), "");
}

TEST(BulkCsv, NamesTheLineAndWhatWouldBeRight) {
  EXPECT_EQ(read("a,b\n1,x\"y\n"),
            "1:a|b@4 InvalidBatch : line 2: found an unescaped quote; put a value that holds a "
            "quote into quotes and double the quote");
  EXPECT_EQ(read("a\n\"x\" y\n"),
            "1:a@2 InvalidBatch : line 2: text follows a closing quote; double the quotes inside "
            "a quoted value");
  EXPECT_EQ(read("a\nb\n\"x\ny\n"),
            "1:a@2 2:b@4 InvalidBatch : line 3: a quote is opened and never closed");
  EXPECT_EQ(read("a\r\nb\r\n"),
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is "
            "LF; line 1 ends with CRLF");
  EXPECT_EQ(read("a\r\nb\n", ',', LineEnding::crlf),
            "1:a@3 ClientInputError : LineEnding is invalid on user data. Current LineEnding "
            "setting is CRLF; line 2 ends with LF");
  EXPECT_EQ(read("a\nb\xff\n"),
            "1:a@2 InvalidBatch : line 2: a value is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(read("a\n" + std::string(200'000, 'x')),
            "1:a@2 InvalidBatch : line 2: a value is longer than 32,000 characters; is a quote "
            "not closed?");
  EXPECT_EQ(read(std::string(5'000, ',')),
            "InvalidBatch : line 1: a row has more than 5,000 fields");
}

}  // namespace
}  // namespace stockbell::crm::bulk
