#include "engagement/imports/feed_rows.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace stockbell::engagement {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";  // as text::trim

bool is_break(char c) { return c == '\n' || c == '\r'; }

// Past a line break of one or two characters; `at` where there is none.
std::size_t after_break(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_break(text[at])) return at;
  return at + (text.substr(at, 2) == "\r\n" ? 2 : 1);
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

// Where a character of each kind stands in 64 bytes, a bit each.
struct Kinds {
  std::uint64_t quotes = 0, delimiters = 0, line_feeds = 0, returns = 0;
};

#if defined(__SSE2__)
Kinds kinds_of(const char* at, char delimiter) {
  Kinds kinds;
  for (int i = 0; i < 4; ++i) {
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at) + i);
    const auto where = [&](char wanted) {
      const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_set1_epi8(wanted)));
      return static_cast<std::uint64_t>(static_cast<std::uint16_t>(found)) << (16 * i);
    };
    kinds.quotes |= where('"');
    kinds.delimiters |= where(delimiter);
    kinds.line_feeds |= where('\n');
    kinds.returns |= where('\r');
  }
  return kinds;
}
#else
Kinds kinds_of(const char* at, char delimiter) {
  Kinds kinds;
  for (int i = 0; i < 64; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (at[i] == '"') kinds.quotes |= bit;
    if (at[i] == delimiter) kinds.delimiters |= bit;
    if (at[i] == '\n') kinds.line_feeds |= bit;
    if (at[i] == '\r') kinds.returns |= bit;
  }
  return kinds;
}
#endif

// Each bit: whether the number of bits up to and with it is odd.
std::uint64_t parity(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

struct RawValue {
  std::string_view text;  // from its quote on, when it is quoted
  bool quoted = false;
};

// The value that begins at `at`; moves `at` to where the next one begins, past the end after the
// last.
RawValue take_value(std::string_view row, char delimiter, std::size_t& at) {
  RawValue value;
  auto begin = at;
  while (begin < row.size() && row[begin] != delimiter &&
         kSpace.find(row[begin]) != std::string_view::npos)
    ++begin;
  auto end = begin;
  value.quoted = begin < row.size() && row[begin] == '"';
  if (value.quoted)
    for (++end; end < row.size(); ++end) {
      if (row[end] != '"') continue;
      if (row.substr(end + 1, 1) != "\"") break;
      ++end;
    }
  end = std::min(row.find(delimiter, std::min(end, row.size())), row.size());
  value.text = row.substr(begin, end - begin);
  at = end + 1;
  return value;
}

// The SKU of a row of any kind, unless it is written with quotes within.
std::string_view find_value(std::string_view row, char delimiter, std::size_t column) {
  RawValue value;
  for (std::size_t at = 0, i = 0; i <= column; ++i) {
    if (at > row.size()) return {};
    value = take_value(row, delimiter, at);
  }
  if (!value.quoted) return trimmed(value.text);
  const auto inner = value.text.substr(1);
  return inner.find('"') + 1 == inner.size() ? trimmed(inner.substr(0, inner.size() - 1))
                                             : std::string_view();
}

// Reads 64 bytes at a time. Rows with quotes around whole values or none, that is nearly all, are
// told by bits alone; any other is left to find_row_end().
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t stop, bool whole_file, const RowScan& scan,
          ScannedBlock& block)
      : text_(text), stop_(stop), whole_file_(whole_file), scan_(scan), block_(block) {}

  void run(std::size_t begin) {
    start_row(begin);
    while (row_ < stop_ && row_ < text_.size()) {
      if (!read_plain()) return;
      if (row_ >= stop_ || row_ >= text_.size()) break;
      if (!read_any()) return;
    }
    block_.end = row_;
  }

 private:
  void start_row(std::size_t at) {
    row_ = at;
    field_ = 0;
    sku_begin_ = scan_.sku_column == 0 ? at : std::string_view::npos;
    sku_end_ = std::string_view::npos;
  }

  void add(std::size_t length, bool broken, std::string_view sku) {
    if (length == 0) return;
    ScannedRow row;
    row.offset = static_cast<std::uint32_t>(row_);
    row.length = static_cast<std::uint32_t>(length);
    row.line = static_cast<std::uint32_t>(block_.lines);
    row.broken = broken;
    row.sku = sku;
    row.hash = hash_row(text_.substr(row_, length), scan_);
    block_.rows.push_back(row);
  }

  std::string_view sku_of(std::size_t row_end) const {
    if (sku_begin_ == std::string_view::npos) return {};
    auto sku = text_.substr(sku_begin_, std::min(sku_end_, row_end) - sku_begin_);
    if (sku.size() >= 2 && sku.front() == '"') sku = sku.substr(1, sku.size() - 2);
    return trimmed(sku);
  }

  void take_event(std::size_t at) {
    if (text_[at] != '\n') {
      if (field_ == scan_.sku_column) sku_end_ = at;
      if (++field_ == scan_.sku_column) sku_begin_ = at + 1;
      return;
    }
    const auto end = at > row_ && text_[at - 1] == '\r' ? at - 1 : at;
    add(end - row_, false, sku_of(end));
    ++block_.lines;
    start_row(at + 1);
  }

  // Until a row that is not plain, or the stop. False: done.
  bool read_plain() {
    std::uint64_t inside_before = 0;  // all ones within quotes
    std::uint64_t separator_before = 1, closing_before = 0, return_before = 0;
    char last[64];
    for (auto at = row_; at < text_.size(); at += 64) {
      const auto left = text_.size() - at;
      const char* bytes = text_.data() + at;
      if (left < 64) {
        std::memset(last, 0, sizeof last);
        std::memcpy(last, bytes, left);
        bytes = last;
      }
      const auto kinds = kinds_of(bytes, scan_.delimiter);
      const auto inside = parity(kinds.quotes) ^ inside_before;
      const auto opening = kinds.quotes & inside, closing = kinds.quotes & ~inside;
      const auto breaks = kinds.line_feeds | kinds.returns;
      const auto separators = kinds.delimiters | kinds.line_feeds;
      auto odd = (opening & ~(separators << 1 | separator_before))  // a quote within a value
                 | ((closing << 1 | closing_before) &
                    ~(separators | breaks))  // text after a closed value, or ""
                 | ((kinds.returns << 1 | return_before) & ~kinds.line_feeds)  // CR alone
                 | (breaks & inside);  // a value of several lines
      if (left < 64) odd &= (std::uint64_t{1} << left) - 1;
      const auto ends = (kinds.line_feeds & ~inside) | odd;
      auto events = (separators & ~inside) | odd;
      // Behind the SKU nothing but the end of the row is of interest.
      while (const auto next = sku_end_ == std::string_view::npos ? events : events & ends) {
        const auto bit = static_cast<unsigned>(std::countr_zero(next));
        if (odd >> bit & 1) return true;
        take_event(at + bit);
        if (row_ >= stop_) return block_.end = row_, false;
        events &= ~std::uint64_t{1} << bit;  // those after it
      }
      inside_before = static_cast<std::uint64_t>(static_cast<std::int64_t>(inside) >> 63);
      separator_before = separators >> 63;
      closing_before = closing >> 63;
      return_before = kinds.returns >> 63;
    }
    return true;  // the last row has no line break, or is cut
  }

  // The row at row_, whatever it is. False: it is cut.
  bool read_any() {
    const auto found = find_row_end(text_.substr(row_), scan_.delimiter, whole_file_);
    if (found.cut) {
      block_.end = row_;
      block_.cut = true;
      return false;
    }
    const auto row = text_.substr(row_, found.length);
    add(found.length, found.broken,
        found.broken ? std::string_view() : find_value(row, scan_.delimiter, scan_.sku_column));
    block_.lines += found.lines;
    start_row(row_ + found.next);
    return true;
  }

  std::string_view text_;
  std::size_t stop_;
  bool whole_file_;
  const RowScan& scan_;
  ScannedBlock& block_;
  std::size_t row_ = 0, field_ = 0;
  std::size_t sku_begin_ = 0, sku_end_ = 0;
};

std::size_t count_breaks(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    lines += text[at] == '\r' || (text[at] == '\n' && (at == 0 || text[at - 1] != '\r'));
  return lines;
}

RowEnd end_at(std::string_view text, std::size_t at, bool whole_file) {
  RowEnd end{at, after_break(text, at), 0, false, false};
  end.cut = !whole_file && at + 1 == text.size() && text[at] == '\r';  // an LF may follow
  end.lines = count_breaks(text.substr(0, end.next));
  return end;
}

// The row ends with its first line.
RowEnd broken_end(std::string_view text) {
  const auto at = std::min(text.find_first_of("\r\n"), text.size());
  return {at, after_break(text, at), at < text.size() ? std::size_t{1} : 0, true, false};
}

}  // namespace

std::uint64_t hash_row(std::string_view row, const RowScan& scan) {
  return std::max<std::uint64_t>(XXH3_64bits_withSeed(row.data(), row.size(), scan.seed), 1);
}

char find_delimiter(std::string_view header_line) {
  char found = '|';
  std::ptrdiff_t most = 0;
  for (const char candidate : {'|', ',', '\t', ';'}) {
    const auto count = std::ranges::count(header_line, candidate);
    if (count <= most) continue;
    most = count;
    found = candidate;
  }
  return found;
}

RowEnd find_row_end(std::string_view text, char delimiter, bool whole_file) {
  bool blank = true, quoted = false;  // of the value so far: only blanks; it was in quotes
  std::size_t at = 0;
  for (; at < text.size() && at <= kLongestRow; ++at) {
    const char c = text[at];
    if (c == delimiter) {
      blank = true;
      quoted = false;
    } else if (is_break(c)) {
      return end_at(text, at, whole_file);
    } else if (c == '"' && blank && !quoted) {
      quoted = true;
      for (++at; at < text.size() && at <= kLongestRow; ++at) {
        if (text[at] != '"') continue;
        if (at + 1 == text.size() || text[at + 1] != '"') break;
        ++at;
      }
      if (at > kLongestRow) return broken_end(text);
      if (at >= text.size() && whole_file) return broken_end(text);
      if (at + 1 >= text.size() && !whole_file) return {.cut = true};
    } else {
      blank = blank && kSpace.find(c) != std::string_view::npos;
    }
  }
  if (at > kLongestRow) return broken_end(text);
  return whole_file ? end_at(text, text.size(), true) : RowEnd{.cut = true};
}

void split_row(std::string_view row, char delimiter, std::vector<std::string>& values) {
  std::size_t count = 0;
  for (std::size_t at = 0; at <= row.size(); ++count) {
    const auto raw = take_value(row, delimiter, at);
    if (count == values.size()) values.emplace_back();
    auto& value = values[count];
    if (!raw.quoted) {
      value.assign(trimmed(raw.text));
      continue;
    }
    value.clear();
    std::size_t i = 1;
    for (; i < raw.text.size(); ++i) {
      if (raw.text[i] == '"' && raw.text.substr(i + 1, 1) != "\"") break;
      if (raw.text[i] == '"') ++i;
      value += raw.text[i];
    }
    value += raw.text.substr(std::min(i + 1, raw.text.size()));  // text after the closing quote
    value = std::string(trimmed(value));
  }
  values.resize(count);
}

void scan_rows(std::string_view text, std::size_t begin, std::size_t stop, bool whole_file,
               const RowScan& scan, ScannedBlock& block) {
  block.rows.clear();
  block.lines = 0;
  block.cut = false;
  block.end = begin;
  Scanner(text, stop, whole_file, scan, block).run(begin);
}

}  // namespace stockbell::engagement
