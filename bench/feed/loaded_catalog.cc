#include "feed/loaded_catalog.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "commerce/catalog/catalog_store.h"
#include "commerce/feed/feed_store.h"
#include "commerce/inventory/inventory_store.h"
#include "platform/db/database.h"

namespace stockbell::bench {
namespace {

constexpr int kVariants = 8;
constexpr std::string_view kColors[] = {"Navy", "Sand", "Fir green", "Brick red"};
constexpr std::string_view kSizes[] = {"S", "M", "L", "XL"};
constexpr std::string_view kDescription =
    "A jumper of soft lambswool, spun and knitted in the Borders. Ribbed at neck, cuffs and hem, "
    "with saddle shoulders that sit where they should. Wear it over a shirt or by itself; it keeps "
    "its shape, and the elbows outlast the winter. Wash by hand, dry flat, and it will be handed "
    "down.";

class Loader {
 public:
  explicit Loader(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("store not opened");
    run("PRAGMA journal_mode=OFF");
    run("PRAGMA synchronous=OFF");
    run("PRAGMA cache_size=-262144");
    run("PRAGMA locking_mode=EXCLUSIVE");
  }
  ~Loader() { sqlite3_close_v2(db_); }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  void run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
  }
  std::int64_t number(const char* sql) {
    auto* statement = prepare(sql);
    const auto found = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return found;
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return statement;
  }
  void insert(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }

 private:
  sqlite3* db_ = nullptr;
};

void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void insert_all(Loader& loader, std::int64_t products) {
  auto* product = loader.prepare(
      "INSERT INTO product (id, is_master, name, short_description, description, brand, category, "
      "image, online, color, size, price_minor, sale_price_minor, currency, changed_seq) "
      "VALUES (?, ?, ?, '', ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)");
  auto* variation = loader.prepare("INSERT INTO variation (sku, master_id, position) VALUES (?, ?, ?)");
  auto* stock = loader.prepare(
      "INSERT INTO site_stock (site, sku, availability, ats, orderable, in_stock_at, changed_at, "
      "sequence) VALUES ('default', ?, ?, ?, ?, NULL, ?, ?)");
  std::int64_t made = 0;
  for (std::int64_t group = 0; made < products; ++group) {
    const auto master = fmt::format("HP-{:08}", group);
    bind_text(product, 1, master);
    sqlite3_bind_int(product, 2, 1);
    bind_text(product, 3, fmt::format("Harbour \"Lambswool\" jumper no. {}", group));
    bind_text(product, 4, kDescription);
    bind_text(product, 5, "Harbour & Pine");
    bind_text(product, 6, "knitwear-men-jumpers");
    bind_text(product, 7, fmt::format("products/large/{}/front.jpg", master));
    bind_text(product, 8, "");
    bind_text(product, 9, "");
    sqlite3_bind_int64(product, 10, 4900 + group % 20000);
    sqlite3_bind_null(product, 11);
    bind_text(product, 12, "EUR");
    sqlite3_bind_int64(product, 13, group / 1000 + 1);
    loader.insert(product);
    for (int i = 0; i < kVariants && made < products; ++i, ++made) {
      const auto sku = fmt::format("{}-{:02}", master, i);
      bind_text(product, 1, sku);
      sqlite3_bind_int(product, 2, 0);
      bind_text(product, 3, "");
      bind_text(product, 4, "");
      bind_text(product, 5, "");
      bind_text(product, 6, "");
      bind_text(product, 7, i % 2 == 0 ? fmt::format("products/large/{}/{}.jpg", master, i) : "");
      bind_text(product, 8, kColors[i % 4]);
      bind_text(product, 9, kSizes[i / 2]);
      sqlite3_bind_null(product, 10);
      if (group % 5 == 0) sqlite3_bind_int64(product, 11, 3900);
      bind_text(product, 12, "");
      sqlite3_bind_int64(product, 13, group / 1000 + 1);
      loader.insert(product);
      sqlite3_bind_null(product, 11);
      bind_text(variation, 1, sku);
      bind_text(variation, 2, master);
      sqlite3_bind_int(variation, 3, i);
      loader.insert(variation);
      const auto units = (made * 7) % 11;
      bind_text(stock, 1, sku);
      bind_text(stock, 2, units > 3 ? "in_stock" : "out_of_stock");
      sqlite3_bind_int64(stock, 3, units > 3 ? units : 0);
      sqlite3_bind_int64(stock, 4, units > 3 ? units : 0);
      sqlite3_bind_int64(stock, 5, 1'790'000'000'000 + made * 13);
      sqlite3_bind_int64(stock, 6, made + 1);
      loader.insert(stock);
    }
  }
  for (auto* statement : {product, variation, stock}) sqlite3_finalize(statement);
}

}  // namespace

void load_catalog(const std::filesystem::path& folder, std::int64_t products) {
  const auto file = folder / "commerce.db";
  if (std::filesystem::exists(file)) {
    Loader there(file);
    if (there.number("SELECT value FROM bench_size") == products) return;
  }
  std::filesystem::remove(file);
  {
    auto database = db::open_database({.url = "sqlite", .data_dir = folder, .name = "commerce"});
    if (!database) throw std::runtime_error(database.error().message);
    for (const auto migrations : {commerce::catalog_store::migrations(),
                                  commerce::inventory_store::migrations(),
                                  commerce::feed_store::migrations()})
      if (auto done = (*database)->migrate(migrations); !done)
        throw std::runtime_error(done.error().message);
  }
  Loader loader(file);
  loader.run("BEGIN");
  insert_all(loader, products);
  loader.run("UPDATE catalog_sequence SET value = (SELECT MAX(changed_seq) FROM product)");
  loader.run("INSERT INTO inventory_setting (name, value) VALUES ('sequence', (SELECT "
             "MAX(sequence) FROM site_stock)) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  loader.run(fmt::format("CREATE TABLE bench_size AS SELECT {} AS value", products));
  loader.run("COMMIT");
  loader.run("PRAGMA journal_mode=WAL");
}

}  // namespace stockbell::bench
