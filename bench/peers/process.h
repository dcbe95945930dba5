// A program that a benchmark runs beside itself: ends with it, its output goes to a file. Not
// thread-safe.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace stockbell::bench {

struct Program {
  std::vector<std::string> arguments;    // the first is the program
  std::vector<std::string> environment;  // "NAME=value", added to a small one of its own
  std::filesystem::path directory;       // worked in
  std::filesystem::path output;
  std::string user{};  // when we are root: whom it runs as
};

class Process {
 public:
  explicit Process(const Program& program);
  ~Process() { stop(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  int wait();                 // exit code
  void stop(int signal = 0);  // SIGTERM; waits
  bool running();
  std::size_t resident_mb() const;  // the most it ever had
  double cpu_seconds() const;

 private:
  pid_t child_ = 0;
};

int free_port();
void wait_for_port(int port, Process& process, const std::filesystem::path& output);
[[noreturn]] void give_up(const std::string& why);

}  // namespace stockbell::bench
