// CSV as the Bulk API 2.0 takes and gives it, stricter than commerce's imports: values are kept to
// the last blank, quotes must be whole, lines end as the job says. One reader per file and thread;
// constant memory.
#pragma once
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/bulk/types.h"

namespace stockbell::crm::bulk {

struct CsvRow {
  std::vector<std::string> fields;
  std::int64_t line = 1;  // on which it begins
  std::int64_t end = 0;   // the byte behind it
};

class CsvReader {
 public:
  static constexpr std::size_t kMostFields = 5'000, kMostFieldBytes = 131'072,
                               kMostRowBytes = 400'000;

  // `in` stands at byte `offset`, on line `line`.
  CsvReader(std::istream& in, char delimiter, LineEnding ending, std::int64_t offset = 0,
            std::int64_t line = 1)
      : in_(in), delimiter_(delimiter), ending_(ending), offset_(offset), line_(line) {}

  // False at the end. Empty lines are no rows; a byte order mark at byte 0 is passed over. Errors:
  // reason "InvalidBatch" or "ClientInputError" with the line and what would be right.
  Result<bool> next(CsvRow& row);
  std::int64_t line() const { return line_; }  // of what comes next

 private:
  static constexpr int kEnd = -1;
  int peek();
  void skip();
  Result<> read_row(CsvRow& row);
  Result<> read_quoted(std::string& field);
  Result<> read_plain(std::string& field);
  Result<bool> at_line_end();  // takes it
  Result<> put(std::string& field, char c);
  std::unexpected<Error> wrong(std::string_view what) const;

  std::istream& in_;
  char delimiter_;
  LineEnding ending_;
  std::int64_t offset_, line_;
  std::size_t row_bytes_ = 0;
  std::string buffer_;
  std::size_t at_ = 0;
};

// Every value in quotes, as Salesforce writes results.
void append_csv_field(std::string& out, std::string_view value);

}  // namespace stockbell::crm::bulk
