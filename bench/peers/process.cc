#include "peers/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace stockbell::bench {

void give_up(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

Process::Process(const Program& program) {
  std::vector<std::string> environment = program.environment;
  for (const char* name : {"PATH", "HOME", "LANG"})
    if (const char* value = std::getenv(name))
      environment.push_back(std::string(name) + "=" + value);
  std::vector<char*> argv, envp;
  for (const auto& one : program.arguments) argv.push_back(const_cast<char*>(one.c_str()));
  for (const auto& one : environment) envp.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  const passwd* user =
      program.user.empty() || geteuid() != 0 ? nullptr : getpwnam(program.user.c_str());
  child_ = fork();
  if (child_ != 0) return;
  if (user &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int file = ::open(program.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(file, 1);
  dup2(file, 2);
  dup2(::open("/dev/null", O_RDONLY), 0);
  if (chdir(program.directory.c_str()) != 0) _exit(126);
  execvpe(argv[0], argv.data(), envp.data());
  _exit(127);
}

int Process::wait() {
  int status = 0;
  if (child_ > 0) waitpid(child_, &status, 0);
  child_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void Process::stop(int signal) {
  if (child_ <= 0) return;
  kill(child_, signal ? signal : SIGTERM);
  wait();
}

bool Process::running() {
  if (child_ > 0 && waitpid(child_, nullptr, WNOHANG) == child_) child_ = 0;
  return child_ > 0;
}

std::size_t Process::resident_mb() const {
  std::ifstream status("/proc/" + std::to_string(child_) + "/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:")) return std::strtoul(line.c_str() + 6, nullptr, 10) / 1024;
  return 0;
}

double Process::cpu_seconds() const {
  std::ifstream stat("/proc/" + std::to_string(child_) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string word;
  double ticks = 0;
  for (int field = 3; field <= 15 && rest >> word; ++field)
    if (field >= 14) ticks += std::atof(word.c_str());
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    give_up("no free port");
  ::close(socket);
  return ntohs(address.sin_port);
}

void wait_for_port(int port, Process& process, const std::filesystem::path& output) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    if (!process.running()) break;
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool there = connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (there) return;
    usleep(20'000);
  }
  give_up("a server did not start; see " + output.string());
}

}  // namespace stockbell::bench
