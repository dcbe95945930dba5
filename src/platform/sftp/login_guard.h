// Counts wrong passwords and locks out who guesses: per account and address, so that a stranger
// cannot lock out the merchant's own machine. Public keys are not counted (they cannot be guessed).
// Used by SftpServer. Thread-safe.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.h"

namespace stockbell::sftp {

class LoginGuard {
 public:
  LoginGuard(const Clock& clock, int allowed, Duration lock_out)
      : clock_(clock), allowed_(allowed), lock_out_(lock_out) {}

  bool is_locked(const std::string& address, const std::string& user);
  // True when this failure begins a lock-out.
  bool failed(const std::string& address, const std::string& user);
  void succeeded(const std::string& address, const std::string& user);

 private:
  struct Count {
    int failures = 0;
    Time last{};
  };
  // Bounds the memory that guessing may take; beyond it the oldest counts are forgotten.
  static constexpr std::size_t kMostCounts = 10'000;
  void forget_old();

  const Clock& clock_;
  const int allowed_;
  const Duration lock_out_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Count> counts_;
};

}  // namespace stockbell::sftp
