#include "commerce/catalog/catalog_rows.h"

#include <charconv>

#include "commerce/catalog/catalog_rules.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kFieldsMost = 1000;  // of one item of a feed

Said<std::string> text_of(const Fields& fields, std::initializer_list<std::string_view> names) {
  const auto said = said_field(fields, names);
  return said ? Said<std::string>(std::string(*said)) : Said<std::string>();
}

// 2026-11-24T11:07+0100/2026-11-30T23:07+0100: whether now lies in it. A range that cannot be read
// does not hold a price back.
bool in_range(std::string_view range, Time now) {
  const auto slash = range.find('/');
  const auto at = [](std::string_view text) {
    auto word = text::trim(text);
    const auto n = word.size();
    if (n > 5 && (word[n - 5] == '+' || word[n - 5] == '-') && word[n - 3] != ':')
      word.insert(n - 2, ":");
    if (word.size() > 16 && word[13] == ':' && word[16] != ':') word.insert(16, ":00");
    return parse_rfc3339(word);
  };
  if (slash == range.npos) return true;
  const auto from = at(range.substr(0, slash)), to = at(range.substr(slash + 1));
  return (!from || *from <= now) && (!to || now < *to);
}

std::optional<StockClaim::State> state_of(std::string_view availability) {
  const auto word = field_name(availability);
  if (word == "instock" || word == "availablefororder" || word == "limitedavailability")
    return StockClaim::State::in_stock;
  if (word == "outofstock" || word == "soldout" || word == "discontinued")
    return StockClaim::State::out_of_stock;
  if (word == "preorder") return StockClaim::State::preorder;
  if (word == "backorder") return StockClaim::State::backorder;
  return {};
}

struct Wrong {
  std::string reason, message;
};

std::optional<Wrong> take_price(const std::optional<std::string_view>& said, const char* what,
                                std::optional<std::int64_t>& target, Product& product) {
  if (!said) return {};
  if (said->empty()) {
    target = kCleared;
    return {};
  }
  const auto money = parse_money(*said);
  if (!money)
    return Wrong{"price-invalid",
                 std::string("the ") + what + " is not a number such as 49.90 or 49.90 EUR"};
  target = money->minor;
  if (!money->currency.empty() && !product.currency) product.currency = money->currency;
  return {};
}

std::optional<Wrong> take_prices(const Fields& fields, Time now, Product& product) {
  if (auto wrong = take_price(said_field(fields, {"price", "regularprice"}), "price",
                              product.price_minor, product))
    return wrong;
  if (auto wrong = take_price(said_field(fields, {"saleprice"}), "sale price",
                              product.sale_price_minor, product))
    return wrong;
  if (product.sale_price_minor.value_or(kCleared) != kCleared &&
      !in_range(first_field(fields, {"salepriceeffectivedate"}), now))
    product.sale_price_minor = kCleared;
  return {};
}

std::optional<Wrong> take_online(const Fields& fields, Product& product) {
  if (const auto said = said_field(fields, {"online", "onlineflag", "onlineavailability"});
      said && !said->empty()) {
    const auto word = field_name(*said);
    product.online = word != "false" && word != "n" && word != "no" && word != "0";
  }
  for (auto [name, target] : {std::pair{std::string_view("onlinefrom"), &product.online_from},
                              std::pair{std::string_view("onlineto"), &product.online_to}}) {
    const auto said = said_field(fields, {name});
    if (!said) continue;
    const auto at = parse_rfc3339(*said);
    if (!at && !said->empty())
      return Wrong{std::string(name) + "-invalid",
                   "a date and time such as 2026-11-27T00:00:00Z is needed"};
    *target = at ? to_ms(*at) : kCleared;
  }
  return {};
}

void take_images(const Fields& fields, Product& product) {
  product.image = text_of(fields, {"image", "imagelink", "imageurl"});
  if (!product.image || product.image->empty()) return;
  std::vector<ProductImage> images{{"", "", "", *product.image}};
  for (const auto& [name, value] : fields) {
    if (name != "additionalimagelink") continue;
    for (std::size_t start = 0; start <= value.size() && images.size() < 20;) {
      const auto end = std::min(value.find(',', start), value.size());
      if (auto path = text::trim(value.substr(start, end - start)); !path.empty())
        images.push_back({"", "", "", std::move(path)});
      start = end + 1;
    }
  }
  product.images = std::move(images);
}

std::optional<Wrong> take_stock(const Fields& fields, std::int64_t line, const std::string& sku,
                                ImportBatches& batches) {
  const auto word = first_field(fields, {"availability"});
  const auto state = state_of(word);
  if (!state)
    return Wrong{"availability-invalid",
                 "availability is in_stock, out_of_stock, preorder or backorder"};
  StockClaim claim{sku, *state, {}, {}, line};
  const auto units = first_field(fields, {"quantity", "sellongooglequantity"});
  std::int64_t quantity = 0;
  const auto [end, problem] = std::from_chars(units.data(), units.data() + units.size(), quantity);
  if (problem == std::errc() && end == units.data() + units.size() && quantity >= 0)
    claim.quantity = quantity;
  claim.available_at = parse_rfc3339(first_field(fields, {"availabilitydate"}));
  batches.claim(std::move(claim));
  return {};
}

// The rows of a group share name and texts; the master has them too.
void add_master(const std::string& master, const Product& product, std::int64_t line,
                ImportBatches& batches) {
  Product group;
  group.id = master;
  group.is_master = true;
  group.name = product.name;
  group.description = product.description;
  group.brand = product.brand;
  group.category = product.category;
  group.image = product.image;
  batches.changes().products.push_back(std::move(group));
  batches.changes().variations.push_back({master, product.id, line});
}

}  // namespace

bool is_google_feed(const std::vector<std::string>& names) {
  const auto has = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  return has("id") && has("title") && has("availability");
}

Result<> take_catalog_row(const Fields& fields, std::int64_t line, bool google, Time now,
                          ImportBatches& batches) {
  Product product;
  product.id = first_field(fields, {"sku", "skuid", "productid", "id"});
  product.name = text_of(fields, {"name", "productname", "title", "displayname"});
  product.short_description = text_of(fields, {"shortdescription"});
  product.description = text_of(fields, {"description", "longdescription"});
  product.brand = text_of(fields, {"brand"});
  product.category = text_of(fields, {"category", "producttype"});
  product.color = text_of(fields, {"color", "colour"});
  product.size = text_of(fields, {"size"});
  product.currency = text_of(fields, {"currency"});
  if (product.currency && product.currency->empty()) product.currency.reset();
  take_images(fields, product);
  auto wrong = take_prices(fields, now, product);
  if (!wrong) wrong = take_online(fields, product);
  const bool remove = first_field(fields, {"mode"}) == "delete";
  if (!wrong && google && !remove && !product.id.empty())
    wrong = take_stock(fields, line, product.id, batches);
  if (wrong) return batches.refuse(line, wrong->reason, wrong->message);
  const auto master = first_field(fields, {"masterid", "master", "itemgroupid", "parentid"});
  if (!master.empty() && master != product.id && !product.id.empty() && !remove)
    add_master(master, product, line, batches);
  return batches.add(std::move(product), remove, line);
}

Result<> GoogleFeedSink::open(std::string_view name, const XmlAttributes& attributes,
                              std::int64_t line) {
  ++depth_;
  if (item_depth_ == 0 && depth_ > 1 && (name == "item" || name == "entry")) {
    item_depth_ = depth_;
    line_ = line;
    fields_.clear();
    return {};
  }
  if (item_depth_ && depth_ == item_depth_ + 1 && name == "link" && fields_.size() < kFieldsMost)
    if (auto address = xml_attribute(attributes, "href"); !address.empty())
      fields_.emplace_back("link", std::move(address));
  return {};
}

Result<> GoogleFeedSink::close(std::string_view name, const std::string& text, std::int64_t) {
  const auto depth = depth_--;
  if (item_depth_ == 0) return {};
  if (depth == item_depth_ + 1 && fields_.size() < kFieldsMost)
    fields_.emplace_back(field_name(name), text::trim(text));
  if (depth != item_depth_) return {};
  item_depth_ = 0;
  Fields fields;
  for (const auto& [key, value] : fields_) fields.emplace_back(key, value);
  return take_catalog_row(fields, line_, true, now_, batches_);
}

}  // namespace stockbell::commerce
