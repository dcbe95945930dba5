// The envelope of the protocol: dispatch, status replies, handles, extensions. What requests do to
// files and to names is in file_session_files.cc and file_session_names.cc.
#include "platform/sftp/file_session.h"

#include <cerrno>
#include <cstring>

namespace stockbell::sftp {

std::string FileSession::answer(std::string_view request) {
  PacketReader in(request);
  auto type = static_cast<RequestType>(in.u8());
  if (type == RequestType::init) {
    in.u32();  // the client's version; ours is 3, whatever it says
    if (!in.ok()) return {};
    PacketWriter out;
    out.u8(static_cast<std::uint8_t>(ReplyType::version)).u32(3);
    for (auto extension : {kPosixRename, kFsync, kLimits}) out.text(extension).text("1");
    return out.take();
  }
  id_ = in.u32();
  if (!in.ok()) return {};
  return dispatch(type, in);
}

std::string FileSession::dispatch(RequestType type, PacketReader& in) {
  switch (type) {
    case RequestType::open:
      return open(in);
    case RequestType::close:
      return close(in);
    case RequestType::read:
      return read(in);
    case RequestType::write:
      return write(in);
    case RequestType::lstat:
      return stat(in, false);
    case RequestType::stat:
      return stat(in, true);
    case RequestType::fstat:
      return fstat(in);
    case RequestType::setstat:
      return setstat(in);
    case RequestType::fsetstat:
      return fsetstat(in);
    case RequestType::opendir:
      return opendir(in);
    case RequestType::readdir:
      return readdir(in);
    case RequestType::remove:
      return remove(in);
    case RequestType::mkdir:
      return mkdir(in);
    case RequestType::rmdir:
      return rmdir(in);
    case RequestType::realpath:
      return realpath(in);
    case RequestType::rename: {
      auto from = in.text(), to = in.text();
      if (!in.ok()) return status(Status::bad_message, "RENAME is cut short");
      return rename(from, to, false);
    }
    case RequestType::readlink:
    case RequestType::symlink:
      return status(Status::op_unsupported, "symbolic links are not offered");
    case RequestType::extended:
      return extended(in);
    case RequestType::init:
      break;
  }
  return status(Status::op_unsupported, "this request is not offered");
}

std::string FileSession::extended(PacketReader& in) {
  auto name = in.text();
  if (name == kLimits) return limits();
  if (name == kPosixRename) {
    auto from = in.text(), to = in.text();
    if (!in.ok()) return status(Status::bad_message, "the rename is cut short");
    return rename(from, to, true);
  }
  if (name == kFsync) {
    auto* handle = find(in.text());
    if (!handle) return status(Status::failure, "no such handle");
    if (::fsync(handle->fd.get()) != 0) return status_of(errno);
    return status(Status::ok, "");
  }
  return status(Status::op_unsupported, "this extension is not offered");
}

std::string FileSession::limits() const {
  auto out = reply(ReplyType::extended);
  out.u64(kMaxMessageBytes).u64(kMaxTransferBytes).u64(kMaxTransferBytes).u64(limits_.open_handles);
  return out.take();
}

std::string FileSession::status(Status status, std::string_view message) const {
  auto out = reply(ReplyType::status);
  out.u32(static_cast<std::uint32_t>(status)).text(message).text("en");
  return out.take();
}

std::string FileSession::status_of(int os_error) const {
  switch (os_error) {
    case ENOENT:
    case ENOTDIR:
      return status(Status::no_such_file, "no such file or directory");
    case ELOOP:
    case EXDEV:
      return status(Status::permission_denied, "links and other file systems are out of bounds");
    case EACCES:
    case EPERM:
    case EROFS:
      return status(Status::permission_denied, "permission denied");
    default:
      return status(Status::failure, std::strerror(os_error));
  }
}

std::string FileSession::done(const OsResult<>& result) const {
  return result ? status(Status::ok, "") : status_of(result.error());
}

PacketWriter FileSession::reply(ReplyType type) const {
  PacketWriter out;
  out.u8(static_cast<std::uint8_t>(type)).u32(id_);
  return out;
}

std::string FileSession::reply_handle(Handle handle) {
  auto number = next_handle_++;
  handles_.emplace(number, std::move(handle));
  auto out = reply(ReplyType::handle);
  out.text(PacketWriter().u32(number).take());
  return out.take();
}

FileSession::Handle* FileSession::find(std::string_view handle) {
  PacketReader in(handle);
  auto found = handles_.find(in.u32());
  return in.ok() && handle.size() == 4 && found != handles_.end() ? &found->second : nullptr;
}

}  // namespace stockbell::sftp
