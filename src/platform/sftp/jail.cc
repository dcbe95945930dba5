#include "platform/sftp/jail.h"

#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace stockbell::sftp {
namespace {

std::unexpected<int> last_error() { return std::unexpected(errno); }

OsResult<> checked(int result) {
  if (result != 0) return last_error();
  return {};
}

OsResult<Fd> resolve(int root, const std::string& path, int flags, mode_t mode) {
  struct open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const char* name = path.empty() ? "." : path.c_str();
  for (int tries = 0;; ++tries) {
    auto fd = ::syscall(SYS_openat2, root, name, &how, sizeof how);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    // EAGAIN: something was renamed meanwhile and the kernel could not be sure that we stayed
    // below.
    if ((errno != EAGAIN && errno != EINTR) || tries == 100) return last_error();
  }
}

}  // namespace

Result<Jail> Jail::open(const std::filesystem::path& root) {
  std::error_code error;
  std::filesystem::create_directories(root, error);
  Fd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd)
    return fail(
        ErrorCode::unavailable, "sftp-root",
        fmt::format("cannot open the SFTP root {}: {}", root.string(), std::strerror(errno)));
  if (auto tried = resolve(fd.get(), "", O_PATH | O_DIRECTORY, 0); !tried)
    return fail(
        ErrorCode::unavailable, "sftp-no-openat2",
        fmt::format("openat2 does not work here ({}): the SFTP server needs Linux 5.6 and a "
                    "sandbox that lets it through",
                    std::strerror(tried.error())));
  return Jail(std::move(fd));
}

OsResult<Fd> Jail::open_file(const std::string& path, int flags, mode_t mode) const {
  return resolve(root_.get(), path, flags, mode);
}

OsResult<struct stat> Jail::stat(const std::string& path) const {
  SB_TRY(fd, resolve(root_.get(), path, O_PATH | O_NOFOLLOW, 0));
  struct stat found{};
  SB_CHECK(checked(::fstatat(fd.get(), "", &found, AT_EMPTY_PATH)));
  return found;
}

OsResult<Jail::Place> Jail::parent_of(const std::string& path) const {
  if (path.empty()) return std::unexpected(EPERM);
  auto slash = path.rfind('/');
  auto directory = slash == path.npos ? std::string() : path.substr(0, slash);
  SB_TRY(fd, resolve(root_.get(), directory, O_RDONLY | O_DIRECTORY, 0));
  return Place{std::move(fd), slash == path.npos ? path : path.substr(slash + 1)};
}

OsResult<> Jail::remove_file(const std::string& path) const {
  SB_TRY(place, parent_of(path));
  return checked(::unlinkat(place.directory.get(), place.name.c_str(), 0));
}

OsResult<> Jail::make_directory(const std::string& path) const {
  SB_TRY(place, parent_of(path));
  return checked(::mkdirat(place.directory.get(), place.name.c_str(), 0750));
}

OsResult<> Jail::remove_directory(const std::string& path) const {
  SB_TRY(place, parent_of(path));
  return checked(::unlinkat(place.directory.get(), place.name.c_str(), AT_REMOVEDIR));
}

OsResult<> Jail::rename(const std::string& from, const std::string& to, bool replace) const {
  SB_TRY(source, parent_of(from));
  SB_TRY(target, parent_of(to));
  SB_CHECK(checked(::renameat2(source.directory.get(), source.name.c_str(), target.directory.get(),
                               target.name.c_str(), replace ? 0 : RENAME_NOREPLACE)));
  SB_CHECK(checked(::fsync(target.directory.get())));
  return checked(::fsync(source.directory.get()));
}

}  // namespace stockbell::sftp
