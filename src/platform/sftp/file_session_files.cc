// The requests that read and write one file: OPEN, CLOSE, READ, WRITE and the attributes of an open
// handle.
#include <algorithm>
#include <cerrno>

#include "platform/sftp/file_names.h"
#include "platform/sftp/file_session.h"

namespace stockbell::sftp {
namespace {

OsResult<struct stat> stat_of(const Fd& fd) {
  struct stat found{};
  if (::fstat(fd.get(), &found) != 0) return std::unexpected(errno);
  return found;
}

// Marks before the first byte changes, so that no moment shows a half file without its mark.
OsResult<> set_mark(const Fd& fd, bool incomplete) {
  SB_TRY(now, stat_of(fd));
  if (!S_ISREG(now.st_mode)) return std::unexpected(EPERM);
  mode_t mode = now.st_mode & 0777;
  if (::fchmod(fd.get(), incomplete ? mode | kIncompleteMark : mode) != 0)
    return std::unexpected(errno);
  return {};
}

OsResult<> write_whole(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    auto written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(errno);
    if (written == 0) return std::unexpected(ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

}  // namespace

std::string FileSession::open(PacketReader& in) {
  auto name = in.text();
  auto flags = in.u32();
  read_attributes(in);
  if (!in.ok() || !(flags & (kOpenRead | kOpenWrite)))
    return status(Status::bad_message, "bad OPEN");
  auto path = normalize_path(name);
  if (!path) return status(Status::permission_denied, path.error());
  if (handles_.size() >= limits_.open_handles)
    return status(Status::failure, "too many open handles");
  Handle handle;
  handle.path = *path;
  handle.writing = (flags & kOpenWrite) != 0;
  handle.append = (flags & kOpenAppend) != 0;
  auto fd = handle.writing ? open_for_writing(*path, flags)
                           : jail_.open_file(*path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!fd) return status_of(fd.error());
  auto found = stat_of(*fd);
  if (!found) return status_of(found.error());
  if (!S_ISREG(found->st_mode)) return status(Status::failure, "not a regular file");
  handle.fd = std::move(*fd);
  handle.size = static_cast<std::uint64_t>(found->st_size);
  return reply_handle(std::move(handle));
}

OsResult<Fd> FileSession::open_for_writing(const std::string& path, std::uint32_t flags) {
  constexpr mode_t kMode = 0640 | kIncompleteMark;
  const int access = O_RDWR | O_NOFOLLOW | O_NONBLOCK | (flags & kOpenAppend ? O_APPEND : 0);
  if (path.empty()) return std::unexpected(EISDIR);
  auto existing = jail_.stat(path);
  if (!existing && existing.error() != ENOENT) return std::unexpected(existing.error());
  if (!existing && !(flags & kOpenCreate)) return std::unexpected(ENOENT);
  if (!existing) return jail_.open_file(path, access | O_CREAT | O_EXCL, kMode);
  if (flags & kOpenExclusive) return std::unexpected(EEXIST);
  if (S_ISDIR(existing->st_mode)) return std::unexpected(EISDIR);
  if (!S_ISREG(existing->st_mode)) return std::unexpected(EPERM);
  if (flags & kOpenTruncate) {
    // A new file instead of a shortened one: who reads the old one (the import) keeps reading it
    // whole, and a half-dead connection that still holds it cannot write into the new one.
    SB_CHECK(jail_.remove_file(path));
    return jail_.open_file(path, access | O_CREAT | O_EXCL, kMode);
  }
  SB_TRY(fd, jail_.open_file(path, access));
  SB_CHECK(set_mark(fd, true));
  return std::move(fd);
}

std::string FileSession::close(PacketReader& in) {
  auto name = in.text();
  if (!find(name)) return status(Status::failure, "no such handle");
  auto node = handles_.extract(PacketReader(name).u32());
  auto& handle = node.mapped();
  if (!handle.writing) return status(Status::ok, "");
  if (handle.broken) return status(Status::failure, "a write failed: the file is incomplete");
  return done(complete(handle));
}

OsResult<> FileSession::complete(const Handle& handle) {
  if (::fsync(handle.fd.get()) != 0) return std::unexpected(errno);
  if (is_being_written(handle.path))
    return {};  // a second handle of this client: its CLOSE will tell
  SB_CHECK(set_mark(handle.fd, false));
  // Removed, or replaced by a newer upload: there is nothing of this name to tell about.
  auto here = stat_of(handle.fd);
  auto there = jail_.stat(handle.path);
  if (!here || !there || here->st_ino != there->st_ino || here->st_dev != there->st_dev) return {};
  if (!is_temporary(handle.path)) on_file_(handle.path);
  return {};
}

bool FileSession::is_being_written(const std::string& path) const {
  return std::ranges::any_of(handles_, [&](const auto& entry) {
    return entry.second.writing && entry.second.path == path;
  });
}

std::string FileSession::read(PacketReader& in) {
  auto* handle = find(in.text());
  auto offset = in.u64();
  auto size = std::min<std::size_t>(in.u32(), kMaxTransferBytes);
  if (!in.ok() || !handle || handle->directory) return status(Status::failure, "bad READ");
  std::string bytes(size, '\0');
  auto count = ::pread(handle->fd.get(), bytes.data(), size, static_cast<off_t>(offset));
  if (count < 0) return status_of(errno);
  if (count == 0) return status(Status::eof, "end of file");
  auto out = reply(ReplyType::data);
  out.text(std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
  return out.take();
}

std::string FileSession::write(PacketReader& in) {
  auto* handle = find(in.text());
  auto offset = in.u64();
  auto bytes = in.text();
  if (!in.ok() || !handle || !handle->writing) return status(Status::failure, "bad WRITE");
  if (handle->append) {
    const auto now = stat_of(handle->fd);
    if (!now) return status_of(now.error());
    offset = static_cast<std::uint64_t>(now->st_size);
  }
  OsResult<> written;
  if (offset > limits_.file_bytes || bytes.size() > limits_.file_bytes - offset)
    written = std::unexpected(EFBIG);
  else
    written = grow(*handle, offset + bytes.size());
  if (written) written = write_whole(handle->fd.get(), bytes, offset);
  if (!written) handle->broken = true;
  return done(written);
}

// Holes count too: a file takes from the quota what it says it is long.
OsResult<> FileSession::grow(Handle& handle, std::uint64_t size) {
  if (size <= handle.size) return {};
  if (limits_.quota && !limits_.quota->reserve(size - handle.size)) return std::unexpected(EDQUOT);
  handle.size = size;
  return {};
}

std::string FileSession::fstat(PacketReader& in) {
  auto* handle = find(in.text());
  if (!handle) return status(Status::failure, "no such handle");
  auto found = stat_of(handle->fd);
  if (!found) return status_of(found.error());
  auto out = reply(ReplyType::attributes);
  write_attributes(out, *found);
  return out.take();
}

std::string FileSession::fsetstat(PacketReader& in) {
  auto* handle = find(in.text());
  auto wanted = read_attributes(in);
  if (!in.ok() || !handle || !handle->writing) return status(Status::failure, "bad FSETSTAT");
  if (wanted.size) {
    if (*wanted.size > limits_.file_bytes) return status_of(EFBIG);
    if (auto room = grow(*handle, *wanted.size); !room) return status_of(room.error());
    if (::ftruncate(handle->fd.get(), static_cast<off_t>(*wanted.size)) != 0)
      return status_of(errno);
  }
  if (wanted.modified) {
    struct timespec times[2] = {{*wanted.accessed, 0}, {*wanted.modified, 0}};
    if (::futimens(handle->fd.get(), times) != 0) return status_of(errno);
  }
  return status(Status::ok, "");
}

}  // namespace stockbell::sftp
