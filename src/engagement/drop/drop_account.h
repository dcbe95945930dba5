// Engagement's SFTP account: who may log in, the server itself, and word of every complete file in Import (step 9 to 10 of the
// picture). Used by app/. start() and stop() from one thread, the rest from any.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "platform/db/database.h"
#include "platform/sftp/client.h"
#include "platform/sftp/server.h"

namespace stockbell::engagement {

using DropOptions = sftp::SftpServerOptions;

class DropAccount {
 public:
  // Called from the clients' threads, and from start() for files found there: must be quick and must expect a file twice (the
  // import knows by content what it has had).
  using OnImportFile = std::function<void(const std::filesystem::path& file)>;

  DropAccount(db::Database& database, const Clock& clock, Random& random, DropOptions options,
              OnImportFile on_import_file);
  static std::span<const db::Migration> migrations();

  // Serves, then tells of the complete files in Import: one may have arrived just before the last process died.
  Result<> start();
  void stop() { server_.stop(); }
  int port() const { return server_.port(); }
  const std::string& host_key() const { return server_.host_key(); }

  // The new account's password, shown this once. Conflict when the name is taken.
  Result<std::string> create_account(const std::string& name);
  Result<> set_public_key(const std::string& name, const std::string& openssh_text);

  // Where this process's own feed goes, under an account that lives as long as the process and is stored nowhere.
  Result<sftp::SftpTarget> local_target(const std::string& name);

 private:
  bool check_password(const std::string& name, const std::string& password);
  bool check_key(const std::string& name, const std::string& openssh_text);
  void file_is_complete(const std::string& path);
  void tell_of_waiting_files();

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
