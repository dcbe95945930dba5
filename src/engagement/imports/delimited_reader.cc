#include "engagement/imports/delimited_reader.h"

#include <algorithm>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {
constexpr std::size_t kRecordLimit = 1024 * 1024;

// The first of the wanted characters, or `end`.
template <class... Wanted>
const char* find_first(const char* at, const char* end, Wanted... wanted) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i hits = _mm_setzero_si128();
    ((hits = _mm_or_si128(hits, _mm_cmpeq_epi8(chunk, _mm_set1_epi8(wanted)))), ...);
    if (const int found = _mm_movemask_epi8(hits); found != 0)
      return at + __builtin_ctz(static_cast<unsigned>(found));
  }
#endif
  while (at != end && ((*at != wanted) && ...)) ++at;
  return at;
}

constexpr std::string_view kSpace = " \t\r\n\f\v";  // as text::trim

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

}  // namespace

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

// What is left of the buffer to its front, and the rest filled from the file.
void DelimitedReader::refill() {
  filled_ -= position_;
  std::memmove(buffer_.data(), buffer_.data() + position_, filled_);
  position_ = 0;
  in_.read(buffer_.data() + filled_, static_cast<std::streamsize>(buffer_.size() - filled_));
  filled_ += static_cast<std::size_t>(in_.gcount());
}

// Takes the record that nearly every one is: whole in the buffer, with quotes around whole values
// or none at all. Takes nothing of any other.
DelimitedReader::Plain DelimitedReader::read_plain(std::vector<std::string>& values) {
  const char* at = buffer_.data() + position_;
  const char* const end = buffer_.data() + filled_;
  std::size_t count = 0;
  for (;; ++at) {
    const bool quoted = at != end && *at == '"';
    const char* const begin = at + (quoted ? 1 : 0);
    at = quoted ? find_first(begin, end, '"', '\n', '\r')
                : find_first(begin, end, '"', '\n', '\r', delimiter_);
    if (at == end) return Plain::cut;
    if ((*at == '"') != quoted) return Plain::unusual;
    if (count == values.size()) values.emplace_back();
    values[count++].assign(trimmed({begin, static_cast<std::size_t>(at - begin)}));
    if (quoted && ++at == end) return Plain::cut;
    if (*at == delimiter_) continue;
    if (*at != '\n' && *at != '\r') return Plain::unusual;
    break;
  }
  if (*at == '\r' && at + 1 == end) return Plain::cut;
  if (*at == '\r' && at[1] == '\n') ++at;
  last_ = *at;
  position_ = static_cast<std::size_t>(at + 1 - buffer_.data());
  ++line_;
  values.resize(count);
  return Plain::taken;
}

bool DelimitedReader::next(std::vector<std::string>& values) {
  if (delimiter_ == 0) start();
  while (peek() == '\n' || peek() == '\r') get();
  record_line_ = line_;
  record_bytes_ = 0;
  broken_ = false;
  if (peek() < 0) {
    values.clear();
    return false;
  }
  auto plain = read_plain(values);
  if (plain == Plain::cut) {
    refill();
    plain = read_plain(values);
  }
  if (plain != Plain::taken) read_any(values);
  return true;
}

void DelimitedReader::read_any(std::vector<std::string>& values) {
  values.clear();
  std::string value;
  bool quoted = false;
  bool blank = true;  // so far, and kept: asking the value at each quote would be quadratic
  for (;;) {
    const int c = get();
    if (c == delimiter_) {
      end_value(values, value);
      quoted = false;
      blank = true;
    } else if (c < 0 || c == '\n' || c == '\r') {
      if (c == '\r' && peek() == '\n') get();
      end_value(values, value);
      broken_ = broken_ || record_bytes_ > kRecordLimit;
      return;
    } else if (c == '"' && !quoted && blank) {
      value.clear();
      quoted = true;
      if (!read_quoted(value)) broken_ = true;
    } else if (record_bytes_ <= kRecordLimit) {
      value += static_cast<char>(c);
      blank = blank && kSpace.find(static_cast<char>(c)) != std::string_view::npos;
    }
  }
}

}  // namespace stockbell::engagement
