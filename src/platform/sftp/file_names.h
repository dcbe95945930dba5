// Which names and paths the SFTP account takes, and which of its files count as complete. Pure
// rules; used by the server and by whoever looks into the account's folders.
#pragma once
#include <sys/stat.h>

#include <expected>
#include <string>
#include <string_view>

namespace stockbell::sftp {

// The folders every account has; they can be neither removed nor renamed (reference: Enhanced
// SFTP).
inline constexpr std::string_view kFolders[] = {"Import", "Export", "Reports"};
bool is_fixed_folder(std::string_view path);

// A client's path as a path below the root: no leading slash, no "." or "..", "" for the root
// itself. `..` at the root stays there. The error is a sentence for the client: a name with \ : * <
// > | ? " or control characters, not UTF-8, or too long.
std::expected<std::string, std::string_view> normalize_path(std::string_view path);

// Names that uploads carry until they are whole: a part that begins with a dot, or ends in .tmp or
// .filepart.
bool is_temporary(std::string_view path);

// A file being written wears this mode bit from OPEN to CLOSE. It outlives a killed client and a
// killed server, so that a look into the folder tells an abandoned half from a complete file. On
// Linux it means nothing else for a regular file.
inline constexpr mode_t kIncompleteMark = S_ISVTX;
inline bool is_complete(const struct stat& file) {
  return S_ISREG(file.st_mode) && (file.st_mode & kIncompleteMark) == 0;
}

}  // namespace stockbell::sftp
