#include "commerce/imports/record_reader.h"

#include <boost/json.hpp>

#include "platform/records/text_decoder.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kLineLimit = 1 << 20;

std::string text_of(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_double()) return fmt::format("{}", value.get_double());  // 4.5, not 4.5E0
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
      if (line_.size() > kLineLimit)
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
  HeaderMapping(ImportTally& tally, const TakeFields& take, const RecordOptions& options)
      : tally_(tally), take_(take), options_(options) {}

  Result<> row(const DelimitedRow& row) {
    const auto& values = row.fields;
    if (names_.empty()) {
      for (auto value : values)
        names_.push_back(options_.columns ? options_.columns->field_of(options_.kind, value)
                                          : field_name(value));
      if (options_.on_names) options_.on_names(names_);
      return {};
    }
    if (!records::is_ascii(row.bytes) && !text::valid_utf8(row.bytes))
      return refuse(row.line, "not-utf8",
                    "the row is not valid UTF-8; save the file as UTF-8 or UTF-16");
    if (row.bytes.find('\0') != row.bytes.npos)
      return refuse(row.line, "not-text", "the row holds a NUL byte");
    auto width = values.size();
    // A trailing delimiter is a known flaw of exports; more than that means the row is torn.
    if (width == names_.size() + 1 && values.back().empty()) --width;
    if (width > names_.size() || (width < names_.size() && !row.ended))
      return refuse(row.line, "row-width",
                    "the row has " + std::to_string(values.size()) + " fields, the header " +
                        std::to_string(names_.size()));
    fields_.resize(width);
    for (std::size_t i = 0; i < width; ++i) fields_[i] = {names_[i], values[i]};
    return take_(fields_, row.line);
  }

 private:
  Result<> refuse(std::int64_t line, std::string reason, std::string message) {
    ++tally_.rows_read;
    tally_.refuse(line, std::move(reason), std::move(message));
    return {};
  }

  ImportTally& tally_;
  const TakeFields& take_;
  const RecordOptions& options_;
  std::vector<std::string> names_;
  Fields fields_;
};

class JsonLines {
 public:
  JsonLines(ImportTally& tally, const TakeFields& take, const RecordOptions& options)
      : tally_(tally), take_(take), options_(options) {}

  Result<> line(std::string_view text, std::int64_t number) {
    auto members = text::valid_utf8(text)
                       ? fields_of_json(text)
                       : fail(ErrorCode::invalid, "not-utf8", "the line is not valid UTF-8");
    if (!members) {
      ++tally_.rows_read;
      tally_.refuse(number, members.error().reason, members.error().message);
      return {};
    }
    Fields fields;
    for (auto& [name, value] : *members) {
      if (value.find('\0') != value.npos) {
        ++tally_.rows_read;
        tally_.refuse(number, "not-text", "the line holds a NUL character");
        return {};
      }
      if (options_.columns) name = options_.columns->field_of(options_.kind, name);
      fields.emplace_back(name, value);
    }
    if (!std::exchange(begun_, true) && options_.on_names) {
      std::vector<std::string> names;
      for (const auto& [name, value] : fields) names.emplace_back(name);
      options_.on_names(names);
    }
    return take_(fields, number);
  }

 private:
  ImportTally& tally_;
  const TakeFields& take_;
  const RecordOptions& options_;
  bool begun_ = false;
};

template <class Reader>
Result<> read_decoded(const std::filesystem::path& file, Reader& reader) {
  records::TextDecoder decoder([&](std::string_view piece) { return reader.feed(piece); });
  SB_CHECK(read_source(file, [&](std::string_view piece) { return decoder.feed(piece); }));
  SB_CHECK(decoder.finish());
  return reader.finish();
}

}  // namespace

std::string first_field(const Fields& fields, std::initializer_list<std::string_view> names) {
  for (auto name : names)
    for (const auto& [key, value] : fields)
      if (key == name && !value.empty()) return std::string(value);
  return {};
}

std::optional<std::string_view> said_field(const Fields& fields,
                                           std::initializer_list<std::string_view> names) {
  std::optional<std::string_view> said;
  for (auto name : names)
    for (const auto& [key, value] : fields)
      if (key == name && (!said || said->empty())) said = value;
  return said;
}

Result<std::vector<std::pair<std::string, std::string>>> fields_of_json(std::string_view line) {
  boost::system::error_code problem;
  boost::json::parse_options options;
  options.max_depth = 16;
  auto value =
      boost::json::parse(boost::json::string_view(line.data(), line.size()), problem, {}, options);
  if (problem || !value.is_object())
    return fail(ErrorCode::invalid, "json-invalid", "the line is not a JSON object");
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [key, member] : value.get_object())
    fields.emplace_back(field_name(std::string_view(key.data(), key.size())), text_of(member));
  return fields;
}

Result<> read_records(const std::filesystem::path& file, const SourceShape& shape,
                      ImportTally& tally, const TakeFields& take, const RecordOptions& options) {
  if (shape.format == FileFormat::ndjson) {
    JsonLines json(tally, take, options);
    LineSplitter lines(
        [&](std::string_view line, std::int64_t number) { return json.line(line, number); });
    return read_decoded(file, lines);
  }
  HeaderMapping mapping(tally, take, options);
  DelimitedReader reader(shape.delimiter,
                         [&](const DelimitedRow& row) { return mapping.row(row); });
  return read_decoded(file, reader);
}

}  // namespace stockbell::commerce
