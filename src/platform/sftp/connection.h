// One client of the SFTP server: key exchange, login, the `sftp` subsystem. Runs on its own thread;
// SftpServer watches its deadline from outside and cuts the wire when it passes, so no peer can
// hold a thread by being silent or slow.
#pragma once
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "platform/sftp/file_session.h"
#include "platform/sftp/home.h"
#include "platform/sftp/login_guard.h"

namespace stockbell::sftp {

// Who may log in. Called from the connections' threads.
struct AccountLookup {
  std::function<bool(const std::string& user, const std::string& password)> password;
  std::function<bool(const std::string& user, const std::string& public_text)> public_key;
  // Where the account lives and how many bytes may lie there (0: no limit). Without the function
  // all live in the server's root.
  struct Place {
    std::filesystem::path root;
    std::uint64_t quota_bytes = 0;
  };
  std::function<Result<Place>(const std::string& user)> place;
};

// How many sessions each account holds. Thread-safe.
class SessionCount {
 public:
  explicit SessionCount(int most) : most_(most) {}
  bool take(const std::string& user);
  void give_back(const std::string& user);

 private:
  const int most_;
  std::mutex mutex_;
  std::map<std::string, int> held_;
};

class Connection {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Shared {  // the server's parts; outlive the connection
    std::function<Result<Home*>(const std::string& user)> home;
    const AccountLookup& accounts;
    LoginGuard& guard;
    SessionCount& sessions;
    FileLimits limits;
    std::chrono::milliseconds login_timeout, idle_timeout;
    std::function<void(const std::string& user, const std::filesystem::path& file)> on_file;
  };
  struct SessionDeleter {
    void operator()(ssh_session session) const { ssh_free(session); }
  };
  using Session = std::unique_ptr<ssh_session_struct, SessionDeleter>;

  // `wire` is a duplicate of the session's socket, for cut(): the session closes its own at a time
  // of its choosing.
  Connection(Shared shared, Session session, Fd wire, std::string address);

  void run();  // the thread's body; returns when the client has gone
  void cut();  // any thread: ends run() soon
  SteadyTime deadline() const { return SteadyTime(SteadyTime::duration(deadline_.load())); }
  bool logged_in() const { return logged_in_; }
  const std::string& user() const { return user_; }  // once logged_in()
  bool finished() const { return finished_; }

 private:
  bool log_in();  // until the subsystem is asked for
  void serve();
  bool answer_all(FileSession& files, std::string& input);
  void say_goodbye();
  void extend_deadline(std::chrono::milliseconds by);
  int check_password(const char* user, const char* password);
  int check_key(const char* user, ssh_key key, char state);
  int accept_login(const std::string& user);
  void set_callbacks();

  Shared shared_;
  Session session_;
  Fd wire_;
  std::string address_, user_;
  ssh_channel channel_ = nullptr;  // owned by the session
  ssh_server_callbacks_struct server_callbacks_{};
  ssh_channel_callbacks_struct channel_callbacks_{};
  bool subsystem_ = false;
  int attempts_ = 0;
  std::atomic<SteadyTime::rep> deadline_;
  std::atomic<bool> logged_in_ = false, finished_ = false;
};

}  // namespace stockbell::sftp
