// Mail servers for tests: Postfix's smtp-sink, a whole private Postfix (postfix.sh), and a server
// that plays a script. Header only; include it in *_test.cc. Each object owns its process or thread
// and ends it.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace stockbell::testing {

inline int listen_on_loopback(int& port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, 64) != 0)
    throw std::runtime_error("cannot listen on loopback");
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

inline int free_port() {
  int port = 0;
  close(listen_on_loopback(port));
  return port;
}

inline bool is_listening(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool up = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return up;
}

// Waits for a condition, at most ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

inline std::string content_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    char name[] = "/tmp/stockbell-mail-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("mkdtemp");
    path_ = name;
    std::filesystem::permissions(path_, std::filesystem::perms(0777));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// smtp-sink(1) with the given options; every message goes into a file of its own.
class SmtpSink {
 public:
  explicit SmtpSink(std::vector<std::string> options = {}) : port_(free_port()) {
    std::vector<std::string> words{"/usr/sbin/smtp-sink", "-R", folder_.path(), "-d", "mail."};
    if (geteuid() == 0) words.insert(words.end(), {"-u", "nobody"});
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"127.0.0.1:" + std::to_string(port_), "64"});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    if (!eventually([&] { return is_listening(port_); })) throw std::runtime_error("no smtp-sink");
  }
  ~SmtpSink() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  int port() const { return port_; }
  // What was captured: envelope as X-Mail-Args, X-Rcpt-Args headers before each message.
  std::vector<std::string> messages() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      if (auto text = content_of_file(entry.path()); !text.empty()) found.push_back(text);
    return found;
  }

 private:
  TemporaryFolder folder_;
  int port_;
  pid_t pid_ = 0;
};

// A real Postfix. `mode` is "" or "tls".
class Postfix {
 public:
  explicit Postfix(const std::string& mode = "") : port_(free_port()) {
    started_ = run("start '" + folder_.path().string() + "' " + std::to_string(port_) + " " + mode);
  }
  ~Postfix() { run("stop '" + folder_.path().string() + "'"); }
  static bool is_possible() {
    return geteuid() == 0 && std::filesystem::exists("/usr/sbin/postfix");
  }
  bool started() const { return started_; }
  int port() const { return port_; }
  std::string certificate() const { return folder_.path() / "tls/certificate.pem"; }
  std::string log() const { return content_of_file(folder_.path() / "mail.log"); }
  std::vector<std::string> messages() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "Maildir/new"))
      found.push_back(content_of_file(entry.path()));
    return found;
  }

 private:
  static bool run(const std::string& arguments) {
    auto line = std::string(STOCKBELL_SOURCE_DIR "/tests/support/postfix.sh ") + arguments;
    return std::system(line.c_str()) == 0;
  }
  TemporaryFolder folder_;
  int port_;
  bool started_ = false;
};

// Plays one script per connection, in order; each step waits until the client's last bytes hold
// `expect`, then says `say`. Behind the last step the connection is closed.
class ScriptedServer {
 public:
  struct Step {
    std::string expect, say;
  };
  using Script = std::vector<Step>;

  explicit ScriptedServer(std::vector<Script> scripts) : fd_(listen_on_loopback(port_)) {
    thread_ = std::thread([this, plays = std::move(scripts)] {
      for (const auto& script : plays) play(script);
      close(fd_);
    });
  }
  ~ScriptedServer() { thread_.join(); }
  int port() const { return port_; }

 private:
  static bool readable(int fd) {
    pollfd one{fd, POLLIN, 0};
    return poll(&one, 1, 10'000) > 0;
  }
  void play(const Script& script) {
    if (!readable(fd_)) return;
    int peer = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    std::string seen;
    for (const auto& step : script) {
      while (!step.expect.empty() && seen.find(step.expect) == seen.npos) {
        char buffer[4096];
        auto got = readable(peer) ? recv(peer, buffer, sizeof buffer, 0) : 0;
        if (got <= 0) {
          close(peer);
          return;
        }
        seen.append(buffer, static_cast<std::size_t>(got));
      }
      if (!step.expect.empty()) seen.erase(0, seen.find(step.expect) + step.expect.size());
      (void)!send(peer, step.say.data(), step.say.size(), MSG_NOSIGNAL);
    }
    shutdown(peer, SHUT_RDWR);
    close(peer);
  }

  int port_ = 0;
  int fd_;
  std::thread thread_;
};

}  // namespace stockbell::testing
