#include "apply/filled_store.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "apply/raw_sqlite.h"
#include "apply/shoppers.h"
#include "crm/crm_box.h"

namespace stockbell::bench {
namespace {

constexpr std::int64_t kEpochMs = 1704067200000;  // of ids
constexpr std::int64_t kMonthMs = 30LL * 24 * 3600 * 1000;

std::unique_ptr<db::Database> open_store(const std::filesystem::path& folder) {
  auto opened = db::open_database({.url = "sqlite", .data_dir = folder, .name = "crm"});
  if (!opened) give_up(opened.error().message);
  return std::move(*opened);
}

std::string schema_of(RawSqlite& raw) {
  std::string all;
  for (const auto& sql : raw.texts("SELECT sql FROM sqlite_master ORDER BY name")) all += sql;
  return fmt::format("{:x}", std::hash<std::string>()(all));
}

// Indexes are made from the full tables; unique ones of a table's own stay.
void load(RawSqlite& raw, std::uint64_t count) {
  const char* indexes = "type = 'index' AND sql IS NOT NULL";
  const auto names = raw.texts(fmt::format("SELECT name FROM sqlite_master WHERE {}", indexes));
  const auto made = raw.texts(fmt::format("SELECT sql FROM sqlite_master WHERE {}", indexes));
  raw.run("BEGIN");
  for (const auto& name : names) raw.run("DROP INDEX " + name);
  auto contact = raw.prepare(
      "INSERT INTO contact (id, site_group, email, email_normalized, first_name, last_name, name, "
      "created_at, modified_at, system_modstamp) VALUES (?,'default',?,?,?,?,?,?7,?7,?7)");
  auto request = raw.prepare(
      "INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
      "status_at, requested_at, created_at, modified_at, system_modstamp) "
      "VALUES (?,?,?,?,'default','en-GB',1,'Requested',?5,?5,?5,?5,?5)");
  auto event = raw.prepare(
      "INSERT INTO request_event (id, request, happened_at, status, reason, source) "
      "VALUES (?,?,?,'Requested','asked in the shop; new contact','commerce')");
  auto submission = raw.prepare("INSERT INTO submission VALUES (?,?,?,1,1,?,?5,?,?5)");
  auto change = raw.prepare("INSERT INTO change_log (kind, row_id) VALUES (?,?)");
  const auto first_ms = to_ms(SystemClock().now()) - kMonthMs;
  std::vector<std::pair<std::string, std::int64_t>> identities;
  identities.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto ms = first_ms + static_cast<std::int64_t>(i * (kMonthMs - 1000) / count);
    const auto id = ((ms - kEpochMs) << 22) + static_cast<std::int64_t>(i % 1024) * 8;
    const auto asked = request_of(i, 0, from_ms(ms));
    const std::string last = asked.last_name.empty() ? "Unknown" : asked.last_name;
    const auto key = std::to_string(id);
    contact.run({id, asked.email, asked.email_normalized, asked.first_name, last,
                 asked.first_name + " " + last, ms});
    identities.emplace_back(asked.email_normalized, id);
    request.run({id + 1, key, id, asked.sku, ms});
    event.run({id + 2, id + 1, ms});
    submission.run({key, id, id + 1, asked.consent.text_version, ms, asked.consent.page_url});
    change.run({"contact", id});
    change.run({"request", id + 1});
  }
  std::ranges::sort(identities);
  auto identity = raw.prepare(
      "INSERT INTO contact_identity (site_group, email_normalized, contact) "
      "VALUES ('default', ?, ?)");
  for (const auto& [email, id] : identities) identity.run({email, id});
  for (const auto& sql : made) raw.run(sql);
  raw.run("COMMIT");
}

}  // namespace

void give_up(const std::string& why) {
  fmt::print(stderr, "bench apply: {}\n", why);
  std::exit(1);
}

std::unique_ptr<db::Database> open_filled_store(const std::filesystem::path& folder,
                                                std::uint64_t count) {
  const auto fresh = folder / "empty";
  std::filesystem::remove_all(fresh);
  std::filesystem::create_directories(fresh);
  if (const auto made = open_store(fresh)->migrate(crm::CrmBox::migrations()); !made)
    give_up(made.error().message);
  RawSqlite raw(fresh / "crm.db");
  const auto schema = schema_of(raw);
  const auto done = folder / "loaded";
  std::string loaded;
  std::ifstream(done) >> loaded;
  if (loaded == schema) return open_store(folder);
  std::filesystem::remove(done);
  for (const char* file : {"crm.db", "crm.db-wal", "crm.db-shm"})
    std::filesystem::remove(folder / file);
  raw.run(
      "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000; "
      "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY;");
  load(raw, count);
  raw.run("PRAGMA journal_mode=WAL");
  std::filesystem::rename(fresh / "crm.db", folder / "crm.db");
  std::ofstream(done) << schema << "\n";
  return open_store(folder);
}

}  // namespace stockbell::bench
