#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "platform/crypto/crypto.h"

namespace stockbell::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::unexpected<Error> file_error(const std::filesystem::path& file, const char* what, int number) {
  return fail(ErrorCode::unavailable, "key-file",
              "key file " + file.string() + ": cannot " + what + ": " +
                  std::generic_category().message(number));
}

Result<std::string> read_key(const std::filesystem::path& file, int fd) {
  std::string key(kKeyBytes + 1, '\0');
  auto got = ::read(fd, key.data(), key.size());
  int number = errno;
  ::close(fd);
  if (got < 0) return file_error(file, "read", number);
  if (got != kKeyBytes)
    return fail(ErrorCode::invalid, "key-file",
                "key file " + file.string() + " must hold exactly 32 bytes");
  key.resize(kKeyBytes);
  return key;
}

// Whole or not at all: a crash must not leave a short key, hence a temporary file and link().
// link() fails when another process was first; then that one's key counts.
Result<> write_key(const std::filesystem::path& file, const std::string& key, Random& random) {
  std::filesystem::path temporary = file.string() + "." + random_token(random, 6);
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(file, "create", errno);
  bool written =
      ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fd) == 0;
  int number = errno;
  ::close(fd);
  if (written && ::link(temporary.c_str(), file.c_str()) != 0 && errno != EEXIST) {
    written = false;
    number = errno;
  }
  ::unlink(temporary.c_str());
  if (!written) return file_error(file, "write", number);
  return {};
}

}  // namespace

Result<std::string> load_or_create_key(const std::filesystem::path& file, Random& random) {
  int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) return read_key(file, fd);
  if (errno != ENOENT) return file_error(file, "open", errno);
  std::error_code ignored;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ignored);
  std::string key(kKeyBytes, '\0');
  random.fill({reinterpret_cast<unsigned char*>(key.data()), key.size()});
  SB_CHECK(write_key(file, key, random));
  fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file_error(file, "open", errno);
  return read_key(file, fd);
}

}  // namespace stockbell::crypto
