// Uploads a file over SFTP: under `.<name>.tmp`, then renamed to `name`, so that the other side
// never sees half of it. Used by the application for arrow 9. Stateless, blocking, any thread.
// Errors: unavailable (refused, away, stalled, disk full there), forbidden (another host key than
// the pinned one, no right to write), unauthorized (login refused), not_found (no such file).
#pragma once
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::sftp {

struct SftpTarget {
  std::string host;
  int port = 22;
  std::string user;
  std::string password;            // or
  std::filesystem::path key_file;  // an OpenSSH private key without a pass phrase
  std::string known_host_key;      // "ssh-ed25519 AAAA..." or "SHA256:..."; must be given
  std::string directory = "Import";
  Duration timeout = std::chrono::seconds(20);  // to connect, and for any step without progress
};

class SftpClient {
 public:
  // Connects, logs in and looks at the directory; changes nothing.
  Result<> check(const SftpTarget& target);
  Result<> upload(const SftpTarget& target, const std::filesystem::path& file,
                  const std::string& name);
};

}  // namespace stockbell::sftp
