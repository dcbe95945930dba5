#include "platform/sftp/client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include "platform/sftp/host_key.h"
#include "platform/sftp/jail.h"

namespace stockbell::sftp {
namespace {

template <auto Free>
struct With {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Session = std::unique_ptr<ssh_session_struct, With<ssh_free>>;
using Sftp = std::unique_ptr<sftp_session_struct, With<sftp_free>>;

// Cuts the wire when nothing has moved for `limit`: libssh's own time-out ends with the key
// exchange.
class StallGuard {
 public:
  StallGuard(int fd, Duration limit) : fd_(fd), limit_(limit), thread_([this] { watch(); }) {}
  ~StallGuard() {
    {
      std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  void moved() {
    std::lock_guard lock(mutex_);
    last_ = std::chrono::steady_clock::now();
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    while (!over_) {
      if (std::chrono::steady_clock::now() >= last_ + limit_) {
        ::shutdown(fd_, SHUT_RDWR);
        return;
      }
      wake_.wait_until(lock, last_ + limit_);
    }
  }
  const int fd_;
  const Duration limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool over_ = false;
  std::thread thread_;
};

std::unexpected<Error> away(const SftpTarget& to, std::string_view why) {
  return fail(ErrorCode::unavailable, "sftp-unreachable",
              fmt::format("SFTP server {}:{}: {}", to.host, to.port, why));
}

Result<Fd> connect_to(const SftpTarget& to) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (int error = ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found))
    return away(to, ::gai_strerror(error));
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, ::freeaddrinfo);
  std::string why = "no address";
  for (auto* address = found; address; address = address->ai_next) {
    Fd fd(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int error = ::connect(fd.get(), address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      pollfd wait{fd.get(), POLLOUT, 0};
      socklen_t size = sizeof error;
      if (::poll(&wait, 1, static_cast<int>(to.timeout.count())) != 1)
        error = ETIMEDOUT;
      else
        ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0) {
      int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
      return fd;
    }
    why = std::strerror(error);
  }
  return away(to, why);
}

Result<> check_host(ssh_session session, const SftpTarget& to) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK) return away(to, "shows no host key");
  Key key(raw);
  if (!to.known_host_key.empty() &&
      (public_text(key.get()) == to.known_host_key || fingerprint(key.get()) == to.known_host_key))
    return {};
  return fail(
      ErrorCode::forbidden, "sftp-host-key",
      fmt::format("SFTP server {}:{} shows the host key {}, which is not the one configured",
                  to.host, to.port, fingerprint(key.get())));
}

Result<> log_in(ssh_session session, const SftpTarget& to) {
  int answer = SSH_AUTH_DENIED;
  if (!to.key_file.empty()) {
    ssh_key raw = nullptr;
    if (ssh_pki_import_privkey_file(to.key_file.c_str(), nullptr, nullptr, nullptr, &raw) != SSH_OK)
      return fail(ErrorCode::invalid, "sftp-key-file",
                  fmt::format("cannot read the private key {}", to.key_file.string()));
    answer = ssh_userauth_publickey(session, nullptr, Key(raw).get());
  } else {
    answer = ssh_userauth_password(session, nullptr, to.password.c_str());
  }
  if (answer == SSH_AUTH_SUCCESS) return {};
  if (answer == SSH_AUTH_ERROR) return away(to, ssh_get_error(session));
  return fail(ErrorCode::unauthorized, "sftp-login-refused",
              fmt::format("SFTP server {}:{} refuses the login", to.host, to.port));
}

Result<> refused(sftp_session sftp, std::string_view what) {
  bool rights = sftp_get_error(sftp) == SSH_FX_PERMISSION_DENIED;
  return fail(rights ? ErrorCode::forbidden : ErrorCode::unavailable, "sftp-write-failed",
              fmt::format("{}: {}", what, ssh_get_error(sftp->session)));
}

Result<> send_file(sftp_session sftp, std::ifstream& in, const std::string& path,
                   StallGuard& guard) {
  sftp_file out = sftp_open(sftp, path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640);
  if (!out) return refused(sftp, "opening the temporary file");
  std::string chunk(32 * 1024, '\0');
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), in.gcount() > 0) {
    auto size = static_cast<std::size_t>(in.gcount());
    if (sftp_write(out, chunk.data(), size) != static_cast<ssize_t>(size)) {
      auto error = refused(sftp, "writing");
      sftp_close(out);
      return error;
    }
    guard.moved();
  }
  if (sftp_close(out) != SSH_OK) return refused(sftp, "closing");
  return {};
}

// libssh 0.10 sends a plain RENAME, which never replaces: then the old file goes first. Ours and
// OpenSSH's servers take both.
Result<> put_in_place(sftp_session sftp, const std::string& from, const std::string& to) {
  if (sftp_rename(sftp, from.c_str(), to.c_str()) == SSH_OK) return {};
  sftp_unlink(sftp, to.c_str());
  if (sftp_rename(sftp, from.c_str(), to.c_str()) == SSH_OK) return {};
  return refused(sftp, "renaming into place");
}

// Connected and logged in, as long as it lives.
struct Link {
  Fd wire;
  std::unique_ptr<StallGuard> guard;
  Session session;
  Sftp sftp;
};

void set_options(ssh_session session, const SftpTarget& to, int socket) {
  bool read_user_files = false;
  long seconds = std::max<long>(1, to.timeout.count() / 1000);
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &read_user_files);
  ssh_options_set(session, SSH_OPTIONS_HOST, to.host.c_str());
  ssh_options_set(session, SSH_OPTIONS_PORT, &to.port);
  ssh_options_set(session, SSH_OPTIONS_USER, to.user.c_str());
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
  ssh_options_set(session, SSH_OPTIONS_FD, &socket);
  if (to.known_host_key.starts_with("ssh-ed25519 "))
    ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519");
}

Result<Link> open_link(const SftpTarget& to) {
  SB_TRY(fd, connect_to(to));
  Link link;
  link.wire = Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  link.guard = std::make_unique<StallGuard>(link.wire.get(), to.timeout);
  link.session.reset(ssh_new());
  set_options(link.session.get(), to, fd.release());
  if (ssh_connect(link.session.get()) != SSH_OK) return away(to, ssh_get_error(link.session.get()));
  SB_CHECK(check_host(link.session.get(), to));
  SB_CHECK(log_in(link.session.get(), to));
  link.guard->moved();
  link.sftp.reset(sftp_new(link.session.get()));
  if (!link.sftp || sftp_init(link.sftp.get()) != SSH_OK)
    return away(to, ssh_get_error(link.session.get()));
  return link;
}

}  // namespace

Result<> SftpClient::check(const SftpTarget& to) {
  SB_TRY(link, open_link(to));
  auto* found = sftp_stat(link.sftp.get(), to.directory.c_str());
  if (!found)
    return fail(
        ErrorCode::not_found, "sftp-no-directory",
        fmt::format("SFTP server {}:{} has no directory {}", to.host, to.port, to.directory));
  sftp_attributes_free(found);
  return {};
}

Result<> SftpClient::upload(const SftpTarget& to, const std::filesystem::path& file,
                            const std::string& name) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, "sftp-no-file", "cannot read " + file.string());
  SB_TRY(link, open_link(to));
  auto temporary = fmt::format("{}/.{}.tmp", to.directory, name);
  SB_CHECK(send_file(link.sftp.get(), in, temporary, *link.guard));
  return put_in_place(link.sftp.get(), temporary, fmt::format("{}/{}", to.directory, name));
}

}  // namespace stockbell::sftp
