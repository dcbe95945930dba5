#include "platform/sftp/host_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/sftp/jail.h"

namespace stockbell::sftp {
namespace {

struct SshStringDeleter {
  void operator()(char* text) const { ssh_string_free_char(text); }
};
using SshText = std::unique_ptr<char, SshStringDeleter>;

std::unexpected<Error> file_error(const std::filesystem::path& file, const char* what) {
  return fail(
      ErrorCode::unavailable, "sftp-host-key",
      fmt::format("cannot {} the SFTP host key {}: {}", what, file.string(), std::strerror(errno)));
}

Result<> write_private(const std::filesystem::path& file, std::string_view text) {
  auto partial = file.string() + ".new";
  ::unlink(partial.c_str());
  Fd fd(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return file_error(file, "create");
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(fd.get()) != 0 || ::rename(partial.c_str(), file.c_str()) != 0)
    return file_error(file, "write");
  return {};
}

}  // namespace

Result<Key> load_or_create_host_key(const std::filesystem::path& file) {
  ssh_key key = nullptr;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    if (ssh_pki_import_privkey_file(file.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK)
      return fail(ErrorCode::invalid, "sftp-host-key",
                  fmt::format("{} is not a private key that this server can read", file.string()));
    return Key(key);
  }
  std::filesystem::create_directories(file.parent_path(), ignored);
  if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK)
    return fail(ErrorCode::internal, "sftp-host-key", "cannot make an SSH host key");
  Key made(key);
  char* text = nullptr;
  if (ssh_pki_export_privkey_base64(made.get(), nullptr, nullptr, nullptr, &text) != SSH_OK)
    return fail(ErrorCode::internal, "sftp-host-key", "cannot write out the SSH host key");
  SB_CHECK(write_private(file, SshText(text).get()));
  return made;
}

std::string public_text(ssh_key key) {
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return {};
  return fmt::format("{} {}", ssh_key_type_to_char(ssh_key_type(key)), SshText(text).get());
}

Result<std::string> parse_public_text(std::string_view line) {
  constexpr std::size_t kLongest = 8192, kShortestRsa = 360;  // base64 of a 2048-bit modulus
  const auto wrong = [](const char* why) {
    return fail(ErrorCode::invalid, "sftp-key-invalid", why);
  };
  const auto begin = line.find_first_not_of(" \t\r\n");
  if (begin == line.npos || line.size() > kLongest)
    return wrong("a public key is one line of a .pub file: \"ssh-ed25519 AAAA…\"");
  const std::string text(line.substr(begin));
  const auto space = text.find(' ');
  const auto type = text.substr(0, space);
  if (type != "ssh-ed25519" && type != "ssh-rsa" && !type.starts_with("ecdsa-sha2-nistp"))
    return wrong("the key's type must be ssh-ed25519, ecdsa-sha2-nistp… or ssh-rsa");
  if (space == text.npos) return wrong("the key itself is missing after its type");
  const auto end = text.find_first_of(" \t\r\n", space + 1);
  const auto base64 = text.substr(space + 1, end == text.npos ? end : end - space - 1);
  if (type == "ssh-rsa" && base64.size() < kShortestRsa)
    return wrong("an RSA key needs 2048 bits or more");
  ssh_key read = nullptr;
  if (ssh_pki_import_pubkey_base64(base64.c_str(), ssh_key_type_from_name(type.c_str()), &read) !=
      SSH_OK)
    return wrong("the key cannot be read; is it cut short?");
  const Key key(read);
  return public_text(key.get());
}

std::string fingerprint(ssh_key key) {
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != 0) return {};
  SshText text(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size));
  ssh_clean_pubkey_hash(&hash);
  return text ? text.get() : "";
}

}  // namespace stockbell::sftp
