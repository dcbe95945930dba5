// Push readers of records that are not XML: delimited rows (RFC 4180 quoting, any delimiter) and
// NDJSON. Each record comes as named fields with the line it began on. Constant memory; one reader
// per file and thread.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "commerce/imports/source_file.h"
#include "commerce/imports/types.h"

namespace stockbell::commerce {

// A record: field names in lower case without blanks, dashes and underscores ("Product ID" and
// "product_id" are one).
using Fields = std::map<std::string, std::string, std::less<>>;
std::string field_name(std::string_view name);
// The first of `names` that is there and not empty; else "".
std::string first_field(const Fields& fields, std::initializer_list<std::string_view> names);

using TakeFields = std::function<Result<>(const Fields&, std::int64_t line)>;

// Splits delimited text into rows of fields. CRLF, LF and CR end rows; quotes may hold all of them;
// blanks around values go.
class DelimitedReader {
 public:
  using TakeRow = std::function<Result<>(std::vector<std::string>&, std::int64_t line)>;
  DelimitedReader(char delimiter, TakeRow take) : delimiter_(delimiter), take_(std::move(take)) {}
  Result<> feed(std::string_view piece);
  Result<> finish();  // error "csv-quote" when a quote is never closed

 private:
  Result<> step(char c);
  Result<> end_row();
  void end_field();

  enum class State { field_start, plain, quoted, quote_seen };
  char delimiter_;
  TakeRow take_;
  State state_ = State::field_start;
  bool was_quoted_ = false, after_return_ = false;
  std::string field_;
  std::vector<std::string> row_;
  std::int64_t line_ = 1, row_line_ = 1;
};

// Reads a delimited or NDJSON file to its end. The first delimited row names the fields. Rows that
// cannot be read (wrong number of fields, not UTF-8, not an object) are refused in `tally` and the
// reading goes on.
Result<> read_records(const std::filesystem::path& file, const SourceShape& shape,
                      ImportTally& tally, const TakeFields& take);

// One NDJSON line as fields; numbers and booleans become their text. Error "json-invalid".
Result<Fields> fields_of_json(std::string_view line);

}  // namespace stockbell::commerce
