#include "commerce/imports/record_reader.h"

#include <boost/json.hpp>

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kFieldLimit = 1 << 20;
constexpr std::size_t kColumnLimit = 1000;

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string text_of(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_null() || value.is_object() || value.is_array()) return {};
  return boost::json::serialize(value);
}

// Cuts a stream into lines and hands on those that are not blank.
class LineSplitter {
 public:
  using TakeLine = std::function<Result<>(std::string_view, std::int64_t line)>;
  explicit LineSplitter(TakeLine take) : take_(std::move(take)) {}

  Result<> feed(std::string_view piece) {
    for (;;) {
      auto end = piece.find('\n');
      line_ += piece.substr(0, end);
      if (line_.size() > kFieldLimit)
        return fail(ErrorCode::invalid, "line-too-long",
                    "line " + std::to_string(number_) + " is longer than 1 MB");
      if (end == piece.npos) return {};
      SB_CHECK(flush());
      piece.remove_prefix(end + 1);
    }
  }
  Result<> finish() { return flush(); }

 private:
  Result<> flush() {
    auto number = number_++;
    std::string line = std::exchange(line_, {});
    if (line.find_first_not_of(" \t\r") == line.npos) return {};
    return take_(line, number);
  }

  TakeLine take_;
  std::string line_;
  std::int64_t number_ = 1;
};

// Turns rows into fields by the names of the first one.
class HeaderMapping {
 public:
  HeaderMapping(ImportTally& tally, const TakeFields& take) : tally_(tally), take_(take) {}

  Result<> row(std::vector<std::string>& values, std::int64_t line) {
    if (names_.empty()) {
      for (const auto& value : values) names_.push_back(field_name(value));
      return {};
    }
    // A trailing delimiter is a known flaw of exports; more than that means the row is torn.
    if (values.size() == names_.size() + 1 && values.back().empty()) values.pop_back();
    if (values.size() != names_.size()) {
      ++tally_.rows_read;
      tally_.refuse(line, "row-width",
                    "the row has " + std::to_string(values.size()) + " fields, the header " +
                        std::to_string(names_.size()));
      return {};
    }
    Fields fields;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!text::valid_utf8(values[i])) {
        ++tally_.rows_read;
        tally_.refuse(line, "not-utf8", "the row is not valid UTF-8");
        return {};
      }
      fields.insert_or_assign(names_[i], std::move(values[i]));
    }
    return take_(fields, line);
  }

 private:
  ImportTally& tally_;
  const TakeFields& take_;
  std::vector<std::string> names_;
};

}  // namespace

std::string field_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == ' ' || c == '_' || c == '-' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string first_field(const Fields& fields, std::initializer_list<std::string_view> names) {
  for (auto name : names)
    if (auto found = fields.find(name); found != fields.end() && !found->second.empty())
      return found->second;
  return {};
}

void DelimitedReader::end_field() {
  row_.push_back(was_quoted_ ? field_ : std::string(without_blanks(field_)));
  field_.clear();
  was_quoted_ = false;
  state_ = State::field_start;
}

Result<> DelimitedReader::end_row() {
  bool blank = row_.empty() && !was_quoted_ && without_blanks(field_).empty();
  Result<> taken;
  if (!blank) {
    end_field();
    taken = take_(row_, row_line_);
  }
  row_.clear();
  field_.clear();
  state_ = State::field_start;
  return taken;
}

Result<> DelimitedReader::step(char c) {
  bool line_feed_of_pair = c == '\n' && after_return_;
  after_return_ = false;
  if (c == '\n' && !line_feed_of_pair) ++line_;
  if (c == '\r') {
    ++line_;
    after_return_ = true;
  }
  if (state_ == State::quoted) {
    if (c == '"') {
      state_ = State::quote_seen;
    } else {
      field_ += c;
    }
    return {};
  }
  if (line_feed_of_pair) {
    row_line_ = line_;
    return {};
  }
  if (c == '\n' || c == '\r') {
    auto ended = end_row();
    row_line_ = line_;
    return ended;
  }
  if (c == delimiter_) {
    if (row_.size() >= kColumnLimit)
      return fail(ErrorCode::invalid, "csv-columns", "a row has more than 1000 fields");
    end_field();
  } else if (c == '"' && state_ == State::quote_seen) {
    field_ += '"';
    state_ = State::quoted;
  } else if (c == '"' && state_ == State::field_start && without_blanks(field_).empty()) {
    field_.clear();
    was_quoted_ = true;
    state_ = State::quoted;
  } else if (!(state_ == State::quote_seen && (c == ' ' || c == '\t'))) {
    field_ += c;
    if (c != ' ' && c != '\t') state_ = State::plain;
  }
  return {};
}

Result<> DelimitedReader::feed(std::string_view piece) {
  for (char c : piece) {
    SB_CHECK(step(c));
    if (field_.size() > kFieldLimit)
      return fail(ErrorCode::invalid, "csv-field",
                  "line " + std::to_string(row_line_) +
                      ": a field is longer than 1 MB; is a quote not closed?");
  }
  return {};
}

Result<> DelimitedReader::finish() {
  if (state_ == State::quoted)
    return fail(ErrorCode::invalid, "csv-quote",
                "line " + std::to_string(row_line_) + ": a quote is opened and never closed");
  return end_row();
}

Result<Fields> fields_of_json(std::string_view line) {
  boost::system::error_code problem;
  boost::json::parse_options options;
  options.max_depth = 16;
  auto value =
      boost::json::parse(boost::json::string_view(line.data(), line.size()), problem, {}, options);
  if (problem || !value.is_object())
    return fail(ErrorCode::invalid, "json-invalid", "the line is not a JSON object");
  Fields fields;
  for (const auto& [key, member] : value.get_object())
    fields.insert_or_assign(field_name(std::string_view(key.data(), key.size())), text_of(member));
  return fields;
}

Result<> read_records(const std::filesystem::path& file, const SourceShape& shape,
                      ImportTally& tally, const TakeFields& take) {
  if (shape.format == FileFormat::ndjson) {
    LineSplitter lines([&](std::string_view line, std::int64_t number) -> Result<> {
      auto fields = text::valid_utf8(line)
                        ? fields_of_json(line)
                        : fail(ErrorCode::invalid, "not-utf8", "the line is not valid UTF-8");
      if (fields) return take(*fields, number);
      ++tally.rows_read;
      tally.refuse(number, fields.error().reason, fields.error().message);
      return {};
    });
    SB_CHECK(read_source(file, [&](std::string_view piece) { return lines.feed(piece); }));
    return lines.finish();
  }
  HeaderMapping mapping(tally, take);
  DelimitedReader reader(shape.delimiter, [&](std::vector<std::string>& row, std::int64_t line) {
    return mapping.row(row, line);
  });
  SB_CHECK(read_source(file, [&](std::string_view piece) { return reader.feed(piece); }));
  return reader.finish();
}

}  // namespace stockbell::commerce
