#include "import/postgresql_import.h"

#include <fmt/format.h>

#include "frame/report.h"

namespace stockbell::bench {
namespace {

constexpr const char* kSettings =
    "SET client_min_messages = warning; SET work_mem = '1GB'; SET maintenance_work_mem = '2GB';";

constexpr const char* kFeedColumnsOf =
    "product_id text, master_id text, name text, link text, sku text, price text, in_stock "
    "boolean, ats bigint, "
    "currency text, color text, size text";

// Indexes after the rows; room on the pages for updates in place.
constexpr const char* kLoad = R"(
  CREATE TABLE product ({columns}) WITH (fillfactor = 90);
  COPY product FROM '{feed}' WITH (FORMAT csv, DELIMITER '|', HEADER);
  ALTER TABLE product ADD PRIMARY KEY (sku);
  CREATE TABLE request (id bigint, contact bigint NOT NULL, sku text NOT NULL, requested_at bigint NOT NULL,
    status text NOT NULL DEFAULT 'Requested');
  COPY request (id, contact, sku, requested_at) FROM '{requests}' WITH (FORMAT csv, DELIMITER '|');
  ALTER TABLE request ADD PRIMARY KEY (id);
  CREATE INDEX request_waiting ON request (sku, requested_at) WHERE status = 'Requested';
  CREATE TABLE restock (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sku text NOT NULL, quantity bigint NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(), closed_at timestamptz);
  CREATE UNIQUE INDEX restock_open ON restock (sku) WHERE closed_at IS NULL;
  CREATE TABLE journey_entry (restock bigint NOT NULL, request bigint NOT NULL, step int NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'active', entered_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (restock, request));)";

constexpr const char* kRestocks = R"(
  CREATE UNLOGGED TABLE staging ({columns});
  COPY staging FROM '{feed}' WITH (FORMAT csv, DELIMITER '|', HEADER);
  ANALYZE staging (sku);
  CREATE TEMPORARY TABLE changed AS
    SELECT s.*, s.in_stock AND NOT p.in_stock AS back FROM staging s LEFT JOIN product p USING (sku)
    WHERE (s.in_stock, s.ats, s.price, s.name, s.link, s.product_id, s.master_id, s.currency, s.color, s.size)
      IS DISTINCT FROM (p.in_stock, p.ats, p.price, p.name, p.link, p.product_id, p.master_id, p.currency, p.color, p.size);
  ANALYZE changed;
  INSERT INTO product AS p (product_id, master_id, name, link, sku, price, in_stock, ats, currency, color, size)
    SELECT product_id, master_id, name, link, sku, price, in_stock, ats, currency, color, size FROM changed c
    WHERE NOT EXISTS (SELECT 1 FROM product known WHERE known.sku = c.sku);
  UPDATE product p SET in_stock = c.in_stock, ats = c.ats, price = c.price, name = c.name, link = c.link,
    product_id = c.product_id, master_id = c.master_id, currency = c.currency, color = c.color, size = c.size
    FROM changed c WHERE c.sku = p.sku;
  INSERT INTO restock (sku, quantity) SELECT sku, ats FROM changed WHERE back;
  DROP TABLE staging;)";

constexpr const char* kMatches = R"(
  INSERT INTO journey_entry (restock, request)
    SELECT b.id, r.id FROM restock b JOIN request r USING (sku) WHERE b.closed_at IS NULL AND r.status = 'Requested';)";

}  // namespace

PostgresqlImport::PostgresqlImport(const std::filesystem::path& folder,
                                   const std::filesystem::path& feed_before,
                                   const std::filesystem::path& requests)
    : server_(folder,
              {"wal_level=minimal", "max_wal_senders=0", "shared_buffers=4GB",
               "effective_cache_size=12GB", "max_parallel_workers_per_gather=2",
               "max_parallel_maintenance_workers=2", "wal_compression=lz4", "temp_buffers=1GB",
               "effective_io_concurrency=64", "client_min_messages=warning"}) {
  server_.execute("CREATE DATABASE known");
  server_.execute(kSettings + fmt::format(kLoad, fmt::arg("columns", kFeedColumnsOf),
                                          fmt::arg("feed", feed_before.string()),
                                          fmt::arg("requests", requests.string())),
                  "known");
  for (const char* table : {"product", "request"})
    server_.execute(fmt::format("VACUUM (ANALYZE, FREEZE) {}", table), "known");
}

ImportTimes PostgresqlImport::run(const std::filesystem::path& feed) {
  server_.execute("DROP DATABASE IF EXISTS run");
  server_.execute("CREATE DATABASE run TEMPLATE known STRATEGY file_copy");
  server_.number("SELECT count(*) + (SELECT count(*) FROM request) FROM product", "run");  // warm
  server_.execute("CHECKPOINT");
  const auto settings = std::string(kSettings);
  ImportTimes times;
  times.restocks_s = seconds_of([&] {
    server_.execute(settings + fmt::format(kRestocks, fmt::arg("columns", kFeedColumnsOf),
                                           fmt::arg("feed", feed.string())),
                    "run");
  });
  times.matches_s =
      times.restocks_s + seconds_of([&] { server_.execute(settings + kMatches, "run"); });
  times.restocks = static_cast<std::int64_t>(server_.number("SELECT count(*) FROM restock", "run"));
  times.matches =
      static_cast<std::int64_t>(server_.number("SELECT count(*) FROM journey_entry", "run"));
  return times;
}

}  // namespace stockbell::bench
