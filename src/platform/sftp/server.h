// Engagement's SFTP server: accepts, keeps the caps and deadlines, one thread per client. Used by
// engagement/drop. start() and stop() from one thread. Step 9 of the picture: `on_file` tells of
// every complete file (see FileSession::OnFile).
#pragma once
#include <libssh/server.h>

#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "platform/sftp/connection.h"

namespace stockbell::sftp {

struct SftpServerOptions {
  std::string listen = "127.0.0.1:8022";  // host:port or [v6]:port; port 0 takes a free one
  std::filesystem::path root;             // made when missing, with Import, Export and Reports
  std::uint64_t quota_bytes = 0;          // what may lie below it; 0: no limit
  std::filesystem::path host_key_file;
  int max_connections = 64;
  int max_before_login = 16;  // beyond it the oldest one that has not logged in is cut off
  int max_sessions_per_account = 10;
  int max_bad_passwords = 5;
  Duration lock_out = std::chrono::minutes(30);
  Duration login_timeout = std::chrono::seconds(30);
  Duration idle_timeout = std::chrono::minutes(10);
  FileLimits limits;
};

class SftpServer {
 public:
  using OnFile = std::function<void(const std::string& account, const std::filesystem::path& file)>;
  // `on_file` is called from the clients' threads.
  SftpServer(SftpServerOptions options, const Clock& clock, AccountLookup accounts, OnFile on_file);
  ~SftpServer() { stop(); }

  Result<> start();
  void stop();  // cuts every client and waits for the threads
  void end_sessions(const std::string& account);  // any thread; soon
  int port() const { return port_; }
  const std::string& host_key() const {
    return host_key_;
  }  // "ssh-ed25519 AAAA...", for clients to pin

 private:
  struct Client {
    std::unique_ptr<Connection> connection;
    std::thread thread;
  };
  struct BindDeleter {
    void operator()(ssh_bind bind) const { ssh_bind_free(bind); }
  };

  Result<> prepare_identity();
  Result<> listen();
  void accept_loop();
  bool accept_one();
  void serve_client(Fd fd, const std::string& peer);
  Result<Home*> home_of(const std::string& account);
  void make_room();
  void cut_late_and_join_finished();

  SftpServerOptions options_;
  AccountLookup accounts_;
  OnFile on_file_;
  LoginGuard guard_;
  SessionCount sessions_;
  Homes homes_;
  std::unique_ptr<ssh_bind_struct, BindDeleter> bind_;
  std::string host_key_;
  Fd listener_, wake_;
  int port_ = 0;
  std::list<Client> clients_;  // touched by the accepting thread only
  std::mutex ending_mutex_;
  std::set<std::string> ending_;  // accounts whose sessions are to be cut
  std::thread acceptor_;
};

}  // namespace stockbell::sftp
