#include "commerce/catalog/catalog_rules.h"

#include "platform/text/text.h"

namespace stockbell::commerce {

std::optional<std::int64_t> parse_price(std::string_view text) {
  std::string digits = text::trim(text);
  auto point = digits.find_last_of(".,");
  std::string cents = point == digits.npos ? "" : digits.substr(point + 1);
  if (point != digits.npos) {
    const char group = digits[point] == '.' ? ',' : '.';
    digits.resize(point);
    // Thousands: groups of three after the other mark.
    for (auto at = digits.rfind(group); at != digits.npos; at = digits.rfind(group)) {
      const auto next = std::min(digits.find(group, at + 1), digits.size());
      if (digits.size() - at - 1 < 3 || (next - at - 1) % 3 != 0 || at == 0) return {};
      digits.erase(at, 1);
    }
  }
  cents.resize(std::max<std::size_t>(cents.size(), 2), '0');
  auto all_digits = [](const std::string& s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (digits.empty() || digits.size() > 12 || !all_digits(digits) || !all_digits(cents)) return {};
  return std::stoll(digits) * 100 + std::stoll(cents.substr(0, 2));
}

std::optional<Money> parse_money(std::string_view text) {
  auto word = text::trim(text);
  const auto letters = [](std::string_view s) {
    return s.size() == 3 && std::all_of(s.begin(), s.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  };
  Money money;
  const std::string_view view = word;
  if (view.size() > 3 && letters(view.substr(view.size() - 3))) {
    money.currency = view.substr(view.size() - 3);
    word = text::trim(view.substr(0, view.size() - 3));
  } else if (view.size() > 3 && letters(view.substr(0, 3))) {
    money.currency = view.substr(0, 3);
    word = text::trim(view.substr(3));
  }
  const auto price = parse_price(word);
  if (!price) return {};
  money.minor = *price;
  return money;
}

std::string format_decimal(std::int64_t minor) {
  return fmt::format("{}.{:02}", minor / 100, minor % 100);
}

std::string format_price(std::int64_t minor, const std::string& currency) {
  std::string sign = currency == "EUR"   ? "€"
                     : currency == "GBP" ? "£"
                     : currency == "USD" ? "$"
                                         : currency;
  return sign.empty() ? format_decimal(minor) : sign + " " + format_decimal(minor);
}

std::optional<std::int64_t> current_price(const Item& item) {
  return item.sale_price_minor ? item.sale_price_minor : item.price_minor;
}

std::string variant_text(const Item& item) {
  if (item.color.empty() && item.size.empty()) return item.name;
  if (item.color.empty() || item.size.empty()) return item.color + item.size;
  return item.color + ", " + item.size;
}

std::string picture_url(const std::string& image) {
  if (image.empty() || image.starts_with("https://") || image.starts_with("http://")) return image;
  std::string url = "/pictures";
  std::size_t start = 0;
  while (start <= image.size()) {
    auto end = std::min(image.find('/', start), image.size());
    if (end > start) url += "/" + text::url_encode(image.substr(start, end - start));
    start = end + 1;
  }
  return url;
}

}  // namespace stockbell::commerce
