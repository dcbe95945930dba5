#include "import/known_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <stdexcept>

#include "engagement/extensions/extension_store.h"
#include "engagement/imports/feed_file.h"
#include "engagement/imports/feed_row.h"

namespace stockbell::bench {
namespace {

template <class Value>
Value checked(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

class Loader {
 public:
  explicit Loader(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("store not opened");
    for (const char* setting : {"journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE",
                                "cache_size=-524288", "temp_store=MEMORY"})
      run(fmt::format("PRAGMA {}", setting));
    run("BEGIN");
  }
  ~Loader() {
    for (auto* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(db_);
  }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  void run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return statements_.emplace_back(statement);
  }
  // A row of the statement's values, in order.
  template <class... Values>
  void insert(sqlite3_stmt* statement, const Values&... values) {
    int at = 0;
    (bind(statement, ++at, values), ...);
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }
  // Rows first, indexes after: how the statements of the indexes read.
  std::vector<std::string> drop_indexes(const std::string& table) {
    auto* found = prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name = '" +
        table + "'");
    std::vector<std::string> names, made;
    const auto text = [&](int column) {
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(found, column)));
    };
    while (sqlite3_step(found) == SQLITE_ROW) {
      names.push_back(text(0));
      made.push_back(text(1));
    }
    sqlite3_reset(found);
    for (const auto& name : names) run("DROP INDEX " + name);
    return made;
  }
  void finish() {
    run("COMMIT");
    run("PRAGMA journal_mode=WAL");
  }

 private:
  static void bind(sqlite3_stmt* statement, int at, std::string_view text) {
    sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  static void bind(sqlite3_stmt* statement, int at, std::int64_t number) {
    sqlite3_bind_int64(statement, at, number);
  }

  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

}  // namespace

void load_catalog(const std::filesystem::path& folder, const std::filesystem::path& feed_before) {
  Loader loader(folder / "engagement.db");
  auto* item_row = loader.prepare(
      "INSERT INTO catalog_item (sku, product_id, master_id, name, variant_text, link, image_link, "
      "price, "
      "sale_price, description, row_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  auto* stock_row = loader.prepare(
      "INSERT INTO availability (sku, in_stock, ats, observed_at, source, item_hash, feed_hash) "
      "VALUES (?, ?, ?, ?, 'feed', ?, ?)");
  const auto file = checked(engagement::FeedFile::open(feed_before));
  const auto start = checked(engagement::read_start(file));
  const auto header = checked(engagement::FeedHeader::create(start.names));
  const engagement::RowScan scan{start.delimiter, header.sku_column(), start.hash};
  std::vector<std::string> values;
  const auto load = [&](const engagement::FeedBlock& block) -> Result<> {
    for (const auto& place : block.scanned.rows) {
      engagement::split_row(std::string_view(block.text).substr(place.offset, place.length),
                            start.delimiter, values);
      SB_TRY(row, engagement::parse_feed_row(header, values, from_ms(kObservedAtMs)));
      const auto& item = row.item;
      loader.insert(item_row, item.sku, item.product_id, item.master_id, item.name,
                    item.variant_text, item.link, item.image_link, item.price, item.sale_price,
                    item.description, item.row_hash);
      loader.insert(stock_row, item.sku, std::int64_t{row.stock.value().in_stock}, row.stock->ats,
                    kObservedAtMs, item.row_hash, static_cast<std::int64_t>(place.hash));
    }
    return {};
  };
  checked(engagement::read_feed(file, start, scan, 1, load));
  loader.finish();
}

void load_requests(const std::filesystem::path& folder, const FeedData& data) {
  Loader loader(folder / "engagement.db");
  std::vector<std::string> indexes;
  for (const char* table : {"ext_contact", "ext_request"}) {
    const auto dropped = loader.drop_indexes(table);
    indexes.insert(indexes.end(), dropped.begin(), dropped.end());
  }
  auto* contact_row = loader.prepare(
      "INSERT INTO ext_contact (id, email, address_key, first_name, last_name, phone) "
      "VALUES (?, ?, ?, 'Ada', 'Lovelace', '')");
  for (std::int64_t id = 1; id <= data.contacts(); ++id) {
    const auto email = fmt::format("shopper-{:08}@example.com", id);
    loader.insert(contact_row, id, email, engagement::address_key(email));
  }
  auto* request_row = loader.prepare(
      "INSERT INTO ext_request (id, contact_id, sku, site, locale, quantity, status, stage, "
      "requested_at, "
      "synchronized_at, asked_at) VALUES (?1, ?2, ?3, 'default', 'en-GB', 1, 'Requested', "
      "'waiting', ?4, ?4, ?4)");
  for (std::int64_t i = 0; i < data.rows(); ++i) {
    const auto one = data.request(i);
    loader.insert(request_row, one.id, one.contact, FeedData::sku(one.sku), one.requested_at_ms);
  }
  for (const auto& index : indexes) loader.run(index);
  loader.finish();
}

}  // namespace stockbell::bench
