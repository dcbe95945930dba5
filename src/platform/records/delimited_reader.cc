#include "platform/records/delimited_reader.h"

#include <fmt/format.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>

namespace stockbell::records {
namespace {

constexpr std::size_t kFieldLimit = std::size_t{1} << 20;
constexpr std::size_t kRowLimit = std::size_t{16} << 20;
constexpr std::size_t kColumnLimit = 1000;

// The first of three characters in [at, end), or end.
inline const char* find(const char* at, const char* end, char a, char b, char c) {
#ifdef __SSE2__
  const __m128i as = _mm_set1_epi8(a), bs = _mm_set1_epi8(b), cs = _mm_set1_epi8(c);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i hits =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, as), _mm_cmpeq_epi8(bytes, bs)),
                     _mm_cmpeq_epi8(bytes, cs));
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits)))
      return at + std::countr_zero(mask);
  }
#endif
  for (; at < end; ++at)
    if (*at == a || *at == b || *at == c) return at;
  return end;
}

}  // namespace

bool is_ascii(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
#ifdef __SSE2__
  for (; end - at >= 16; at += 16)
    if (_mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)))) return false;
#endif
  for (; at < end; ++at)
    if (static_cast<unsigned char>(*at) >= 0x80) return false;
  return true;
}

std::unexpected<Error> DelimitedReader::too_long_field() const {
  return fail(ErrorCode::invalid, "csv-field",
              fmt::format("line {}: a field is longer than 1 MB; is a quote not closed?", line_));
}

// A quoted field whose opening quote is before `at`; leaves `at` behind the field.
Result<DelimitedReader::Found> DelimitedReader::read_quoted(const char*& at, const char* end,
                                                            bool last) {
  const char* const begin = at;
  const char* kept = at;  // from here on nothing is in `own` yet
  std::string* own = nullptr;
  const auto mend = [&](const char* until) {
    if (!own) {
      if (mended_used_ == mended_.size()) mended_.emplace_back();
      own = &mended_[mended_used_++];
      own->clear();
    }
    own->append(kept, until);
  };
  quoted_ = true;
  for (;;) {
    at = find(at, end, quote_, '\n', '\r');
    if (static_cast<std::size_t>(at - begin) > kFieldLimit) return too_long_field();
    if (at == end) {
      if (!last) return Found::cut;
      return fail(ErrorCode::invalid, "csv-quote",
                  fmt::format("line {}: a quote is opened and never closed", line_));
    }
    if (*at != quote_) {
      if (*at == '\r' || at == begin || at[-1] != '\r') ++lines_inside_;
      ++at;
      continue;
    }
    if (at + 1 == end && !last) return Found::cut;
    if (at + 1 == end || at[1] != quote_) break;
    mend(at + 1);
    kept = at += 2;
  }
  const char* const closing = at++;
  while (at < end && blank(*at)) ++at;
  if (at == end && !last) return Found::cut;
  const char* const rest = at;
  if (at < end && *at != delimiter_ && *at != '\n' && *at != '\r')
    at = find(at, end, delimiter_, '\n', '\r');
  if (at == end && !last) return Found::cut;
  if (own || at > rest) {  // a flaw: text after the closing quote belongs to the field
    mend(closing);
    own->append(rest, at);
    row_.fields.push_back(*own);
  } else {
    row_.fields.emplace_back(begin, closing);
  }
  return Found::row;
}

Result<DelimitedReader::Found> DelimitedReader::read_row(const char*& at, const char* end,
                                                         bool last) {
  row_.fields.clear();
  mended_used_ = 0;
  lines_inside_ = 0;
  quoted_ = false;
  for (;;) {
    const char* begin = at;
    while (begin < end && blank(*begin)) ++begin;
    if (begin < end && quote_ != kNoQuote && *begin == quote_) {
      at = begin + 1;
      SB_TRY(found, read_quoted(at, end, last));
      if (found == Found::cut) return found;
    } else {
      at = find(begin, end, delimiter_, '\n', '\r');
      if (static_cast<std::size_t>(at - begin) > kFieldLimit) return too_long_field();
      if (at == end && !last) return Found::cut;
      const char* after = at;
      while (after > begin && blank(after[-1])) --after;
      row_.fields.emplace_back(begin, after);
    }
    if (at == end || *at != delimiter_) return Found::row;
    if (row_.fields.size() >= kColumnLimit)
      return fail(ErrorCode::invalid, "csv-columns",
                  fmt::format("line {}: a row has more than {} fields", line_, kColumnLimit));
    ++at;
  }
}

Result<> DelimitedReader::scan(bool last) {
  const char* at = buffer_.data();
  const char* const end = at + buffer_.size();
  scan_at_bytes_ = 0;
  while (at < end) {
    if (after_return_) {
      after_return_ = false;
      if (*at == '\n') ++at;
      continue;
    }
    const char* const begin = at;
    SB_TRY(found, read_row(at, end, last));
    if (static_cast<std::size_t>(at - begin) > kRowLimit)
      return fail(ErrorCode::invalid, "csv-row",
                  fmt::format("line {}: a row is longer than 16 MB", line_));
    if (found == Found::cut) {  // looked at again when it has doubled: linear however it is cut
      at = begin;
      scan_at_bytes_ = 2 * static_cast<std::size_t>(end - begin);
      break;
    }
    row_.line = line_;
    row_.bytes = {begin, at};
    row_.ended = at < end;
    line_ += lines_inside_ + 1;
    if (at < end) after_return_ = *at++ == '\r';
    const bool is_blank = row_.fields.size() == 1 && row_.fields[0].empty() && !quoted_;
    if (!is_blank) SB_CHECK(take_(row_));
  }
  buffer_.erase(0, static_cast<std::size_t>(at - buffer_.data()));
  return {};
}

Result<> DelimitedReader::feed(std::string_view piece) {
  buffer_ += piece;
  return buffer_.size() < scan_at_bytes_ ? Result<>{} : scan(false);
}

Result<> DelimitedReader::finish() { return scan(true); }

}  // namespace stockbell::records
