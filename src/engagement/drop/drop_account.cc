#include "engagement/drop/drop_account.h"

#include <sys/stat.h>

#include <array>

#include "platform/crypto/crypto.h"
#include "platform/log/log.h"
#include "platform/sftp/file_names.h"
#include "sql/engagement_drop.sql.h"

namespace stockbell::engagement {
namespace {

namespace sql = stockbell::sql::engagement_drop;
constexpr std::size_t kPasswordBytes = 18;

std::string without_comment(const std::string& openssh_text) {
  auto first = openssh_text.find(' ');
  return openssh_text.substr(0, first == std::string::npos ? first : openssh_text.find_first_of(" \r\n", first + 1));
}

Result<> check_name(const std::string& name) {
  constexpr auto kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (!name.empty() && name.size() <= 64 && name.find_first_not_of(kAllowed) == name.npos) return {};
  return fail(ErrorCode::invalid, "sftp-account-invalid",
              "an SFTP account's name is 1 to 64 letters, digits, - _ .", "name");
}

}  // namespace

std::span<const db::Migration> DropAccount::migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"engagement/drop/1", sql::create_drop_account}};
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
      server_(
          options_, clock_,
          {[this](auto& name, auto& password) { return check_password(name, password); },
           [this](auto& name, auto& key) { return check_key(name, key); }},
          [this](auto&, auto& path) { file_is_complete(path); }) {}

Result<> DropAccount::start() {
  SB_CHECK(server_.start());
  tell_of_waiting_files();
  return {};
}

Result<std::string> DropAccount::create_account(const std::string& name) {
  SB_CHECK(check_name(name));
  auto password = crypto::random_token(random_, kPasswordBytes);
  auto hash = crypto::hash_password(password);
  SB_TRY(inserted, database_.write([&](db::Session& session) {
    return session.execute(sql::insert_drop_account, {name, hash, "", to_ms(clock_.now())});
  }));
  if (inserted == 0)
    return fail(ErrorCode::conflict, "sftp-account-exists", "there is an SFTP account of this name", "name");
  return password;
}

Result<> DropAccount::set_public_key(const std::string& name, const std::string& openssh_text) {
  auto key = without_comment(openssh_text);
  SB_TRY(updated, database_.write([&](db::Session& session) {
    return session.execute(sql::set_drop_public_key, {name, key});
  }));
  if (updated == 0) return fail(ErrorCode::not_found, "sftp-account-unknown", "no SFTP account of this name");
  return {};
}

Result<sftp::SftpTarget> DropAccount::local_target(const std::string& name) {
  if (port() == 0) return fail(ErrorCode::unavailable, "sftp-not-running", "the SFTP server is not running");
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
      [&](db::Session& session) { return session.query_one(sql::find_drop_account, {name}); });
  if (!row) log::error("sftp.accounts_unavailable", {{"reason", row.error().reason}});
  bool known = row && *row && !(*row)->text(0).empty();
  return crypto::verify_password(known ? (*row)->text(0) : no_one_, password) && known;
}

bool DropAccount::check_key(const std::string& name, const std::string& openssh_text) {
  auto row = database_.read(
      [&](db::Session& session) { return session.query_one(sql::find_drop_account, {name}); });
  return row && *row && !(*row)->text(1).empty() && (*row)->text(1) == openssh_text;
}

void DropAccount::file_is_complete(const std::string& path) {
  if (!path.starts_with("Import/")) return;
  log::info("sftp.file_complete");
  on_import_file_(options_.root / path);
}

void DropAccount::tell_of_waiting_files() {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::recursive_directory_iterator it(options_.root / "Import", error), end; !error && it != end;
       it.increment(error)) {
    struct stat found {};
    auto path = fs::relative(it->path(), options_.root, error).string();
    if (::lstat(it->path().c_str(), &found) == 0 && sftp::is_complete(found) && !sftp::is_temporary(path))
      on_import_file_(it->path());
  }
}

}  // namespace stockbell::engagement
