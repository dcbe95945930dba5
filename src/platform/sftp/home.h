// The directory an account lives in: its jail, the three folders every account has, and how many
// bytes may lie there. Accounts may share one. Used by SftpServer. Thread-safe.
#pragma once
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "platform/sftp/jail.h"

namespace stockbell::sftp {

// Bytes below a directory against a limit. Others take files away (the import does), so the count
// is made anew from the disk, at most once a second, before anything is refused.
class SpaceQuota {
 public:
  SpaceQuota(std::filesystem::path root, std::uint64_t limit)  // 0: no limit
      : root_(std::move(root)), limit_(limit) {}

  void set_limit(std::uint64_t limit);
  // Before a file grows by so much; false: there is no room.
  bool reserve(std::uint64_t bytes);

 private:
  void count();

  const std::filesystem::path root_;
  std::mutex mutex_;
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::chrono::steady_clock::time_point counted_{}, told_{};
};

struct Home {
  std::filesystem::path root;
  Jail jail;
  SpaceQuota quota;
};

class Homes {
 public:
  // Makes the directory with Import, Export and Reports when it is missing. The same root is the
  // same home; the quota asked for last counts.
  Result<Home*> open(const std::filesystem::path& root, std::uint64_t quota_bytes);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::unique_ptr<Home>> homes_;
};

}  // namespace stockbell::sftp
