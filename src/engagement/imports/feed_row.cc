#include "engagement/imports/feed_row.h"

#include <charconv>

#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Result<std::optional<bool>> parse_flag(const std::string& text, FeedField field) {
  if (text.empty()) return std::optional<bool>();
  const auto word = lower(text);
  if (word == "y" || word == "yes" || word == "true" || word == "1") return std::optional(true);
  if (word == "n" || word == "no" || word == "false" || word == "0") return std::optional(false);
  const std::string column(to_text(field));
  return fail(ErrorCode::invalid, column + "-invalid", column + " must be Y or N", column);
}

// Whole units; the decimals that inventory systems write ("12.0") are cut off.
Result<std::optional<std::int64_t>> parse_units(const std::string& text) {
  if (text.empty()) return std::optional<std::int64_t>();
  double units = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, units);
  if (error != std::errc() || stop != end || !(units > -1e15 && units < 1e15))
    return fail(ErrorCode::invalid, "ats-invalid", "ATS must be a number of units", "ATS");
  return std::optional(units < 0 ? std::int64_t{0} : static_cast<std::int64_t>(units));
}

// "€ 59.00"; a feed without a Currency column has its prices shown as they stand.
std::string price_text(const std::string& amount, const std::string& currency) {
  if (amount.empty() || currency.empty()) return amount;
  if (currency == "EUR") return "€ " + amount;
  if (currency == "GBP") return "£" + amount;
  if (currency == "USD") return "$" + amount;
  return currency + " " + amount;
}

bool web_address(const std::string& url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

// FNV-1a over all values with their borders.
std::int64_t hash_of(const CatalogItem& item) {
  std::uint64_t hash = 1469598103934665603ull;
  for (const auto* field :
       {&item.sku, &item.product_id, &item.master_id, &item.name, &item.variant_text, &item.link,
        &item.image_link, &item.price, &item.sale_price, &item.description}) {
    for (const char c : *field) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    hash = (hash ^ 0x1f) * 1099511628211ull;
  }
  return static_cast<std::int64_t>(hash);
}

Result<std::optional<StockObservation>> parse_stock(const FeedHeader& header,
                                                    const std::vector<std::string>& values,
                                                    const std::string& sku, Time arrived) {
  const auto column = [&](FeedField field) -> const std::string& {
    return header.value(values, field);
  };
  const auto flag = [&](FeedField field) { return parse_flag(column(field), field); };
  SB_TRY(master, flag(FeedField::is_master));
  SB_TRY(online, flag(FeedField::online));
  SB_TRY(in_stock, flag(FeedField::in_stock));
  SB_TRY(ats, parse_units(column(FeedField::ats)));
  if (master.value_or(false) || (!in_stock && !ats)) return std::optional<StockObservation>();
  StockObservation seen{sku, in_stock.value_or(ats.value_or(0) > 0), ats.value_or(0), arrived};
  if (!online.value_or(true)) seen.in_stock = false;  // nobody can buy it
  const auto& time = column(FeedField::stock_time);
  if (!time.empty()) {
    const auto parsed = parse_rfc3339(time);
    if (!parsed)
      return fail(ErrorCode::invalid, "stock-time-invalid",
                  "StockTime must be a date and time such as 2026-01-31T08:15:00Z", "StockTime");
    seen.observed_at = *parsed;
  }
  return std::optional(std::move(seen));
}

}  // namespace

Result<FeedHeader> FeedHeader::create(const std::vector<std::string>& names) {
  FeedHeader header;
  header.size_ = names.size();
  header.places_.fill(names.size());
  for (const auto& [field, text] : kEnumText<FeedField>)
    for (std::size_t i = names.size(); i-- > 0;)
      if (lower(names[i]) == lower(std::string(text)))
        header.places_[static_cast<std::size_t>(field)] = i;
  const auto has = [&](FeedField field) {
    return header.places_[static_cast<std::size_t>(field)] < names.size();
  };
  if (!has(FeedField::sku) && !has(FeedField::product_id))
    return fail(ErrorCode::invalid, "header-invalid",
                "the first line must name the columns, SkuID or ProductID among them");
  return header;
}

std::size_t FeedHeader::sku_column() const {
  const auto place = places_[static_cast<std::size_t>(FeedField::sku)];
  return place < size_ ? place : places_[static_cast<std::size_t>(FeedField::product_id)];
}

const std::string& FeedHeader::value(const std::vector<std::string>& values,
                                     FeedField field) const {
  static const std::string kNone;
  const auto place = places_[static_cast<std::size_t>(field)];
  return place < size_ && place < values.size() ? values[place] : kNone;
}

Result<FeedRow> parse_feed_row(const FeedHeader& header, const std::vector<std::string>& values,
                               Time arrived) {
  if (values.size() != header.size())
    return fail(
        ErrorCode::invalid, "columns-mismatch",
        fmt::format("{} values where the header names {} columns", values.size(), header.size()));
  for (const auto& value : values)
    if (!text::valid_utf8(value) || value.find('\0') != std::string::npos)
      return fail(ErrorCode::invalid, "text-invalid", "the row is not valid UTF-8");
  const auto column = [&](FeedField field) -> const std::string& {
    return header.value(values, field);
  };
  FeedRow row;
  auto& item = row.item;
  item.product_id = column(FeedField::product_id);
  item.sku = column(FeedField::sku).empty() ? item.product_id : column(FeedField::sku);
  if (item.sku.empty())
    return fail(ErrorCode::invalid, "sku-missing", "SkuID and ProductID are both empty", "SkuID");
  if (item.sku.size() > 256 || text::has_control(item.sku))
    return fail(ErrorCode::invalid, "sku-invalid", "SkuID must be one line of at most 256 bytes",
                "SkuID");
  item.master_id = column(FeedField::master_id);
  item.name = column(FeedField::name);
  item.variant_text = column(FeedField::color);
  if (!column(FeedField::size).empty())
    item.variant_text += (item.variant_text.empty() ? "" : ", ") + column(FeedField::size);
  item.link = column(FeedField::link);
  item.image_link = column(FeedField::image_link);
  item.price = price_text(column(FeedField::regular_price), column(FeedField::currency));
  item.sale_price = price_text(column(FeedField::sale_price), column(FeedField::currency));
  item.description = column(FeedField::description);
  for (const auto* url : {&item.link, &item.image_link})
    if (!url->empty() && !web_address(*url))
      return fail(ErrorCode::invalid, "link-invalid",
                  "ProductLink and ImageLink must begin with http:// or https://", "ProductLink");
  item.row_hash = hash_of(item);
  SB_TRY(stock, parse_stock(header, values, item.sku, arrived));
  row.stock = std::move(stock);
  return row;
}

}  // namespace stockbell::engagement
