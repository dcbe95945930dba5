// CSV of bulk jobs: the first byte says delimiter and line ending. Reading may go on behind any
// row, and what is written is read back the same.
#include <sstream>

#include "crm/bulk/csv.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using crm::bulk::CsvReader;
using crm::bulk::CsvRow;

FUZZ_TARGET(bulk_csv) {
  fuzz::Bytes bytes(input);
  const auto form = bytes.byte();
  const char delimiter = ",\t|;^`"[form % 6];
  const auto ending = form & 0x80 ? crm::bulk::LineEnding::crlf : crm::bulk::LineEnding::lf;
  const std::string content(bytes.rest());
  std::istringstream in(content);
  CsvReader reader(in, delimiter, ending);
  CsvRow row, again, copy;
  for (std::int64_t last = 0;;) {
    const auto line = reader.line();
    const auto more = reader.next(row);
    std::istringstream from(content.substr(static_cast<std::size_t>(last)));
    CsvReader resumed(from, delimiter, ending, last, line);
    const auto resumed_more = resumed.next(again);
    REQUIRE(more.has_value() == resumed_more.has_value());
    if (!more || !*more) {
      REQUIRE(more || !more.error().reason.empty());
      return;
    }
    REQUIRE(again.fields == row.fields && again.end == row.end && again.line == row.line);
    REQUIRE(row.end > last && row.end <= static_cast<std::int64_t>(content.size()));
    last = row.end;
    std::string written;
    for (const auto& field : row.fields) {
      if (!written.empty()) written += delimiter;
      crm::bulk::append_csv_field(written, field);
    }
    std::istringstream back(written);
    CsvReader reread(back, delimiter, ending, 1);  // no byte order mark in the middle
    REQUIRE(reread.next(copy).value_or(false) && copy.fields == row.fields);
  }
}
