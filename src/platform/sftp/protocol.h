// The numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02), the version every client speaks.
// Used by the server's FileSession only; SSH below it is libssh's.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stockbell::sftp {

enum class RequestType : std::uint8_t {
  init = 1,
  open = 3,
  close = 4,
  read = 5,
  write = 6,
  lstat = 7,
  fstat = 8,
  setstat = 9,
  fsetstat = 10,
  opendir = 11,
  readdir = 12,
  remove = 13,
  mkdir = 14,
  rmdir = 15,
  realpath = 16,
  stat = 17,
  rename = 18,
  readlink = 19,
  symlink = 20,
  extended = 200,
};

enum class ReplyType : std::uint8_t {
  version = 2,
  status = 101,
  handle = 102,
  data = 103,
  name = 104,
  attributes = 105,
  extended = 201,
};

enum class Status : std::uint32_t {
  ok = 0,
  eof = 1,
  no_such_file = 2,
  permission_denied = 3,
  failure = 4,
  bad_message = 5,
  op_unsupported = 8,
};

// Flags of OPEN (6.3).
inline constexpr std::uint32_t kOpenRead = 0x01, kOpenWrite = 0x02, kOpenAppend = 0x04,
                               kOpenCreate = 0x08, kOpenTruncate = 0x10, kOpenExclusive = 0x20;

// OpenSSH's limit of one message, and what is left of it for the payload of READ and WRITE.
inline constexpr std::size_t kMaxMessageBytes = 256 * 1024;
inline constexpr std::size_t kMaxTransferBytes = kMaxMessageBytes - 1024;

inline constexpr std::string_view kPosixRename = "posix-rename@openssh.com";
inline constexpr std::string_view kFsync = "fsync@openssh.com";
inline constexpr std::string_view kLimits = "limits@openssh.com";

}  // namespace stockbell::sftp
