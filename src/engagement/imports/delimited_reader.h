// Reads delimited files (psv, csv, tsv) record by record from a stream, never whole: quoted values
// with "" escapes, delimiters and line breaks; CR LF, LF or CR; a byte order mark. Values are
// trimmed. The delimiter is whichever of | , ; TAB the header line holds most of. Not thread-safe.
#pragma once
#include <istream>
#include <string>
#include <vector>

namespace stockbell::engagement {

class DelimitedReader {
 public:
  // `in` must outlive the reader.
  explicit DelimitedReader(std::istream& in) : in_(in), buffer_(256 * 1024) {}

  // False at the end of the file. Blank lines are passed over.
  bool next(std::vector<std::string>& values);
  std::size_t line() const { return record_line_; }  // where the record began, from 1
  // The last record is broken: a quote was never closed, or it is longer than 1 MiB.
  bool broken() const { return broken_; }
  char delimiter() const { return delimiter_; }

 private:
  enum class Plain { taken, unusual, cut };  // cut: the buffer ends before the record
  int get();
  int peek();
  void start();
  void refill();
  Plain read_plain(std::vector<std::string>& values);
  void read_any(std::vector<std::string>& values);
  bool read_quoted(std::string& value);
  static void end_value(std::vector<std::string>& values, std::string& value);

  std::istream& in_;
  std::vector<char> buffer_;
  std::size_t position_ = 0, filled_ = 0;
  std::size_t line_ = 1, record_line_ = 1, record_bytes_ = 0;
  int last_ = 0;  // a CR before an LF has counted their line
  char delimiter_ = 0;
  bool broken_ = false;
};

}  // namespace stockbell::engagement
