// Where the rows of a delimited feed (psv, csv, tsv) begin and end, and what their values are. A
// value may stand in quotes and then hold
// "" for a quote, delimiters and line breaks; rows end with CR LF, LF or CR; blank lines are passed
// over. Pure; works on text in memory.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockbell::engagement {

constexpr std::size_t kLongestRow = 1024 * 1024;  // bytes

// Whichever of | , TAB ; the header line holds most of.
char find_delimiter(std::string_view header_line);

// The row that begins at `text`: quotes are only looked for where a value begins. A row that is
// longer than kLongestRow, or whose quote is never closed, is broken and ends with its first line:
// the lines after it are not lost with it.
struct RowEnd {
  std::size_t length = 0;  // of the row, without its line break
  std::size_t next = 0;    // where the next one begins
  std::size_t lines = 0;   // line breaks up to there
  bool broken = false;
  bool cut = false;  // the text ends first; more of it is needed
};
RowEnd find_row_end(std::string_view text, char delimiter, bool whole_file);

// The values of one row, without quotes and the blanks around them. Strings are reused.
void split_row(std::string_view row, char delimiter, std::vector<std::string>& values);

struct ScannedRow {
  std::uint32_t offset = 0, length = 0;  // in the block's text
  std::uint32_t line = 0;                // line breaks of the block before it
  bool broken = false;
  std::uint64_t hash = 0;  // of the text and the seed; never 0
  std::string_view sku;    // trimmed; "" when it cannot be told in passing
};

struct RowScan {
  char delimiter = '|';
  std::size_t sku_column = 0;
  std::uint64_t seed = 0;
};

// Never 0.
std::uint64_t hash_row(std::string_view row, const RowScan& scan);

struct ScannedBlock {
  std::vector<ScannedRow> rows;
  std::size_t end = 0;  // where the row after the last begins
  std::size_t lines = 0;
  bool cut = false;  // the row at `end` begins before `stop`, and the text ends before it does
};

// All rows that begin in text[begin, stop), `begin` being where a row begins. `whole_file`: nothing
// comes after the text.
void scan_rows(std::string_view text, std::size_t begin, std::size_t stop, bool whole_file,
               const RowScan& scan, ScannedBlock& block);

}  // namespace stockbell::engagement
