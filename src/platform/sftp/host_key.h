// The server's SSH identity (ed25519), made at the first start and kept: clients pin it. Used by
// SftpServer and SftpClient.
#pragma once
#include <libssh/libssh.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::sftp {

struct KeyDeleter {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, KeyDeleter>;

// Reads the private key, or makes one and writes it with mode 0600, whole or not at all.
Result<Key> load_or_create_host_key(const std::filesystem::path& file);

std::string public_text(
    ssh_key key);  // "ssh-ed25519 AAAA...", as in OpenSSH's .pub files, without a comment
// A line of a .pub file as public_text writes the key. Invalid: what is wrong with it; ed25519,
// ECDSA and RSA from 2048 bits are taken.
Result<std::string> parse_public_text(std::string_view line);
std::string fingerprint(ssh_key key);  // "SHA256:...", as ssh-keygen -l prints it

}  // namespace stockbell::sftp
