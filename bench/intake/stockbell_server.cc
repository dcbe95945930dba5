#include "intake/stockbell_server.h"

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

namespace stockbell::bench {
namespace {

namespace fs = std::filesystem;

void write_catalog(const fs::path& file, int skus) {
  std::ofstream out(file);
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<catalog xmlns=\"http://www.demandware.com/xml/"
         "impex/catalog/2006-10-31\" catalog-id=\"bench\">\n";
  for (int i = 0; i < skus; ++i) {
    char sku[16];
    std::snprintf(sku, sizeof sku, "SKU-%06d", i);
    out << "<product product-id=\"" << sku << "\"><display-name xml:lang=\"x-default\">Item " << i
        << "</display-name><online-flag>true</online-flag></product>\n";
  }
  out << "</catalog>\n";
}

// As for a drop day, behind a proxy: the site takes what comes; a network and a mailbox may do what
// they may by default.
void write_configuration(const fs::path& folder, int queue_mb) {
  std::ofstream(folder / "stockbell.toml")
      << "[http]\ntrusted_proxies = [\"127.0.0.1\"]\n\n[commerce]\nintake_queue_mb = " << queue_mb
      << "\n\n[[commerce.sites]]\nkey = \"default\"\n"
         "locales = [\"en-GB\"]\norigins = [\"*\"]\nrequests_per_minute = 100000000\n";
}

std::vector<std::string> settings(const fs::path& folder, int port) {
  return {"STOCKBELL_DATA_DIR=" + (folder / "data").string(),
          "STOCKBELL_HTTP_LISTEN=127.0.0.1:" + std::to_string(port),
          "STOCKBELL_SFTP_LISTEN=127.0.0.1:" + std::to_string(free_port())};
}

// With commerce and the CRM alone the feed has nowhere to go; that is not what is measured.
void add_roles(std::vector<std::string>& environment, const std::string& roles) {
  environment.push_back("STOCKBELL_ROLES=" + roles);
  if (roles.find("engagement") == std::string::npos)
    environment.push_back(
        "STOCKBELL_ENGAGEMENT_SFTP=sftp://bench:none@127.0.0.1:9/Import?host_key=SHA256:none");
}

void make_store(const fs::path& binary, const fs::path& folder, int skus, int queue_mb) {
  fs::create_directories(folder);
  const auto catalog = folder / "catalog.xml";
  write_catalog(catalog, skus);
  write_configuration(folder, queue_mb);
  auto environment = settings(folder, free_port());
  add_roles(environment, "commerce,crm");
  Process import({{binary.string(), "import", "catalog", catalog.string(), "--config",
                   (folder / "stockbell.toml").string()},
                  environment,
                  folder,
                  folder / "output"});
  if (import.wait() != 0) give_up("the import failed; see " + (folder / "output").string());
}

sqlite3* open_store(const fs::path& file, int flags) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(file.c_str(), &db, flags, nullptr) != SQLITE_OK)
    give_up("cannot open " + file.string());
  sqlite3_busy_timeout(db, 10'000);
  return db;
}

std::int64_t number(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    give_up(sql + ": " + sqlite3_errmsg(db));
  if (sqlite3_step(statement) != SQLITE_ROW) give_up(sql + ": no row");
  const auto value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

}  // namespace

StockbellServer::StockbellServer(const fs::path& binary, const fs::path& folder,
                                 const std::string& roles, int skus, int queue_mb)
    : folder_(folder), port_(free_port()) {
  if (!fs::exists(folder_ / "data" / "crm.db")) make_store(binary, folder_, skus, queue_mb);
  auto environment = settings(folder_, port_);
  add_roles(environment, roles);
  server_ = std::make_unique<Process>(
      Program{{binary.string(), "serve", "--config", (folder / "stockbell.toml").string()}, environment, folder_, folder_ / "output"});
  wait_for_port(port_, *server_, folder_ / "output");
  commerce_ = open_store(folder_ / "data" / "commerce.db", SQLITE_OPEN_READONLY);
}

StockbellServer::~StockbellServer() {
  sqlite3_close(commerce_);
  server_->stop();
}

std::uint64_t StockbellServer::applied() {
  return static_cast<std::uint64_t>(
      number(commerce_, "SELECT COALESCE(MAX(applied), 0) FROM intake_journal"));
}

std::uint64_t StockbellServer::recorded() {
  sqlite3* crm = open_store(folder_ / "data" / "crm.db", SQLITE_OPEN_READONLY);
  const auto rows = number(crm, "SELECT COUNT(*) FROM submission");
  sqlite3_close(crm);
  return static_cast<std::uint64_t>(rows);
}

void StockbellServer::wait_applied(std::uint64_t total) {
  auto seen = applied();
  auto since = std::chrono::steady_clock::now();
  while (seen < total) {
    usleep(5'000);
    const auto now = applied();
    if (now > seen) since = std::chrono::steady_clock::now();
    seen = now;
    if (std::chrono::steady_clock::now() - since > std::chrono::seconds(60))
      give_up("only " + std::to_string(seen) + " of " + std::to_string(total) +
              " requests were applied; see " + (folder_ / "output").string());
  }
}

std::uint64_t StockbellServer::journal_bytes() const {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(folder_ / "data" / "journal", ignored))
    bytes += file.file_size(ignored);
  return bytes;
}

void preload(const fs::path& binary, const fs::path& folder, int skus, std::uint64_t count) {
  const auto done = folder / ("preloaded-" + std::to_string(count));
  if (fs::exists(done)) return;
  fs::remove_all(folder);
  make_store(binary, folder, skus, StockbellServer::kQueueMb);
  sqlite3* db = open_store(folder / "data" / "crm.db", SQLITE_OPEN_READWRITE);
  const auto run = [&](const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
      give_up(sql.substr(0, 80) + ": " + (error ? error : ""));
  };
  run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000000; "
      "PRAGMA foreign_keys=OFF; BEGIN");
  // Ids as the real ones: in the order of time, 2^20 a millisecond; mailboxes in no order.
  const std::string base = std::to_string((1'700'000'000'000LL) << 10);
  const std::string source =
      " FROM (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " +
      std::to_string(count) + ") SELECT i, " + base +
      " + i * 1024 AS id, 1700000000000 + i AS at, "
      "printf('%08x.%d@old%d.example', (i * 2654435761) % 4294967296, i, i % 97) AS email, "
      "printf('SKU-%06d', (i * 7919) % " + std::to_string(skus) + ") AS sku FROM n)";
  std::vector<std::string> indexes, names;
  sqlite3_stmt* found = nullptr;
  sqlite3_prepare_v2(db,
                     "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                     "AND tbl_name IN ('contact', 'contact_identity', 'back_in_stock', "
                     "'request_event', 'submission', 'change_log')",
                     -1, &found, nullptr);
  while (sqlite3_step(found) == SQLITE_ROW) {
    names.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(found, 0)));
    indexes.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(found, 1)));
  }
  sqlite3_finalize(found);
  for (const auto& name : names) run("DROP INDEX " + name);
  run("INSERT INTO contact (id, site_group, email, email_normalized, first_name, last_name, name, "
      "created_at, modified_at, system_modstamp) SELECT id, 'default', email, email, 'Ada', "
      "'Lovelace', 'Ada Lovelace', at, at, at" + source);
  run("INSERT INTO contact_identity (site_group, email_normalized, contact) SELECT 'default', "
      "email, id" + source + " ORDER BY email");
  run("INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
      "status_at, requested_at, created_at, modified_at, system_modstamp) SELECT id + 1, "
      "CAST(id + 5 AS TEXT), id, sku, 'default', 'en-GB', 1, 'Requested', at, at, at, at, at" +
      source);
  run("INSERT INTO request_event (id, request, happened_at, status, reason, source) SELECT id + 2, "
      "id + 1, at, 'Requested', 'asked in the shop; new contact', 'commerce'" + source);
  run("INSERT INTO submission (request_key, contact, request, contact_created, request_created, "
      "consent_text_version, consent_given_at, consent_page_url, received_at) SELECT "
      "CAST(id + 5 AS TEXT), id, id + 1, 1, 1, '2026-05', at, 'https://shop.example/p/' || sku, at" +
      source);
  run("INSERT INTO change_log (kind, row_id) SELECT 'request', id + 1" + source);
  for (const auto& sql : indexes) run(sql);
  run("COMMIT; ANALYZE; PRAGMA journal_mode=WAL;");
  sqlite3_close(db);
  std::ofstream(done) << count << "\n";
}

}  // namespace stockbell::bench
