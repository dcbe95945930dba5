// Splits delimited text into rows of fields, many bytes at a time, without copying them. CRLF, LF
// and CR end rows; quotes may hold all of them and the delimiter (RFC 4180); blanks around values
// go; blank rows are passed over. One reader per file and thread.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::records {

// Valid while it is taken.
struct DelimitedRow {
  std::vector<std::string_view> fields;
  std::int64_t line = 0;   // where it begins; 1 is the first line
  std::string_view bytes;  // as it stands in the file, without its end
  bool ended = true;       // false: the file ends without ending the row
};

class DelimitedReader {
 public:
  using TakeRow = std::function<Result<>(const DelimitedRow& row)>;
  static constexpr char kNoQuote = '\0';
  DelimitedReader(char delimiter, TakeRow take, char quote = '"')
      : delimiter_(delimiter), quote_(quote), take_(std::move(take)) {}
  // Errors: "csv-field" (longer than 1 MB), "csv-columns" (more than 1000), "csv-row" (longer than
  // 16 MB), or that of `take`.
  Result<> feed(std::string_view piece);
  Result<> finish();  // error "csv-quote" when a quote is never closed

 private:
  enum class Found { row, cut };  // cut: the row goes on in the next piece
  Result<> scan(bool last);
  Result<Found> read_row(const char*& at, const char* end, bool last);
  Result<Found> read_quoted(const char*& at, const char* end, bool last);
  bool blank(char c) const { return c == ' ' || (c == '\t' && delimiter_ != '\t'); }
  std::unexpected<Error> too_long_field() const;

  char delimiter_, quote_;
  TakeRow take_;
  std::string buffer_;              // what is not taken yet
  std::size_t scan_at_bytes_ = 0;   // not worth looking again before the buffer holds this much
  std::deque<std::string> mended_;  // fields that do not stand in the file as they are
  std::size_t mended_used_ = 0;
  DelimitedRow row_;
  bool quoted_ = false, after_return_ = false;
  std::int64_t line_ = 1, lines_inside_ = 0;
};

bool is_ascii(std::string_view text);

}  // namespace stockbell::records
