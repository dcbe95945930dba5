#include "commerce/import_jobs/impex_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/sftp/file_names.h"

namespace stockbell::commerce {
namespace {

constexpr std::string_view kArchive = "archive", kFailed = "failed", kClaimed = ".importing";

std::string below(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

std::unexpected<Error> refused(int os_error) {
  switch (os_error) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorCode::not_found, "path-unknown", "there is no such file or folder");
    case EEXIST:
    case EISDIR:
    case ENOTEMPTY:
      return fail(ErrorCode::conflict, "path-conflict", std::strerror(os_error));
    case ELOOP:
    case EXDEV:
    case EPERM:
    case EACCES:
      return fail(ErrorCode::invalid, "path-invalid", "this path is out of bounds");
    default:
      return fail(ErrorCode::unavailable, "disk", std::strerror(os_error));
  }
}

template <class T>
Result<T> checked(sftp::OsResult<T> result) {
  if (!result) return refused(result.error());
  if constexpr (!std::is_void_v<T>)
    return std::move(*result);
  else
    return {};
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

ImpexFolder::Entry entry_of(std::string name, const struct stat& found) {
  return {std::move(name), S_ISDIR(found.st_mode), static_cast<std::uint64_t>(found.st_size),
          from_ms(std::int64_t{found.st_mtim.tv_sec} * 1000)};
}

}  // namespace

Result<std::string> impex_path(std::string_view path) {
  auto normal = sftp::normalize_path(path);
  if (!normal) return fail(ErrorCode::invalid, "path-invalid", std::string(normal.error()), "path");
  return std::move(*normal);
}

Result<ImpexFolder> ImpexFolder::open(const std::filesystem::path& root) {
  SB_TRY(jail, sftp::Jail::open(root));
  return ImpexFolder(root, std::move(jail));
}

Result<bool> ImpexFolder::put(const std::string& raw, const std::filesystem::path& file) {
  SB_TRY(path, impex_path(raw));
  if (path.empty()) return refused(EISDIR);
  const auto existing = jail_.stat(path);
  if (existing && !S_ISREG(existing->st_mode)) return refused(EISDIR);
  auto folder = jail_.open_file(parent_of(path), O_RDONLY | O_DIRECTORY);
  if (!folder)  // RFC 4918, 9.7.1: the folder must be there
    return fail(ErrorCode::conflict, "path-conflict", "the folder is not there; make it with MKCOL",
                "path");
  const sftp::Fd content(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!content || ::fsync(content.get()) != 0) return refused(errno);
  if (::renameat(AT_FDCWD, file.c_str(), folder->get(), name_of(path).c_str()) != 0 ||
      ::fsync(folder->get()) != 0)
    return refused(errno);
  return !existing;
}

Result<> ImpexFolder::make_folder(const std::string& raw) {
  SB_TRY(path, impex_path(raw));
  if (path.empty()) return refused(EEXIST);
  return checked(jail_.make_directory(path));
}

Result<> ImpexFolder::ensure_folder(const std::string& raw) {
  SB_TRY(path, impex_path(raw));
  for (auto slash = path.find('/'); !path.empty(); slash = path.find('/', slash + 1)) {
    if (auto made = jail_.make_directory(path.substr(0, slash)); !made && made.error() != EEXIST)
      return refused(made.error());
    if (slash == path.npos) break;
  }
  return {};
}

Result<> ImpexFolder::remove(const std::string& raw) {
  SB_TRY(path, impex_path(raw));
  if (path.empty()) return refused(EPERM);
  SB_TRY(found, checked(jail_.stat(path)));
  return checked(S_ISDIR(found.st_mode) ? jail_.remove_directory(path) : jail_.remove_file(path));
}

Result<bool> ImpexFolder::move(const std::string& raw_from, const std::string& raw_to,
                               bool overwrite) {
  SB_TRY(from, impex_path(raw_from));
  SB_TRY(to, impex_path(raw_to));
  if (from.empty() || to.empty()) return refused(EPERM);
  const bool fresh = !jail_.stat(to);
  SB_CHECK(checked(jail_.rename(from, to, overwrite)));
  return fresh;
}

Result<ImpexFolder::Entry> ImpexFolder::look(const std::string& raw) const {
  SB_TRY(path, impex_path(raw));
  SB_TRY(found, checked(jail_.stat(path)));
  return entry_of(name_of(path), found);
}

Result<std::vector<ImpexFolder::Entry>> ImpexFolder::list(const std::string& raw) const {
  SB_TRY(path, impex_path(raw));
  SB_TRY(folder, checked(jail_.open_file(path, O_RDONLY | O_DIRECTORY)));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (!stream) return refused(errno);
  (void)folder.release();  // the stream's now
  std::vector<Entry> entries;
  while (const auto* entry = ::readdir(stream.get())) {
    struct stat found{};
    if (entry->d_name[0] == '.' ||
        ::fstatat(::dirfd(stream.get()), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    if (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))
      entries.push_back(entry_of(entry->d_name, found));
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

Result<std::filesystem::path> ImpexFolder::file_path(const std::string& raw) const {
  SB_TRY(path, impex_path(raw));
  SB_TRY(found, checked(jail_.stat(path)));
  if (!S_ISREG(found.st_mode)) return refused(EISDIR);
  return root_ / path;
}

Result<std::filesystem::path> ImpexFolder::claim(const std::string& folder,
                                                 const std::string& name) {
  const auto claimed = below(folder, kClaimed);
  if (auto made = jail_.make_directory(claimed); !made && made.error() != EEXIST)
    return refused(made.error());
  SB_CHECK(checked(jail_.rename(below(folder, name), below(claimed, name), false)));
  return root_ / below(claimed, name);
}

Result<std::vector<ImpexFolder::Entry>> ImpexFolder::list_claimed(const std::string& folder) const {
  auto entries = list(below(folder, kClaimed));
  if (!entries && entries.error().code == ErrorCode::not_found) return std::vector<Entry>();
  return entries;
}

std::string ImpexFolder::free_name(const std::string& folder, const std::string& name,
                                   Time now) const {
  auto path = folder + "/" + name;
  for (int count = 0; jail_.stat(path); ++count)
    path = fmt::format("{}/{}_{}{}", folder, name, to_ms(now),
                       count == 0 ? "" : fmt::format("_{}", count));
  return path;
}

// Through a temporary name: a crash leaves the file where it was.
Result<> ImpexFolder::compress(const std::string& from, const std::string& to) {
  const auto partial = parent_of(to) + "/." + name_of(to) + ".tmp";
  SB_TRY(in, checked(jail_.open_file(from, O_RDONLY | O_NOFOLLOW)));
  SB_TRY(out, checked(jail_.open_file(partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0640)));
  const int kept = ::fcntl(out.get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> packed(::gzdopen(out.release(), "wb6"),
                                                          ::gzclose);
  const sftp::Fd to_sync(kept);
  if (!packed || !to_sync) return refused(ENOMEM);
  std::string block(1 << 16, '\0');
  for (;;) {
    const auto count = ::read(in.get(), block.data(), block.size());
    if (count < 0) return refused(errno);
    if (count == 0) break;
    if (::gzwrite(packed.get(), block.data(), static_cast<unsigned>(count)) != count)
      return refused(ENOSPC);
  }
  if (::gzflush(packed.get(), Z_FINISH) != Z_OK || ::fsync(to_sync.get()) != 0)
    return refused(ENOSPC);
  SB_CHECK(checked(jail_.rename(partial, to, true)));
  return checked(jail_.remove_file(from));
}

Result<> ImpexFolder::put_away(const std::string& folder, const std::string& name,
                               AfterImport after, bool failed, Time now) {
  const auto file = below(below(folder, kClaimed), name);
  if (after == AfterImport::keep) {
    const auto back = jail_.rename(file, below(folder, name), false);
    if (back || back.error() != EEXIST) return checked(back);
    return checked(jail_.remove_file(file));  // a newer one came meanwhile
  }
  if (!failed && after == AfterImport::remove) return checked(jail_.remove_file(file));
  auto target = below(folder, failed ? kFailed : kArchive);
  std::vector<std::string> folders{target};
  if (!failed && after == AfterImport::archive_in_subfolders) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    for (const auto& part : {fmt::format("{:%Y}", seconds), fmt::format("{:%m}", seconds),
                             fmt::format("{:%d}", seconds)})
      folders.push_back(target += "/" + part);
  }
  for (const auto& made : folders)
    if (auto done = jail_.make_directory(made); !done && done.error() != EEXIST)
      return refused(done.error());
  if (!failed && after == AfterImport::archive_overwrite)
    return checked(jail_.rename(file, target + "/" + name, true));
  if (!failed && after == AfterImport::archive_zipped && !name.ends_with(".gz"))
    return compress(file, free_name(target, name + ".gz", now));
  return checked(jail_.rename(file, free_name(target, name, now), false));
}

}  // namespace stockbell::commerce
