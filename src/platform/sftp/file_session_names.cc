// The requests that look at and change names: STAT, directories, REMOVE, RENAME, REALPATH.
#include <cerrno>

#include "platform/sftp/file_names.h"
#include "platform/sftp/file_session.h"

namespace stockbell::sftp {
namespace {

constexpr int kNamesPerReply = 100;

// The new place of `path` when `from`, itself or a directory above it, became `to`.
std::string moved(const std::string& path, const std::string& from, const std::string& to) {
  if (path == from) return to;
  return path.starts_with(from + "/") ? to + path.substr(from.size()) : path;
}

}  // namespace

std::string FileSession::stat(PacketReader& in, bool follow) {
  auto path = normalize_path(in.text());
  if (!path) return status(Status::permission_denied, path.error());
  auto found = jail_.stat(*path);
  if (!found) return status_of(found.error());
  if (follow && S_ISLNK(found->st_mode)) return status_of(ELOOP);
  auto out = reply(ReplyType::attributes);
  write_attributes(out, *found);
  return out.take();
}

std::string FileSession::setstat(PacketReader& in) {
  auto path = normalize_path(in.text());
  auto wanted = read_attributes(in);
  if (!path) return status(Status::permission_denied, path.error());
  if (!in.ok()) return status(Status::bad_message, "SETSTAT is cut short");
  auto found = jail_.stat(*path);
  if (!found) return status_of(found.error());
  // A complete file is not cut in place: it may be under import. Writing it anew is the way.
  if (wanted.size) return status(Status::op_unsupported, "a file's size is set by writing it");
  if (wanted.modified) {
    auto fd = jail_.open_file(*path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) return status_of(fd.error());
    struct timespec times[2] = {{*wanted.accessed, 0}, {*wanted.modified, 0}};
    if (::futimens(fd->get(), times) != 0) return status_of(errno);
  }
  return status(Status::ok,
                "");  // owners and modes are the server's: clients may send them, nothing changes
}

std::string FileSession::opendir(PacketReader& in) {
  auto path = normalize_path(in.text());
  if (!path) return status(Status::permission_denied, path.error());
  if (handles_.size() >= limits_.open_handles)
    return status(Status::failure, "too many open handles");
  auto fd = jail_.open_file(*path, O_RDONLY | O_DIRECTORY);
  if (!fd) return status_of(fd.error());
  Handle handle;
  handle.path = *path;
  handle.directory.reset(::fdopendir(fd->get()));
  if (!handle.directory) return status_of(errno);
  handle.fd = Fd(::fcntl(fd->release(), F_DUPFD_CLOEXEC, 0));  // the stream owns the first one
  return reply_handle(std::move(handle));
}

std::string FileSession::readdir(PacketReader& in) {
  auto* handle = find(in.text());
  if (!handle || !handle->directory) return status(Status::failure, "not a directory handle");
  PacketWriter names;
  std::uint32_t count = 0;
  while (count < kNamesPerReply) {
    auto* entry = ::readdir(handle->directory.get());
    if (!entry) break;
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat found{};
    if (::fstatat(handle->fd.get(), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0)
      continue;  // gone
    names.text(name).text(long_name(name, found));
    write_attributes(names, found);
    ++count;
  }
  if (count == 0) return status(Status::eof, "end of directory");
  auto out = reply(ReplyType::name);
  out.u32(count).raw(names.take());
  return out.take();
}

std::string FileSession::remove(PacketReader& in) {
  auto path = normalize_path(in.text());
  if (!path) return status(Status::permission_denied, path.error());
  return done(jail_.remove_file(*path));
}

std::string FileSession::mkdir(PacketReader& in) {
  auto path = normalize_path(in.text());
  if (!path) return status(Status::permission_denied, path.error());
  if (path->empty()) return status_of(EEXIST);
  return done(jail_.make_directory(*path));
}

std::string FileSession::rmdir(PacketReader& in) {
  auto path = normalize_path(in.text());
  if (!path) return status(Status::permission_denied, path.error());
  if (is_fixed_folder(*path)) return status(Status::permission_denied, "this folder stays");
  return done(jail_.remove_directory(*path));
}

std::string FileSession::realpath(PacketReader& in) {
  auto path = normalize_path(in.text());
  if (!in.ok()) return status(Status::bad_message, "REALPATH is cut short");
  if (!path) return status(Status::permission_denied, path.error());
  auto name = "/" + *path;
  auto out = reply(ReplyType::name);
  out.u32(1).text(name).text(name).u32(0);
  return out.take();
}

std::string FileSession::rename(std::string_view from_name, std::string_view to_name,
                                bool replace) {
  auto from = normalize_path(from_name), to = normalize_path(to_name);
  if (!from) return status(Status::permission_denied, from.error());
  if (!to) return status(Status::permission_denied, to.error());
  if (is_fixed_folder(*from) || is_fixed_folder(*to))
    return status(Status::permission_denied, "this folder stays");
  auto source = jail_.stat(*from);
  if (!source) return status_of(source.error());
  if (!S_ISREG(source->st_mode) && !S_ISDIR(source->st_mode)) return status_of(EPERM);
  if (auto renamed = jail_.rename(*from, *to, replace); !renamed) return status_of(renamed.error());
  for (auto& [number, handle] : handles_) handle.path = moved(handle.path, *from, *to);
  // An incomplete file keeps its mark under the new name; the CLOSE that completes it will tell.
  if (is_complete(*source) && *from != *to && !is_temporary(*to)) on_file_(*to);
  return status(Status::ok, "");
}

}  // namespace stockbell::sftp
