// What one SFTP client does to files: a whole request in, a whole reply out, no network. Connection
// feeds it; tests speak to it directly. One thread per object. Step 9 of the picture ends here: a
// complete file calls `on_file`.
#pragma once
#include <dirent.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/sftp/attributes.h"
#include "platform/sftp/home.h"
#include "platform/sftp/jail.h"
#include "platform/sftp/packet.h"
#include "platform/sftp/protocol.h"

namespace stockbell::sftp {

struct FileLimits {
  std::size_t open_handles = 100;
  std::uint64_t file_bytes = 16ULL << 30;
  SpaceQuota* quota = nullptr;  // of the account's directory; null: no limit
};

class FileSession {
 public:
  // The path is relative to the root ("Import/feed.psv"). Called once when a file written here was
  // closed whole, and once when a whole file was renamed into place; never for temporary names.
  // Called before the client hears that it worked.
  using OnFile = std::function<void(const std::string& path)>;

  FileSession(const Jail& jail, FileLimits limits, OnFile on_file)
      : jail_(jail), limits_(limits), on_file_(std::move(on_file)) {}

  // Both without the leading length. An empty answer means the client does not speak the protocol:
  // end the session. Handles that are open when the session goes were never closed: their files
  // stay marked incomplete.
  std::string answer(std::string_view request);

 private:
  struct Handle {
    Fd fd;
    std::string path;
    bool writing = false;
    bool append = false;     // the system writes at the end, whatever offset the client names
    bool broken = false;     // a write failed: the file cannot be whole
    std::uint64_t size = 0;  // of a file being written, as far as this handle knows
    std::unique_ptr<DIR, int (*)(DIR*)> directory{nullptr, ::closedir};
  };

  std::string dispatch(RequestType type, PacketReader& in);
  std::string open(PacketReader& in);
  std::string close(PacketReader& in);
  std::string read(PacketReader& in);
  std::string write(PacketReader& in);
  std::string stat(PacketReader& in, bool follow);
  std::string fstat(PacketReader& in);
  std::string setstat(PacketReader& in);
  std::string fsetstat(PacketReader& in);
  std::string opendir(PacketReader& in);
  std::string readdir(PacketReader& in);
  std::string remove(PacketReader& in);
  std::string mkdir(PacketReader& in);
  std::string rmdir(PacketReader& in);
  std::string realpath(PacketReader& in);
  std::string rename(std::string_view from, std::string_view to, bool replace);
  std::string extended(PacketReader& in);
  std::string limits() const;

  std::string status(Status status, std::string_view message) const;
  std::string status_of(int os_error) const;
  std::string done(const OsResult<>& result) const;
  PacketWriter reply(ReplyType type) const;
  std::string reply_handle(Handle handle);

  OsResult<> grow(Handle& handle, std::uint64_t size);
  OsResult<Fd> open_for_writing(const std::string& path, std::uint32_t flags);
  OsResult<> complete(const Handle& handle);
  bool is_being_written(const std::string& path) const;
  Handle* find(std::string_view handle);

  const Jail& jail_;
  FileLimits limits_;
  OnFile on_file_;
  std::unordered_map<std::uint32_t, Handle> handles_;
  std::uint32_t next_handle_ = 1;
  std::uint32_t id_ = 0;  // of the request being answered
};

}  // namespace stockbell::sftp
