#include "platform/http/multipart.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "platform/text/text.h"

namespace stockbell::http {
namespace {

constexpr std::size_t kMostPreamble = 4 * 1024;

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid, "multipart-invalid", std::move(message));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// RFC 2046 bchars; a blank may not end it.
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= MultipartReader::kMostBoundary && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
         });
}

// "form-data; name=\"a\"; filename=\"b\"": the word before, lower case, and the parameters.
struct HeaderValue {
  std::string word;
  std::map<std::string, std::string> parameters;
};

Result<std::string> take_quoted(std::string_view& rest) {
  std::string value;
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    value += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return invalid("a quoted parameter never ends");
  rest.remove_prefix(1);
  return value;
}

Result<HeaderValue> parse_value(std::string_view text) {
  const auto skip_blanks = [&text] {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  };
  HeaderValue out;
  out.word = lower(text::trim(text.substr(0, text.find(';'))));
  text.remove_prefix(std::min(text.find(';'), text.size()));
  for (;;) {
    skip_blanks();
    if (text.empty()) return out;
    if (text.front() != ';') return invalid("a header's parameters are not divided by ;");
    text.remove_prefix(1);
    skip_blanks();
    if (text.empty()) return out;
    std::size_t length = 0;
    while (length < text.size() && is_token_character(text[length])) ++length;
    const auto name = lower(text.substr(0, length));
    text.remove_prefix(length);
    if (name.empty() || !text.starts_with('=')) return invalid("a header's parameter has no value");
    text.remove_prefix(1);
    std::string value;
    if (text.starts_with('"')) {
      SB_TRY(quoted, take_quoted(text));
      value = std::move(quoted);
    } else {
      length = std::min(text.find_first_of("; \t"), text.size());
      value = std::string(text.substr(0, length));
      text.remove_prefix(length);
    }
    if (!out.parameters.emplace(name, std::move(value)).second)
      return invalid("a header names a parameter twice");
  }
}

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
  const auto wrong = [] {
    return fail(ErrorCode::invalid, "multipart-boundary",
                "the Content-Type must be multipart/form-data with a boundary of 1 to 70 "
                "characters");
  };
  auto value = parse_value(content_type);
  if (!value || value->word != "multipart/form-data") return wrong();
  const auto found = value->parameters.find("boundary");
  if (found == value->parameters.end() || !is_boundary(found->second)) return wrong();
  return found->second;
}

MultipartReader::MultipartReader(std::string_view boundary, PartEvents events)
    : delimiter_("\r\n--" + std::string(boundary)), events_(std::move(events)) {}

Result<> MultipartReader::feed(std::string_view piece) {
  while (!piece.empty()) {  // a head is looked for in little steps, whatever the pieces are
    const auto taken = std::min<std::size_t>(piece.size(), 64 * 1024);
    buffer_ += piece.substr(0, taken);
    piece.remove_prefix(taken);
    for (;;) {
      SB_TRY(more, step());
      if (!more) break;
    }
  }
  return {};
}

Result<> MultipartReader::finish() {
  if (state_ == State::epilogue) return {};
  return invalid("the body ends before its closing boundary");
}

Result<bool> MultipartReader::step() {
  switch (state_) {
    case State::preamble:
    case State::content:
      return find_boundary();
    case State::behind_boundary:
      return read_boundary_line();
    case State::head:
      return read_head();
    case State::epilogue:
      buffer_.clear();
      return false;
  }
  return false;
}

Result<bool> MultipartReader::find_boundary() {
  const auto found = buffer_.find(delimiter_);
  const auto whole = found != buffer_.npos;
  auto length = whole ? found : buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
  if (state_ == State::content) {
    if (at_start_ && length > 0) {
      if (length < 2) return false;
      buffer_.erase(0, 2);
      length -= 2;
      at_start_ = false;
    }
    if (length > 0) SB_CHECK(events_.data(std::string_view(buffer_).substr(0, length)));
  } else if ((passed_ += length) > kMostPreamble) {
    return invalid("there is no boundary in the first 4 KiB");
  }
  buffer_.erase(0, length + (whole ? delimiter_.size() : 0));
  if (!whole) return false;
  if (state_ == State::content) SB_CHECK(events_.end());
  state_ = State::behind_boundary;
  return true;
}

Result<bool> MultipartReader::read_boundary_line() {
  if (buffer_.size() < 2) return false;
  if (buffer_.starts_with("--")) {
    state_ = State::epilogue;
    return true;
  }
  const auto end = buffer_.find("\r\n");
  const auto padding = std::string_view(buffer_).substr(0, std::min(end, buffer_.size()));
  const auto bad = padding.find_first_not_of(" \t");
  if (padding.size() > 100 ||
      (bad != padding.npos && (end != buffer_.npos || padding.substr(bad) != "\r")))
    return invalid("text follows a boundary on its line");
  if (end == buffer_.npos) return false;
  if (++parts_ > kMostParts)
    return invalid(fmt::format("the body has more than {} parts", kMostParts));
  buffer_.erase(0, end);  // its CR LF begins the head: one without lines is CR LF CR LF
  state_ = State::head;
  return true;
}

Result<bool> MultipartReader::read_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (std::min(end, buffer_.size()) > kMostHeadBytes)
    return invalid("the header of a part is longer than 8 KiB");
  if (end == buffer_.npos) return false;
  SB_CHECK(parse_head(std::string_view(buffer_).substr(0, end)));
  buffer_.erase(0, end + 2);  // the CR LF that stays ends the head, or begins the next boundary
  state_ = State::content;
  at_start_ = true;
  return true;
}

Result<> MultipartReader::parse_head(std::string_view head) {
  PartHead part;
  part.content_type = "text/plain";
  bool named = false;
  while (!head.empty()) {
    head.remove_prefix(2);  // CR LF
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size());
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0 ||
        !std::ranges::all_of(line.substr(0, colon), is_token_character) ||
        line.find_first_of(std::string_view("\r\n\0", 3)) != line.npos || !text::valid_utf8(line))
      return invalid("a part's header line is not \"name: value\"");
    const auto name = lower(line.substr(0, colon));
    const auto text = text::trim(line.substr(colon + 1));
    if (name == "content-transfer-encoding") {
      const auto encoding = lower(text);
      if (encoding != "binary" && encoding != "8bit" && encoding != "7bit")
        return invalid("parts are taken as they are, without Content-Transfer-Encoding");
      continue;
    }
    if (name != "content-disposition" && name != "content-type") continue;
    SB_TRY(value, parse_value(text));
    if (name == "content-type") {
      part.content_type = value.word;
      if (value.word.starts_with("multipart/")) return invalid("a part may not hold parts");
      continue;
    }
    const auto field = value.parameters.find("name");
    if (named || value.word != "form-data" || field == value.parameters.end())
      return invalid("a part needs one Content-Disposition: form-data with a name");
    named = true;
    part.name = field->second;
    if (const auto file = value.parameters.find("filename"); file != value.parameters.end())
      part.file_name = file->second;
  }
  if (!named) return invalid("a part needs one Content-Disposition: form-data with a name");
  if (!names_.insert(part.name).second) return invalid("two parts have the same name");
  return events_.begin(part);
}

Result<> read_multipart(std::string_view body, std::string_view boundary,
                        const PartEvents& events) {
  MultipartReader reader(boundary, events);
  SB_CHECK(reader.feed(body));
  return reader.finish();
}

Result<> read_multipart(const std::filesystem::path& file, std::string_view boundary,
                        const PartEvents& events) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::unavailable, "multipart-file", "the body cannot be read");
  MultipartReader reader(boundary, events);
  std::string piece(64 * 1024, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    SB_CHECK(reader.feed(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount()))));
  }
  if (in.bad()) return fail(ErrorCode::unavailable, "multipart-file", "the body cannot be read");
  return reader.finish();
}

}  // namespace stockbell::http
