// Engagement's SFTP account: who may log in and where each lives, the server itself, and word of
// every complete file in an Import folder (step 9 to 10 of the picture). Used by app/. start() and
// stop() from one thread, the rest from any.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "platform/db/database.h"
#include "platform/sftp/client.h"
#include "platform/sftp/server.h"

namespace stockbell::engagement {

using DropOptions = sftp::SftpServerOptions;

struct NewDropAccount {
  std::string name;
  std::vector<std::string> public_keys = {};  // as in OpenSSH's .pub files
  bool password = true;                       // false: keys only
  bool own_folder = false;  // a root of its own; else the one that all share, as in Marketing Cloud
  std::uint64_t quota_bytes = 0;  // of an own root; 0: the server's
};

struct DropAccountRow {
  std::string name;
  bool password = false, own_folder = false;
  std::uint64_t quota_bytes = 0;
  std::vector<std::string> public_keys = {};
  Time created_at{};
};

class DropAccount {
 public:
  // Called from the clients' threads, and from start() for files found there: must be quick and
  // must expect a file twice (the import knows by content what it has had).
  using OnImportFile = std::function<void(const std::filesystem::path& file)>;

  DropAccount(db::Database& database, const Clock& clock, Random& random, DropOptions options,
              OnImportFile on_import_file);
  static std::span<const db::Migration> migrations();

  // Serves, then tells of the complete files in Import: one may have arrived just before the last
  // process died.
  Result<> start();
  void stop() { server_.stop(); }
  int port() const { return server_.port(); }
  const std::string& host_key() const { return server_.host_key(); }

  // The new account's password, shown this once; "" without one. Errors: conflict
  // "sftp-account-exists"; invalid with field name, public_keys or password (neither it nor a key).
  Result<std::string> create_account(const NewDropAccount& account);
  Result<std::vector<DropAccountRow>> list_accounts();
  // The following end the account's sessions. Errors: not_found "sftp-account-unknown".
  Result<> set_public_keys(const std::string& name, const std::vector<std::string>& keys);
  Result<std::string> renew_password(const std::string& name);
  Result<> remove_account(const std::string& name);  // its files stay

  // Where this process's own feed goes, under an account that lives as long as the process and is
  // stored nowhere.
  Result<sftp::SftpTarget> local_target(const std::string& name);

 private:
  bool check_password(const std::string& name, const std::string& password);
  bool check_key(const std::string& name, const std::string& openssh_text);
  Result<sftp::AccountLookup::Place> place_of(const std::string& name);
  std::filesystem::path own_root(const std::string& name) const;
  void file_is_complete(const std::string& account, const std::filesystem::path& file);
  void tell_of_waiting_files(const std::filesystem::path& root);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  const DropOptions options_;
  OnImportFile on_import_file_;
  const std::string no_one_;  // a hash for names that do not exist, so that they take as long
  std::mutex mutex_;
  std::map<std::string, std::string> local_passwords_;
  sftp::SftpServer server_;
};

}  // namespace stockbell::engagement
