// Uploads and downloads of one big file by OpenSSH's own client, from Stockbell's SFTP server and
// from OpenSSH's (sshd with internal-sftp), by turns, with the same cipher, both with their files
// in one folder. Needs sshd (Debian's openssh-server) and, because sshd wants it, to be run as
// root.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/random.h"
#include "frame/report.h"
#include "platform/sftp/server.h"

using namespace stockbell;
using namespace stockbell::bench;
namespace fs = std::filesystem;

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "bench sftp: " << why << "\n";
  std::exit(1);
}

pid_t start(const std::vector<std::string>& words, const fs::path& log) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

void run(const std::vector<std::string>& words, const fs::path& log) {
  int status = 0;
  ::waitpid(start(words, log), &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    give_up(fmt::format("{} failed; see {}", words.front(), log.string()));
}

void write_file(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

// A file of `megabytes` that no link in the chain can make smaller.
void write_noise(const fs::path& file, std::size_t megabytes) {
  SeededRandom random(1);
  std::ofstream out(file, std::ios::binary);
  std::vector<std::uint64_t> block((1 << 20) / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < megabytes; ++i) {
    for (auto& word : block) word = random.next();
    out.write(reinterpret_cast<const char*>(block.data()), 1 << 20);
  }
}

// Bytes over the wire by OpenSSH's client; gives MB/s.
class Transfers {
 public:
  Transfers(fs::path folder, std::size_t megabytes)
      : folder_(std::move(folder)), megabytes_(megabytes) {}

  double put(int port, const std::string& target, const std::string& cipher) {
    return time(port, cipher, fmt::format("put {} {}\n", (folder_ / "big").string(), target));
  }
  double get(int port, const std::string& source, const std::string& cipher) {
    return time(port, cipher, fmt::format("get {} {}\n", source, (folder_ / "back").string()));
  }

 private:
  double time(int port, const std::string& cipher, const std::string& batch) {
    write_file(folder_ / "batch", batch);
    const auto seconds = seconds_of([&] {
      run({"sftp", "-q", "-P", std::to_string(port), "-c", cipher, "-i",
           (folder_ / "user").string(), "-o", "StrictHostKeyChecking=no", "-o",
           "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", "-b",
           (folder_ / "batch").string(), "root@127.0.0.1"},
          folder_ / "client.log");
    });
    return static_cast<double>(megabytes_) / seconds;
  }

  fs::path folder_;
  std::size_t megabytes_;
};

// OpenSSH's server beside ours, for the user who runs this, with the same key.
class Sshd {
 public:
  Sshd(const fs::path& folder, int port) {
    std::error_code ignored;
    fs::create_directories("/run/sshd", ignored);
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder / "host").string()},
        folder / "sshd.log");
    fs::copy_file(folder / "user.pub", folder / "authorized");
    write_file(
        folder / "sshd_config",
        fmt::format("ListenAddress 127.0.0.1\nPort {}\nHostKey {}\nAuthorizedKeysFile "
                    "{}\nPermitRootLogin yes\n"
                    "StrictModes no\nPidFile none\nUsePAM no\nSubsystem sftp internal-sftp\n",
                    port, (folder / "host").string(), (folder / "authorized").string()));
    process_ = start({"/usr/sbin/sshd", "-D", "-e", "-f", (folder / "sshd_config").string()},
                     folder / "sshd.log");
  }
  ~Sshd() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

 private:
  pid_t process_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Report report("sftp", argc, argv);
  if (::geteuid() != 0 || !fs::exists("/usr/sbin/sshd"))
    give_up("sshd (Debian: openssh-server) and root are needed for the peer");
  const std::size_t megabytes = report.quick() ? 100 : 500;
  const int runs = report.quick() ? 3 : 5;
  auto folder = fs::current_path() / "build" / "bench" / fmt::format("sftp-{}", ::getpid());
  fs::create_directories(folder);
  write_noise(folder / "big", megabytes);
  run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder / "user").string()},
      folder / "client.log");
  std::string key;
  std::getline(std::ifstream(folder / "user.pub"), key);
  key = key.substr(0, key.find(' ', key.find(' ') + 1));

  sftp::SftpServerOptions options;
  options.listen = "127.0.0.1:0";
  options.root = folder / "root";
  options.host_key_file = folder / "ours";
  options.quota_bytes = std::uint64_t{1} << 40;
  SystemClock clock;
  sftp::AccountLookup accounts;
  accounts.public_key = [&](const std::string&, const std::string& offered) {
    return offered == key;
  };
  std::size_t told = 0;
  sftp::SftpServer server(options, clock, accounts, [&](auto&, auto&) { ++told; });
  if (auto started = server.start(); !started) give_up(started.error().message);
  const int port = server.port() < 60'000 ? server.port() + 1 : server.port() - 1;
  Sshd sshd(folder, port);
  Transfers transfers(folder, megabytes);
  const auto theirs = (folder / "theirs").string();
  for (int tries = 0; tries < 50; ++tries) {  // until sshd listens
    const auto probe = fmt::format("exec 3<>/dev/tcp/127.0.0.1/{}", port);
    int status = 0;
    ::waitpid(start({"bash", "-c", probe}, folder / "client.log"), &status, 0);
    if (WEXITSTATUS(status) == 0) break;
    ::usleep(100'000);
  }

  for (const std::string cipher : {"chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com"}) {
    std::vector<double> our_puts, our_gets, their_puts, their_gets;
    for (int i = 0; i < runs; ++i) {
      our_puts.push_back(transfers.put(server.port(), "Import/big", cipher));
      their_puts.push_back(transfers.put(port, theirs, cipher));
      our_gets.push_back(transfers.get(server.port(), "Import/big", cipher));
      their_gets.push_back(transfers.get(port, theirs, cipher));
    }
    const auto name = cipher.substr(0, cipher.find('@'));
    const double put = median(our_puts), peer_put = median(their_puts);
    const double get = median(our_gets), peer_get = median(their_gets);
    report.add({"put " + name, put, "MB/s", runs, fmt::format("sshd {:.0f} MB/s", peer_put),
                put / peer_put});
    report.add({"get " + name, get, "MB/s", runs, fmt::format("sshd {:.0f} MB/s", peer_get),
                get / peer_get});
  }
  report.note(
      fmt::format("{} MB, one client, loopback; both servers write to the same disk, ours syncs at "
                  "CLOSE ({} files told)",
                  megabytes, told));
  server.stop();
  fs::remove_all(folder);
  return report.finish();
}
