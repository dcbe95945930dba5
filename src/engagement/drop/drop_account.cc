#include "engagement/drop/drop_account.h"

#include <sys/stat.h>

#include <array>

#include "platform/crypto/crypto.h"
#include "platform/log/log.h"
#include "platform/sftp/file_names.h"
#include "platform/sftp/host_key.h"
#include "sql/engagement_drop.sql.h"

namespace stockbell::engagement {
namespace {

namespace sql = stockbell::sql::engagement_drop;
constexpr std::size_t kPasswordBytes = 18, kMostKeys = 20;

// Also the name of a folder: never "." or "..".
Result<> check_name(const std::string& name) {
  constexpr auto kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (!name.empty() && name.size() <= 64 && name.find_first_not_of(kAllowed) == name.npos &&
      !name.starts_with('.'))
    return {};
  return fail(
      ErrorCode::invalid, "sftp-account-invalid",
      "an SFTP account's name is 1 to 64 letters, digits, - _ . and does not begin with a dot",
      "name");
}

Result<std::vector<std::string>> check_keys(const std::vector<std::string>& texts) {
  if (texts.size() > kMostKeys)
    return fail(ErrorCode::invalid, "sftp-key-invalid", "an account has at most 20 keys",
                "public_keys");
  std::vector<std::string> keys;
  for (const auto& text : texts) {
    auto key = sftp::parse_public_text(text);
    if (!key)
      return fail(ErrorCode::invalid, "sftp-key-invalid", key.error().message, "public_keys");
    keys.push_back(std::move(*key));
  }
  return keys;
}

std::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "sftp-account-unknown",
              "there is no SFTP account of this name");
}

Result<> save_keys(db::Session& session, const std::string& name,
                   const std::vector<std::string>& keys) {
  for (const auto& key : keys) SB_CHECK(session.execute(sql::insert_key, {name, key}));
  return {};
}

// What tells about a feed beside it is none (docs/feed.md).
bool is_manifest(const std::filesystem::path& file) {
  return file.native().ends_with(".manifest.json");
}

}  // namespace

std::span<const db::Migration> DropAccount::migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"engagement/drop/1", sql::create_drop_account},
      db::Migration{"engagement/drop/2", sql::create_drop_key}};
  return kMigrations;
}

DropAccount::DropAccount(db::Database& database, const Clock& clock, Random& random,
                         DropOptions options, OnImportFile on_import_file)
    : database_(database),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      on_import_file_(std::move(on_import_file)),
      no_one_(crypto::hash_password(crypto::random_token(random_, kPasswordBytes))),
      server_(options_, clock_,
              {[this](auto& name, auto& password) { return check_password(name, password); },
               [this](auto& name, auto& key) { return check_key(name, key); },
               [this](auto& name) { return place_of(name); }},
              [this](auto& account, auto& file) { file_is_complete(account, file); }) {}

Result<> DropAccount::start() {
  SB_CHECK(server_.start());
  tell_of_waiting_files(options_.root);
  SB_TRY(accounts, list_accounts());
  for (const auto& account : accounts)
    if (account.own_folder) tell_of_waiting_files(own_root(account.name));
  return {};
}

Result<std::string> DropAccount::create_account(const NewDropAccount& account) {
  SB_CHECK(check_name(account.name));
  SB_TRY(keys, check_keys(account.public_keys));
  if (!account.password && keys.empty())
    return fail(ErrorCode::invalid, "sftp-account-invalid", "an account needs a password or a key",
                "password");
  const auto password = account.password ? crypto::random_token(random_, kPasswordBytes) : "";
  const auto hash = account.password ? crypto::hash_password(password) : "";
  SB_CHECK(database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(inserted,
           session.execute(sql::insert_account,
                           {account.name, hash, to_ms(clock_.now()), account.own_folder ? 1 : 0,
                            static_cast<std::int64_t>(account.quota_bytes)}));
    if (inserted == 0)
      return fail(ErrorCode::conflict, "sftp-account-exists",
                  "there is an SFTP account of this name", "name");
    return save_keys(session, account.name, keys);
  }));
  return password;
}

Result<std::vector<DropAccountRow>> DropAccount::list_accounts() {
  return database_.read([&](db::Session& session) -> Result<std::vector<DropAccountRow>> {
    SB_TRY(rows, session.query(sql::list_accounts));
    SB_TRY(keys, session.query(sql::list_keys));
    std::vector<DropAccountRow> accounts;
    for (const auto& row : rows) {
      auto& account = accounts.emplace_back();
      account.name = row.text(0);
      account.password = row.flag(1);
      account.own_folder = row.flag(2);
      account.quota_bytes = static_cast<std::uint64_t>(row.i64(3));
      account.created_at = from_ms(row.i64(4));
      for (const auto& key : keys)
        if (key.text(0) == account.name) account.public_keys.push_back(key.text(1));
    }
    return accounts;
  });
}

Result<> DropAccount::set_public_keys(const std::string& name,
                                      const std::vector<std::string>& texts) {
  SB_TRY(keys, check_keys(texts));
  auto saved = database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(found, session.query_one(sql::find_account, {name}));
    if (!found) return unknown();
    if (keys.empty() && found->text(0).empty())
      return fail(ErrorCode::invalid, "sftp-account-invalid",
                  "the account has no password: without a key nobody could log in", "public_keys");
    SB_CHECK(session.execute(sql::delete_keys, {name}));
    return save_keys(session, name, keys);
  });
  if (saved) server_.end_sessions(name);  // a key that is gone may hold one
  return saved;
}

Result<std::string> DropAccount::renew_password(const std::string& name) {
  const auto password = crypto::random_token(random_, kPasswordBytes);
  const auto hash = crypto::hash_password(password);
  SB_TRY(updated, database_.write([&](db::Session& session) {
    return session.execute(sql::set_password, {name, hash});
  }));
  if (updated == 0) return unknown();
  server_.end_sessions(name);
  return password;
}

Result<> DropAccount::remove_account(const std::string& name) {
  auto gone = database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(removed, session.execute(sql::delete_account, {name}));
    if (removed == 0) return unknown();
    SB_CHECK(session.execute(sql::delete_keys, {name}));
    return {};
  });
  if (!gone) return gone;
  server_.end_sessions(name);
  return {};
}

Result<sftp::SftpTarget> DropAccount::local_target(const std::string& name) {
  if (port() == 0)
    return fail(ErrorCode::unavailable, "sftp-not-running", "the SFTP server is not running");
  sftp::SftpTarget target;
  auto host = options_.listen.substr(0, options_.listen.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  target.host = host.empty() || host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
  target.port = port();
  target.user = name;
  target.known_host_key = host_key();
  std::lock_guard lock(mutex_);
  auto& password = local_passwords_[name];
  if (password.empty()) password = crypto::random_token(random_, kPasswordBytes);
  target.password = password;
  return target;
}

bool DropAccount::check_password(const std::string& name, const std::string& password) {
  {
    std::lock_guard lock(mutex_);
    auto local = local_passwords_.find(name);
    // Compared as digests: the time it takes says nothing about the password.
    if (local != local_passwords_.end())
      return crypto::sha256_hex(local->second) == crypto::sha256_hex(password);
  }
  auto row = database_.read(
      [&](db::Session& session) { return session.query_one(sql::find_account, {name}); });
  if (!row) log::error("sftp.accounts_unavailable", {{"reason", row.error().reason}});
  bool known = row && *row && !(*row)->text(0).empty();
  return crypto::verify_password(known ? (*row)->text(0) : no_one_, password) && known;
}

bool DropAccount::check_key(const std::string& name, const std::string& openssh_text) {
  auto row = database_.read(
      [&](db::Session& session) { return session.query_one(sql::find_key, {name, openssh_text}); });
  if (!row) log::error("sftp.accounts_unavailable", {{"reason", row.error().reason}});
  return row && row->has_value();
}

std::filesystem::path DropAccount::own_root(const std::string& name) const {
  return options_.root.parent_path() / (options_.root.filename().string() + "-accounts") / name;
}

Result<sftp::AccountLookup::Place> DropAccount::place_of(const std::string& name) {
  sftp::AccountLookup::Place shared{options_.root, options_.quota_bytes};
  {
    std::lock_guard lock(mutex_);
    if (local_passwords_.contains(name)) return shared;
  }
  SB_TRY(row, database_.read([&](db::Session& session) {
    return session.query_one(sql::find_account, {name});
  }));
  if (!row) return unknown();  // removed since the login
  if (!row->flag(1)) return shared;
  const auto quota = static_cast<std::uint64_t>(row->i64(2));
  return sftp::AccountLookup::Place{own_root(name), quota ? quota : options_.quota_bytes};
}

void DropAccount::file_is_complete(const std::string& account, const std::filesystem::path& file) {
  const auto place = place_of(account);
  if (!place) return;  // the next start finds the file
  const auto inside = file.lexically_relative(place->root / "Import");
  if (inside.empty() || *inside.begin() == ".." || is_manifest(inside)) return;
  log::info("sftp.file_complete", {{"account", account}});
  on_import_file_(file);
}

void DropAccount::tell_of_waiting_files(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root / "Import", error), end; !error && it != end;
       it.increment(error)) {
    struct stat found{};
    auto path = fs::relative(it->path(), root, error).string();
    if (::lstat(it->path().c_str(), &found) == 0 && sftp::is_complete(found) &&
        !sftp::is_temporary(path) && !is_manifest(path))
      on_import_file_(it->path());
  }
}

}  // namespace stockbell::engagement
