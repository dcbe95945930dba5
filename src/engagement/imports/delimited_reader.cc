#include "engagement/imports/delimited_reader.h"

#include <algorithm>

#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {
constexpr std::size_t kRecordLimit = 1024 * 1024;
}

int DelimitedReader::peek() {
  if (position_ == filled_) {
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    filled_ = static_cast<std::size_t>(in_.gcount());
    position_ = 0;
    if (filled_ == 0) return -1;
  }
  return static_cast<unsigned char>(buffer_[position_]);
}

int DelimitedReader::get() {
  const int c = peek();
  if (c < 0) return c;
  ++position_;
  ++record_bytes_;
  if (c == '\r' || (c == '\n' && last_ != '\r')) ++line_;
  last_ = c;
  return c;
}

void DelimitedReader::start() {
  peek();
  if (filled_ >= 3 && std::string_view(buffer_.data(), 3) == "\xEF\xBB\xBF") position_ = 3;
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(position_);
  const auto end = std::find_if(begin, buffer_.begin() + static_cast<std::ptrdiff_t>(filled_),
                                [](char c) { return c == '\n' || c == '\r'; });
  delimiter_ = '|';
  std::ptrdiff_t most = 0;
  for (const char candidate : {'|', ',', '\t', ';'}) {
    const auto count = std::count(begin, end, candidate);
    if (count > most) {
      most = count;
      delimiter_ = candidate;
    }
  }
}

// After the opening quote. False when the file ends first.
bool DelimitedReader::read_quoted(std::string& value) {
  for (;;) {
    const int c = get();
    if (c < 0) return false;
    if (c == '"') {
      if (peek() != '"') return true;
      get();
    }
    if (record_bytes_ <= kRecordLimit) value += static_cast<char>(c);
  }
}

void DelimitedReader::end_value(std::vector<std::string>& values, std::string& value) {
  values.push_back(text::trim(value));
  value.clear();
}

bool DelimitedReader::next(std::vector<std::string>& values) {
  if (delimiter_ == 0) start();
  values.clear();
  while (peek() == '\n' || peek() == '\r') get();
  record_line_ = line_;
  record_bytes_ = 0;
  broken_ = false;
  if (peek() < 0) return false;
  std::string value;
  bool quoted = false;
  for (;;) {
    const int c = get();
    if (c == delimiter_) {
      end_value(values, value);
      quoted = false;
    } else if (c < 0 || c == '\n' || c == '\r') {
      if (c == '\r' && peek() == '\n') get();
      end_value(values, value);
      broken_ = broken_ || record_bytes_ > kRecordLimit;
      return true;
    } else if (c == '"' && !quoted && text::trim(value).empty()) {
      value.clear();
      quoted = true;
      if (!read_quoted(value)) broken_ = true;
    } else if (record_bytes_ <= kRecordLimit) {
      value += static_cast<char>(c);
    }
  }
}

}  // namespace stockbell::engagement
