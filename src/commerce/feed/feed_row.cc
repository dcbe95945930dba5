#include "commerce/feed/feed_row.h"

#include <array>
#include <charconv>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace stockbell::commerce {
namespace {

using enum FeedAttribute;

std::string_view trimmed(std::string_view text) {
  auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Quotes doubled; line breaks become blanks: Marketing Cloud complains of them even inside quotes.
// Needs room for twice the text and 16 bytes more.
char* put_escaped(std::string_view text, char* at) {
  const char* from = text.data();
  const char* const end = from + text.size();
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), cr = _mm_set1_epi8('\r'), lf = _mm_set1_epi8('\n');
  while (end - from >= 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), chunk);
    const int special = _mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(chunk, quote),
                     _mm_or_si128(_mm_cmpeq_epi8(chunk, cr), _mm_cmpeq_epi8(chunk, lf))));
    if (special == 0) {
      from += 16;
      at += 16;
      continue;
    }
    const int plain = __builtin_ctz(special);
    from += plain;
    at += plain;
    if (*from == '"') *at++ = '"';
    *at++ = *from == '"' ? '"' : ' ';
    ++from;
  }
  if (end - from >= 8) {
    const __m128i chunk = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    if (_mm_movemask_epi8(
            _mm_or_si128(_mm_cmpeq_epi8(chunk, quote),
                         _mm_or_si128(_mm_cmpeq_epi8(chunk, cr), _mm_cmpeq_epi8(chunk, lf)))) == 0) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(at), chunk);
      from += 8;
      at += 8;
    }
  }
#endif
  for (; from != end; ++from) {
    if (*from == '"') *at++ = '"';
    *at++ = *from == '\r' || *from == '\n' ? ' ' : *from;
  }
  return at;
}

char* put_plain(std::string_view text, char* at) {
  if (text.empty()) return at;
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// What stands in an address as it is: a table, for every byte of links and pictures asks it.
constexpr auto kPlainInUrl = [] {
  std::array<bool, 256> plain{};
  for (unsigned char c = 0; c < 255; ++c)
    plain[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == '~';
  return plain;
}();

char* put_url_encoded(std::string_view text, char* at) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (kPlainInUrl[static_cast<unsigned char>(c)]) {
      *at++ = c;
    } else {
      *at++ = '%';
      *at++ = kHex[static_cast<unsigned char>(c) >> 4];
      *at++ = kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return at;
}

char* put_number(std::int64_t number, char* at) { return std::to_chars(at, at + 20, number).ptr; }

char* put_two(unsigned number, char* at) {
  *at++ = static_cast<char>('0' + number / 10);
  *at++ = static_cast<char>('0' + number % 10);
  return at;
}

char* put_price(std::int64_t minor, std::string_view format, char* at) {
  if (format == "cents") return put_number(minor, at);
  at = put_number(minor / 100, at);
  *at++ = format == "0,00" ? ',' : '.';
  return put_two(static_cast<unsigned>(minor % 100), at);
}

struct Moment {
  int year;
  unsigned month, day, hour, minute, second, milli;
};

Moment moment_of(std::int64_t ms) {
  const auto time = from_ms(ms);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day ymd(day);
  const auto of_day = static_cast<unsigned>((time - day).count());
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
          static_cast<unsigned>(ymd.day()), of_day / 3'600'000, of_day / 60'000 % 60,
          of_day / 1000 % 60, of_day % 1000};
}

char* put_year(int year, char* at) {
  return put_two(static_cast<unsigned>(year % 100), put_two(static_cast<unsigned>(year / 100 % 100), at));
}

char* put_date(std::int64_t ms, std::string_view format, char* at) {
  const auto m = moment_of(ms);
  if (format.empty()) {
    at = put_year(m.year, at);
    *at++ = '-';
    at = put_two(m.month, at);
    *at++ = '-';
    at = put_two(m.day, at);
    *at++ = 'T';
    at = put_two(m.hour, at);
    *at++ = ':';
    at = put_two(m.minute, at);
    *at++ = ':';
    at = put_two(m.second, at);
    *at++ = '.';
    *at++ = static_cast<char>('0' + m.milli / 100);
    at = put_two(m.milli % 100, at);
    *at++ = 'Z';
    return at;
  }
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      at = put_escaped(format.substr(i, 1), at);
      continue;
    }
    switch (format[++i]) {
      case 'Y': at = put_year(m.year, at); break;
      case 'm': at = put_two(m.month, at); break;
      case 'd': at = put_two(m.day, at); break;
      case 'H': at = put_two(m.hour, at); break;
      case 'M': at = put_two(m.minute, at); break;
      case 'S': at = put_two(m.second, at); break;
      default: *at++ = '%';
    }
  }
  return at;
}

// Pictures without a host lie on this server, under /pictures.
char* put_picture(std::string_view image, std::string_view public_url, char* at) {
  if (image.empty() || image.starts_with("https://") || image.starts_with("http://"))
    return put_escaped(image, at);
  at = put_plain("/pictures", put_escaped(public_url, at));
  while (!image.empty()) {
    const auto part = image.substr(0, image.find('/'));
    if (!part.empty()) {
      *at++ = '/';
      at = put_url_encoded(part, at);
    }
    image.remove_prefix(std::min(image.size(), part.size() + 1));
  }
  return at;
}

bool flag_of(FeedAttribute attribute, const FeedRow& row) {
  if (attribute == is_variant) return !row.master_id.empty();
  if (attribute == online) return row.online;
  if (attribute == in_stock) return row.online && row.in_stock;
  return attribute == ats && row.ats != 0;  // is_master: masters are never rows
}

}  // namespace

FeedRenderer::FeedRenderer(const FeedTarget& target, std::string public_url, Time built_at)
    : columns_(target.columns),
      site_(target.site),
      public_url_(std::move(public_url)),
      delimiter_(target.delimiter),
      built_at_(to_ms(built_at)) {
  for (const auto& column : columns_)
    fixed_ += 96 + 2 * (site_.size() + column.fallback.size() + 2 * column.format.size()) +
              (column.attribute == link || column.attribute == image ? 2 * public_url_.size() : 0);
}

// Each column can be as long as a text six times over: doubled quotes, or a link of encoded bytes.
std::size_t FeedRenderer::longest(const FeedRow& row) const {
  const auto texts = row.sku.size() + row.master_id.size() + row.brand.size() +
                     row.category.size() + row.image.size() + row.color.size() + row.size.size() +
                     row.currency.size() + row.name.size();
  const auto long_texts = row.short_description.size() + row.long_description.size();
  std::size_t most = fixed_;
  for (const auto& column : columns_)
    most += column.attribute == description || column.attribute == long_description ||
                    column.attribute == short_description
                ? 2 * long_texts
                : column.attribute == link || column.attribute == image ? 6 * texts : 2 * texts;
  return most;
}

std::string FeedRenderer::header() const {
  FeedBlock line;
  for (const auto& column : columns_) {
    char* at = line.room(2 * column.label.size() + 24);
    if (line.size() > 0) *at++ = delimiter_;
    *at++ = '"';
    at = put_escaped(column.label, at);
    *at++ = '"';
    line.end_at(at);
  }
  return std::string(line.view()) + "\r\n";
}

bool FeedRenderer::render(const FeedRow& row, FeedBlock& out) const {
  const auto start = out.size();
  char* at = out.room(longest(row));
  bool first = true;
  for (const auto& column : columns_) {
    if (!first) *at++ = delimiter_;
    first = false;
    *at++ = '"';
    char* const value = at;
    at = put(column, row, at);
    if (at == value) {
      if (column.required && column.fallback.empty()) {
        out.cut(start);
        return false;
      }
      at = put_escaped(column.fallback, at);
    }
    *at++ = '"';
  }
  *at++ = '\r';
  *at++ = '\n';
  out.end_at(at);
  return true;
}

void FeedRenderer::render_removed(std::string_view sku_gone, std::int64_t removed_at,
                                  FeedBlock& out) const {
  FeedRow row;
  row.sku = sku_gone;
  row.online = false;
  row.availability = "out_of_stock";
  row.stock_changed_at = removed_at;
  char* at = out.room(longest(row));
  bool first = true;
  for (const auto& column : columns_) {
    if (!first) *at++ = delimiter_;
    first = false;
    *at++ = '"';
    if (column.attribute != link) at = put(column, row, at);
    *at++ = '"';
  }
  *at++ = '\r';
  *at++ = '\n';
  out.end_at(at);
}

char* FeedRenderer::put(const FeedColumn& column, const FeedRow& row, char* at) const {
  switch (column.attribute) {
    case is_master:
    case is_variant:
    case online:
    case in_stock: {
      const bool yes = flag_of(column.attribute, row);
      if (column.type == FeedType::text) return put_plain(yes ? "true" : "false", at);
      if (column.format.empty()) return put_plain(yes ? "Y" : "N", at);
      const auto slash = column.format.find('/');
      const std::string_view words = column.format;
      return put_escaped(yes ? words.substr(0, slash) : words.substr(slash + 1), at);
    }
    case ats:
      if (column.type != FeedType::boolean) return put_number(row.ats, at);
      return put_plain(row.ats != 0 ? "Y" : "N", at);
    case price:
      return row.price_minor < 0 ? at : put_price(row.price_minor, column.format, at);
    case sale_price:
      return row.sale_price_minor < 0 ? at : put_price(row.sale_price_minor, column.format, at);
    case stock_time:
      return put_date(row.stock_changed_at ? row.stock_changed_at : built_at_, column.format, at);
    case built_at:
      return put_date(built_at_, column.format, at);
    default:
      return put_text(column, row, at);
  }
}

char* FeedRenderer::put_text(const FeedColumn& column, const FeedRow& row, char* at) const {
  std::string_view text;
  switch (column.attribute) {
    case site: text = site_; break;
    case sku: text = row.sku; break;
    case product_id: text = row.master_id.empty() ? row.sku : row.master_id; break;
    case master_id: text = row.master_id; break;
    case name: text = row.name; break;
    case short_description: text = row.short_description; break;
    case long_description: text = row.long_description; break;
    case description:
      text = row.long_description.empty() ? row.short_description : row.long_description;
      break;
    case brand: text = row.brand; break;
    case category: text = row.category; break;
    case color: text = row.color; break;
    case size: text = row.size; break;
    case currency: text = row.currency; break;
    case availability: text = row.availability; break;
    case image: return put_picture(trimmed(row.image), public_url_, at);
    case link:
      at = put_plain("/products/", put_escaped(public_url_, at));
      at = put_url_encoded(row.master_id.empty() ? row.sku : row.master_id, at);
      if (row.color.empty() && row.size.empty()) return at;
      at = put_url_encoded(row.color, put_plain("?color=", at));
      return put_url_encoded(row.size, put_plain("&size=", at));
    default: break;
  }
  return put_escaped(trimmed(text), at);
}

}  // namespace stockbell::commerce
