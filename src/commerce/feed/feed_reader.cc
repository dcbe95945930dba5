#include "commerce/feed/feed_reader.h"

#include <algorithm>

#include "commerce/inventory/types.h"
#include "platform/text/json.h"
#include "sql/commerce_feed.sql.h"

namespace stockbell::commerce {
namespace {

namespace sql = stockbell::sql::commerce_feed;
constexpr std::size_t kMastersKept = 8192;

std::string json_list(const auto& words) {
  text::JsonWriter list;
  list.begin_array();
  for (const auto& word : words) list.value(word);
  list.end_array();
  return std::move(list).str();
}

std::int64_t price_of(const db::RowView& row, std::size_t column) {
  return row.is_null(column) ? -1 : row.i64(column);
}

StockLevel level_of(std::string_view availability, std::int64_t ats, std::int64_t orderable) {
  const auto known = parse_enum<Availability>(availability);
  return {known.value_or(Availability::out_of_stock), ats, orderable, {}};
}

std::string_view first_of(std::string_view own, std::string_view inherited) {
  return own.empty() ? inherited : own;
}

}  // namespace

void FeedReader::Side::clear() {
  bytes_.clear();
  entries_.clear();
  next_ = 0;
}

void FeedReader::Side::add(std::string_view sku, std::string_view text, std::int64_t first,
                           std::int64_t second) {
  const auto at = static_cast<std::uint32_t>(bytes_.size());
  bytes_.insert(bytes_.end(), sku.begin(), sku.end());
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  entries_.push_back({at, static_cast<std::uint32_t>(sku.size()),
                      at + static_cast<std::uint32_t>(sku.size()),
                      static_cast<std::uint32_t>(text.size()), first, second});
}

void FeedReader::Side::sort() {
  auto before = [this](const Entry& a, const Entry& b) { return sku(a) < sku(b); };
  if (!std::ranges::is_sorted(entries_, before)) std::ranges::sort(entries_, before);
}

const FeedReader::Side::Entry* FeedReader::Side::find(std::string_view wanted) {
  if (next_ < entries_.size() && sku(entries_[next_]) == wanted) return &entries_[next_++];
  const auto found =
      std::ranges::lower_bound(entries_, wanted, {}, [this](const Entry& e) { return sku(e); });
  next_ = static_cast<std::size_t>(found - entries_.begin());
  if (found == entries_.end() || sku(*found) != wanted) return nullptr;
  return &entries_[next_++];
}

Result<> FeedReader::read_range(db::Session& session, const std::string& after,
                                const std::string& through, const Each& each) {
  return read(session,
              {sql::variations_between, sql::stock_between, sql::offline_between,
               sql::products_between},
              {after, through}, {after, through, site_}, each);
}

Result<> FeedReader::read_list(db::Session& session, const std::vector<std::string>& skus,
                               const Each& each) {
  const auto list = json_list(skus);
  return read(session,
              {sql::variations_listed, sql::stock_listed, sql::offline_listed, sql::products_listed},
              {list}, {list, site_}, each);
}

Result<> FeedReader::read(db::Session& session, const Statements& statements,
                          const db::Params& which, const db::Params& which_of_site,
                          const Each& each) {
  for (auto* side : {&variations_, &stock_, &offline_}) side->clear();
  SB_CHECK(session.scan(statements.variations, which, [&](const db::RowView& row) -> Result<> {
    variations_.add(row.text(0), row.text(1), 0, 0);
    return {};
  }));
  SB_CHECK(session.scan(statements.stock, which_of_site, [&](const db::RowView& row) -> Result<> {
    const StockLevel level = level_of(row.text(1), row.i64(2), row.i64(4));
    stock_.add(row.text(0), row.text(1), rings_for(level) ? units_to_tell(level) : level.ats,
               row.i64(3));
    return {};
  }));
  SB_CHECK(session.scan(statements.offline, which_of_site, [&](const db::RowView& row) -> Result<> {
    offline_.add(row.text(0), "", 0, 0);
    return {};
  }));
  for (auto* side : {&variations_, &stock_, &offline_}) side->sort();
  SB_CHECK(load_masters(session));
  return session.scan(statements.products, which, [&](const db::RowView& row) -> Result<> {
    return each(row_of(row));
  });
}

Result<> FeedReader::load_masters(db::Session& session) {
  // Read anew for each range: a master that changed since must not look like it did.
  masters_.clear();
  master_ = nullptr;
  master_id_.clear();
  std::vector<std::string_view> wanted;
  for (const auto& entry : variations_.entries())
    if (wanted.empty() || wanted.back() != variations_.text(entry))
      wanted.push_back(variations_.text(entry));
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  for (std::size_t at = 0; at < wanted.size(); at += kMastersKept) {
    const auto some = std::span(wanted).subspan(at, std::min(kMastersKept, wanted.size() - at));
    SB_CHECK(session.scan(sql::masters, {json_list(some)}, [&](const db::RowView& row) -> Result<> {
      Master master;
      master.name = row.text(1);
      master.short_description = row.text(2);
      master.long_description = row.text(3);
      master.brand = row.text(4);
      master.category = row.text(5);
      master.image = row.text(6);
      master.currency = row.text(7);
      master.price_minor = price_of(row, 8);
      master.sale_price_minor = price_of(row, 9);
      masters_.emplace(std::string(row.text(0)), std::move(master));
      return {};
    }));
  }
  return {};
}

// As the view item has it (commerce/catalog).
FeedRow FeedReader::row_of(const db::RowView& product) {
  FeedRow row;
  row.sku = product.text(0);
  row.name = product.text(1);
  row.short_description = product.text(2);
  row.long_description = product.text(3);
  row.brand = product.text(4);
  row.category = product.text(5);
  row.image = first_of(product.text(6), product.text(7));
  row.color = product.text(8);
  row.size = product.text(9);
  row.price_minor = price_of(product, 10);
  row.sale_price_minor = price_of(product, 11);
  row.currency = product.text(12);
  if (const auto* variation = variations_.find(row.sku)) {
    if (const auto id = variations_.text(*variation); !master_ || id != master_id_) {
      master_id_ = id;
      const auto found = masters_.find(master_id_);
      master_ = found == masters_.end() ? nullptr : &found->second;
    }
    if (master_) {
      row.master_id = master_id_;
      if (!master_->name.empty()) row.name = master_->name;
      row.short_description = first_of(row.short_description, master_->short_description);
      row.long_description = first_of(row.long_description, master_->long_description);
      row.brand = first_of(row.brand, master_->brand);
      row.category = first_of(row.category, master_->category);
      row.image = first_of(row.image, master_->image);
      row.currency = first_of(row.currency, master_->currency);
      if (row.price_minor < 0) row.price_minor = master_->price_minor;
      if (row.sale_price_minor < 0) row.sale_price_minor = master_->sale_price_minor;
    }
  }
  row.online = offline_.entries().empty() || !offline_.find(row.sku);
  if (const auto* stock = stock_.find(row.sku)) {
    row.availability = stock_.text(*stock);
    row.in_stock = row.availability == "in_stock" || rings_for(level_of(row.availability, 0, 0));
    row.ats = stock->first;
    row.stock_changed_at = stock->second;
  } else {
    row.availability = default_in_stock_ ? "in_stock" : "out_of_stock";
    row.in_stock = default_in_stock_;
    row.ats = default_in_stock_ ? kPerpetualUnits : 0;
  }
  return row;
}

}  // namespace stockbell::commerce
