// The folder Impex/src, as WebDAV writes it and import jobs read it. Every path is resolved by the
// kernel below it (platform/sftp's jail); names follow the SFTP account's rules. Files appear under
// their names whole or not at all. Thread-safe.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "commerce/import_jobs/types.h"
#include "platform/sftp/jail.h"

namespace stockbell::commerce {

class ImpexFolder {
 public:
  static Result<ImpexFolder> open(const std::filesystem::path& root);  // made when missing

  struct Entry {
    std::string name;
    bool directory = false;
    std::uint64_t bytes = 0;
    Time modified_at{};
  };

  // Paths are as clients write them; errors: invalid "path-invalid", not_found "path-unknown",
  // conflict "path-conflict" (no such folder, a folder of that name), unavailable "disk".
  Result<bool> put(const std::string& path, const std::filesystem::path& file);  // moved; true: new
  Result<> make_folder(const std::string& path);
  Result<> ensure_folder(const std::string& path);  // with those above it
  Result<> remove(const std::string& path);         // a file, or an empty folder
  Result<bool> move(const std::string& from, const std::string& to, bool overwrite);  // true: new
  Result<Entry> look(const std::string& path) const;
  Result<std::vector<Entry>> list(const std::string& path) const;  // by name; without hidden ones
  Result<std::filesystem::path> file_path(const std::string& path) const;  // of a regular file

  // Takes a file of a job's folder out of the way of uploads of the same name: into the hidden
  // folder .importing of it. list_claimed() also finds what a dead process had claimed.
  Result<std::filesystem::path> claim(const std::string& folder, const std::string& name);
  Result<std::vector<Entry>> list_claimed(const std::string& folder) const;
  // What `after` says of a claimed file that was imported, or, `failed`, the folder "failed".
  Result<> put_away(const std::string& folder, const std::string& name, AfterImport after,
                    bool failed, Time now);

 private:
  ImpexFolder(std::filesystem::path root, sftp::Jail jail)
      : root_(std::move(root)), jail_(std::move(jail)) {}
  Result<> compress(const std::string& from, const std::string& to);
  std::string free_name(const std::string& folder, const std::string& name, Time now) const;

  std::filesystem::path root_;
  sftp::Jail jail_;
};

// A client's path below the folder, without "." and ".."; "" is the folder itself.
Result<std::string> impex_path(std::string_view path);

}  // namespace stockbell::commerce
