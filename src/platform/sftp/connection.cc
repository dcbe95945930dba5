#include "platform/sftp/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <csignal>

#include "platform/log/log.h"
#include "platform/sftp/host_key.h"
#include "platform/sftp/packet.h"

namespace stockbell::sftp {
namespace {

constexpr int kMostAttempts = 6;  // per connection, as OpenSSH's MaxAuthTries
constexpr std::chrono::milliseconds kGoodbye{2000};

// libssh writes without MSG_NOSIGNAL; a client that is gone must be an error, not the end of the
// process.
void block_broken_pipe_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

bool SessionCount::take(const std::string& user) {
  std::lock_guard lock(mutex_);
  auto& held = held_[user];
  if (held >= most_) return false;
  ++held;
  return true;
}

void SessionCount::give_back(const std::string& user) {
  std::lock_guard lock(mutex_);
  auto found = held_.find(user);
  if (found != held_.end() && --found->second == 0) held_.erase(found);
}

Connection::Connection(Shared shared, Session session, Fd wire, std::string address)
    : shared_(std::move(shared)),
      session_(std::move(session)),
      wire_(std::move(wire)),
      address_(std::move(address)) {
  extend_deadline(shared_.login_timeout);
}

void Connection::extend_deadline(std::chrono::milliseconds by) {
  deadline_ = (std::chrono::steady_clock::now() + by).time_since_epoch().count();
}

void Connection::cut() { ::shutdown(wire_.get(), SHUT_RDWR); }

void Connection::run() {
  block_broken_pipe_signal();
  set_callbacks();
  if (ssh_handle_key_exchange(session_.get()) == SSH_OK && log_in()) serve();
  ssh_disconnect(session_.get());
  session_.reset();
  if (logged_in_) shared_.sessions.give_back(user_);
  finished_ = true;
}

void Connection::set_callbacks() {
  auto& server = server_callbacks_;
  server.userdata = this;
  server.auth_none_function = [](ssh_session, const char*, void*) -> int {
    return SSH_AUTH_DENIED;
  };
  server.auth_password_function = [](ssh_session, const char* user, const char* password,
                                     void* self) {
    return static_cast<Connection*>(self)->check_password(user, password);
  };
  server.auth_pubkey_function = [](ssh_session, const char* user, ssh_key key, char state,
                                   void* self) {
    return static_cast<Connection*>(self)->check_key(user, key, state);
  };
  server.channel_open_request_session_function = [](ssh_session session,
                                                    void* self) -> ssh_channel {
    auto& connection = *static_cast<Connection*>(self);
    if (!connection.logged_in_ || connection.channel_) return nullptr;
    connection.channel_ = ssh_channel_new(session);
    if (connection.channel_)
      ssh_set_channel_callbacks(connection.channel_, &connection.channel_callbacks_);
    return connection.channel_;
  };
  channel_callbacks_.userdata = this;
  channel_callbacks_.channel_subsystem_request_function = [](ssh_session, ssh_channel,
                                                             const char* name, void* self) -> int {
    auto& subsystem = static_cast<Connection*>(self)->subsystem_;
    subsystem = subsystem || std::string_view(name) == "sftp";
    return subsystem ? 0 : 1;
  };
  ssh_callbacks_init(&server_callbacks_);
  ssh_callbacks_init(&channel_callbacks_);
  ssh_set_server_callbacks(session_.get(), &server_callbacks_);
  ssh_set_auth_methods(session_.get(), SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY);
}

int Connection::check_password(const char* user, const char* password) {
  ++attempts_;
  if (attempts_ > kMostAttempts || shared_.guard.is_locked(address_, user)) return SSH_AUTH_DENIED;
  if (shared_.accounts.password && shared_.accounts.password(user, password)) {
    shared_.guard.succeeded(address_, user);
    return accept_login(user);
  }
  if (shared_.guard.failed(address_, user)) log::warning("sftp.locked_out", {{"account", user}});
  return SSH_AUTH_DENIED;
}

int Connection::check_key(const char* user, ssh_key key, char state) {
  if (state != SSH_PUBLICKEY_STATE_NONE && state != SSH_PUBLICKEY_STATE_VALID)
    return SSH_AUTH_DENIED;
  if (!shared_.accounts.public_key || !shared_.accounts.public_key(user, public_text(key)))
    return SSH_AUTH_DENIED;
  return state == SSH_PUBLICKEY_STATE_VALID ? accept_login(user) : SSH_AUTH_SUCCESS;
}

int Connection::accept_login(const std::string& user) {
  if (logged_in_) return SSH_AUTH_DENIED;
  if (!shared_.sessions.take(user)) {
    log::warning("sftp.too_many_sessions", {{"account", user}});
    return SSH_AUTH_DENIED;
  }
  user_ = user;
  logged_in_ = true;
  return SSH_AUTH_SUCCESS;
}

bool Connection::log_in() {
  ssh_event event = ssh_event_new();
  ssh_event_add_session(event, session_.get());
  while (!subsystem_ && attempts_ <= kMostAttempts && std::chrono::steady_clock::now() < deadline())
    if (ssh_event_dopoll(event, 1000) == SSH_ERROR) break;
  ssh_event_remove_session(event, session_.get());
  ssh_event_free(event);
  return subsystem_ && logged_in_;
}

void Connection::serve() {
  auto opened = shared_.home(user_);
  if (!opened) {
    log::error("sftp.no_home", {{"account", user_}, {"reason", opened.error().message}});
    return say_goodbye();
  }
  Home& home = **opened;
  auto limits = shared_.limits;
  limits.quota = &home.quota;
  FileSession files(home.jail, limits,
                    [&](const std::string& path) { shared_.on_file(user_, home.root / path); });
  std::string input, chunk(64 * 1024, '\0');
  for (;;) {
    extend_deadline(shared_.idle_timeout);
    auto count =
        ssh_channel_read(channel_, chunk.data(), static_cast<std::uint32_t>(chunk.size()), 0);
    if (count == SSH_AGAIN ||
        (count == 0 && !ssh_channel_is_eof(channel_) && ssh_channel_is_open(channel_)))
      continue;
    if (count <= 0) break;
    input.append(chunk, 0, static_cast<std::size_t>(count));
    if (!answer_all(files, input)) break;
  }
  say_goodbye();
}

bool Connection::answer_all(FileSession& files, std::string& input) {
  std::size_t done = 0;
  while (input.size() - done >= 4) {
    auto size = PacketReader(std::string_view(input).substr(done)).u32();
    if (size > kMaxMessageBytes) return false;
    if (input.size() - done - 4 < size) break;
    auto reply = files.answer(std::string_view(input).substr(done + 4, size));
    done += 4 + size;
    if (reply.empty()) return false;
    auto framed = PacketWriter().text(reply).take();
    auto length = static_cast<std::uint32_t>(framed.size());
    if (ssh_channel_write(channel_, framed.data(), length) != static_cast<int>(length))
      return false;
  }
  input.erase(0, done);
  return true;
}

// OpenSSH prints "closed by remote host" unless it is the one that hangs up first.
void Connection::say_goodbye() {
  extend_deadline(kGoodbye);
  if (ssh_channel_is_open(channel_)) {
    ssh_channel_request_send_exit_status(channel_, 0);
    ssh_channel_send_eof(channel_);
    ssh_channel_close(channel_);
  }
  ssh_event event = ssh_event_new();
  ssh_event_add_session(event, session_.get());
  while (std::chrono::steady_clock::now() < deadline() && ssh_is_connected(session_.get()))
    if (ssh_event_dopoll(event, 100) == SSH_ERROR) break;
  ssh_event_remove_session(event, session_.get());
  ssh_event_free(event);
}

}  // namespace stockbell::sftp
