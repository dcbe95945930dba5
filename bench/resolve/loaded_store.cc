#include "resolve/loaded_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <fstream>

#include "crm/contacts/contact_store.h"
#include "crm/contacts/match_key_store.h"
#include "crm/requests/request_store.h"

namespace stockbell::bench {
namespace {

namespace contacts = crm::contacts;

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "bench resolve: {}\n", why);
  std::exit(1);
}

// A raw connection: the load needs no durability, and every microsecond counts ten million times.
class Loader {
 public:
  explicit Loader(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) give_up("cannot open " + file.string());
    run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-500000; "
        "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY;");
  }
  ~Loader() {
    for (auto* statement : {contact_, identity_, key_}) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  void run(const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
      give_up(fmt::format("{}: {}", sql.substr(0, 60), error ? error : ""));
  }
  // Takes the indexes of contact away; they are made again from the full table.
  std::vector<std::string> drop_indexes() {
    std::vector<std::string> sql, names;
    sqlite3_stmt* found = prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('contact', "
        "'contact_identity') AND sql IS NOT NULL");
    while (sqlite3_step(found) == SQLITE_ROW) {
      names.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(found, 0)));
      sql.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(found, 1)));
    }
    sqlite3_finalize(found);
    for (const auto& name : names) run("DROP INDEX " + name);
    return sql;
  }
  void insert_contact(const contacts::Contact& one) {
    if (!contact_)
      contact_ = prepare(
          "INSERT INTO contact (id, site_group, email, email_normalized, first_name, last_name, "
          "name, phone, mailing_street, mailing_city, mailing_postal_code, mailing_country, "
          "created_at, modified_at, system_modstamp) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?13,?13,?13)");
    sqlite3_bind_int64(contact_, 1, one.id.value);
    const auto name = contacts::full_name(one);
    int at = 2;
    for (const auto* text :
         {&one.site_group, &one.email, &one.email_normalized, &one.first_name, &one.last_name,
          &name, &one.phone, &one.street, &one.city, &one.postal_code, &one.country})
      bind(contact_, at++, *text);
    sqlite3_bind_int64(contact_, 13, to_ms(one.created_at));
    step(contact_);
  }
  void insert_identity(const std::string& email, std::int64_t contact) {
    if (!identity_) identity_ = prepare("INSERT INTO contact_identity VALUES ('default', ?, ?)");
    bind(identity_, 1, email);
    sqlite3_bind_int64(identity_, 2, contact);
    step(identity_);
  }
  void insert_key(std::int64_t key, std::int64_t contact) {
    if (!key_) key_ = prepare("INSERT OR IGNORE INTO contact_match_key VALUES (?, ?)");
    sqlite3_bind_int64(key_, 1, key);
    sqlite3_bind_int64(key_, 2, contact);
    step(key_);
  }

 private:
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK)
      give_up(sqlite3_errmsg(db_));
    return statement;
  }
  static void bind(sqlite3_stmt* statement, int at, const std::string& text) {
    sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *contact_ = nullptr, *identity_ = nullptr, *key_ = nullptr;
};

std::unique_ptr<db::Database> open_store(const std::filesystem::path& folder) {
  auto opened = db::open_database({.url = "sqlite", .data_dir = folder, .name = "crm"});
  if (!opened) give_up(opened.error().message);
  return std::move(*opened);
}

void load(const std::filesystem::path& file, std::uint64_t count, const Population& population,
          const contacts::ContactRules& rules) {
  struct Key {
    std::int64_t key;
    std::int32_t contact;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> keys;
  std::vector<std::pair<std::string, std::int64_t>> identities;
  identities.reserve(count);
  Loader loader(file);
  loader.run("BEGIN");
  const auto indexes = loader.drop_indexes();
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto one = population.contact(i);
    loader.insert_contact(one);
    identities.emplace_back(one.email_normalized, one.id.value);
    const auto fields = contacts::fields_of(one);
    for (const auto& rule : rules.matching_rules)
      if (!contacts::found_by_index(rule))
        for (const auto key : crm::matching::keys_of(rule, fields))
          keys.push_back({key.hash, static_cast<std::int32_t>(one.id.value)});
  }
  std::ranges::sort(identities);
  for (const auto& [email, id] : identities) loader.insert_identity(email, id);
  identities = {};
  std::ranges::sort(keys);
  for (const auto& one : keys) loader.insert_key(one.key, one.contact);
  keys = {};
  for (const auto& sql : indexes) loader.run(sql);
  loader.run("COMMIT; PRAGMA journal_mode=WAL;");
}

}  // namespace

std::unique_ptr<db::Database> open_loaded_store(const std::filesystem::path& folder,
                                                std::uint64_t count, const Population& population,
                                                const contacts::ContactRules& rules) {
  const auto done = folder / "loaded";
  if (std::filesystem::exists(done)) return open_store(folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  std::filesystem::create_directories(folder);
  std::vector<db::Migration> migrations;
  for (const auto& one : contacts::migrations()) migrations.push_back(one);
  for (const auto& one : crm::requests::migrations()) migrations.push_back(one);
  for (const auto& one : contacts::later_migrations()) migrations.push_back(one);
  {
    const auto store = open_store(folder);
    if (const auto made = store->migrate(migrations); !made) give_up(made.error().message);
  }
  load(folder / "crm.db", count, population, rules);
  std::ofstream(done) << count << "\n";
  return open_store(folder);
}

}  // namespace stockbell::bench
