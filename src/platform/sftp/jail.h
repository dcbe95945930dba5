// The directory an SFTP account lives in, and the only way its files are reached: every path is
// resolved by the kernel below the root (openat2), crossing no symbolic link and no mount. Used by
// FileSession. Thread-safe.
#pragma once
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <utility>

#include "base/result.h"

namespace stockbell::sftp {

// A file descriptor, closed when it goes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// A value or an errno: the protocol's status is chosen from it.
template <class T = void>
using OsResult = std::expected<T, int>;

// Paths are as normalize_path makes them: relative to the root, "" is the root.
class Jail {
 public:
  // Makes the directory when it is missing. Fails when the kernel (or a sandbox around us) has no
  // openat2: without it there is no jail.
  static Result<Jail> open(const std::filesystem::path& root);

  OsResult<Fd> open_file(const std::string& path, int flags, mode_t mode = 0) const;
  OsResult<struct stat> stat(const std::string& path) const;  // of a link: the link itself
  OsResult<> remove_file(const std::string& path) const;
  OsResult<> make_directory(const std::string& path) const;
  OsResult<> remove_directory(const std::string& path) const;
  // Both directories are on the disk when it returns. Without `replace` an existing `to` is EEXIST.
  OsResult<> rename(const std::string& from, const std::string& to, bool replace) const;

 private:
  explicit Jail(Fd root) : root_(std::move(root)) {}
  struct Place {
    Fd directory;
    std::string name;
  };
  OsResult<Place> parent_of(const std::string& path) const;

  Fd root_;
};

}  // namespace stockbell::sftp
