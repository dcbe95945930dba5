// Prices, pictures and names of products. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "commerce/catalog/types.h"

namespace stockbell::commerce {

// "49", "49.9", "49.90", "49,90", "1.299,00" and "1,299.00" as hundredths; empty for anything else.
std::optional<std::int64_t> parse_price(std::string_view text);
struct Money {
  std::int64_t minor = 0;
  std::string currency;  // ISO 4217; "" when the text names none
};
std::optional<Money> parse_money(std::string_view text);  // "15.00 USD", "EUR 15,00", "15"
std::string format_decimal(std::int64_t minor);                             // 49.90
std::string format_price(std::int64_t minor, const std::string& currency);  // € 49.90
// What is paid: the sale price when there is one.
std::optional<std::int64_t> current_price(const Item& item);
// "Navy, M"; the name for an item without options.
std::string variant_text(const Item& item);
// Path of the picture on this server; absolute addresses stay; "" when there is none.
std::string picture_url(const std::string& image);

}  // namespace stockbell::commerce
