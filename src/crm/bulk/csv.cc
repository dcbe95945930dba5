#include "crm/bulk/csv.h"

#include "platform/text/text.h"

namespace stockbell::crm::bulk {
namespace {

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::unexpected<Error> CsvReader::wrong(std::string_view what) const {
  return fail(ErrorCode::invalid, "InvalidBatch", fmt::format("line {}: {}", line_, what));
}

int CsvReader::peek() {
  if (at_ == buffer_.size()) {
    buffer_.resize(kPiece);
    in_.read(buffer_.data(), static_cast<std::streamsize>(kPiece));
    buffer_.resize(static_cast<std::size_t>(in_.gcount()));
    at_ = 0;
    if (buffer_.empty()) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

void CsvReader::skip() {
  ++at_;
  ++offset_;
}

Result<> CsvReader::put(std::string& field, char c) {
  if (field.size() >= kMostFieldBytes)
    return wrong("a value is longer than 32,000 characters; is a quote not closed?");
  if (++row_bytes_ > kMostRowBytes) return wrong("a row is longer than 400,000 characters");
  field += c;
  return {};
}

Result<bool> CsvReader::at_line_end() {
  const int c = peek();
  if (c != '\r' && c != '\n') return false;
  skip();
  const bool pair = c == '\r' && peek() == '\n';
  if (pair) skip();
  if (pair != (ending_ == LineEnding::crlf) || (c == '\r' && !pair))
    return fail(ErrorCode::invalid, "ClientInputError",
                fmt::format("LineEnding is invalid on user data. Current LineEnding setting is {}; "
                            "line {} ends with {}",
                            to_text(ending_), line_, pair ? "CRLF" : (c == '\r' ? "CR" : "LF")));
  ++line_;
  return true;
}

Result<> CsvReader::read_quoted(std::string& field) {
  const auto opened = line_;
  skip();
  for (;;) {
    const int c = peek();
    if (c == kEnd)
      return fail(ErrorCode::invalid, "InvalidBatch",
                  fmt::format("line {}: a quote is opened and never closed", opened));
    skip();
    if (c == '"') {
      if (peek() != '"') return {};
      skip();
    }
    if (c == '\n') ++line_;
    SB_CHECK(put(field, static_cast<char>(c)));
  }
}

Result<> CsvReader::read_plain(std::string& field) {
  for (;;) {
    const int c = peek();
    if (c == kEnd || c == '\r' || c == '\n' || static_cast<char>(c) == delimiter_) return {};
    if (c == '"')
      return wrong(
          "found an unescaped quote; put a value that holds a quote into quotes and double the "
          "quote");
    SB_CHECK(put(field, static_cast<char>(c)));
    skip();
  }
}

Result<> CsvReader::read_row(CsvRow& row) {
  for (;;) {
    auto& field = row.fields.emplace_back();
    if (row.fields.size() > kMostFields) return wrong("a row has more than 5,000 fields");
    SB_CHECK(peek() == '"' ? read_quoted(field) : read_plain(field));
    if (!text::valid_utf8(field)) return wrong("a value is not UTF-8; save the file as UTF-8");
    const int c = peek();
    if (c == kEnd) return {};
    if (static_cast<char>(c) == delimiter_) {
      skip();
      continue;
    }
    SB_TRY(ended, at_line_end());
    if (ended) return {};
    return wrong("text follows a closing quote; double the quotes inside a quoted value");
  }
}

Result<bool> CsvReader::next(CsvRow& row) {
  if (offset_ == 0 && peek() != kEnd && std::string_view(buffer_).starts_with(kByteOrderMark))
    for (std::size_t i = 0; i < kByteOrderMark.size(); ++i) skip();
  for (;;) {
    row.fields.clear();
    row_bytes_ = 0;
    if (peek() == kEnd) {
      if (in_.bad()) return fail(ErrorCode::unavailable, "bulk-file", "the file cannot be read");
      return false;
    }
    row.line = line_;
    SB_TRY(blank, at_line_end());
    if (blank) continue;
    SB_CHECK(read_row(row));
    row.end = offset_;
    return true;
  }
}

void append_csv_field(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace stockbell::crm::bulk
