#include "platform/sftp/home.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "platform/log/log.h"
#include "platform/sftp/file_names.h"

namespace stockbell::sftp {
namespace {

constexpr auto kCountAgainAfter = std::chrono::seconds(1);
constexpr auto kTellAgainAfter = std::chrono::seconds(10);

}  // namespace

bool SpaceQuota::reserve(std::uint64_t bytes) {
  if (bytes == 0) return true;
  std::lock_guard lock(mutex_);
  if (limit_ == 0) return true;
  const auto fits = [&] { return used_ <= limit_ && bytes <= limit_ - used_; };
  const auto now = std::chrono::steady_clock::now();
  if (counted_ == std::chrono::steady_clock::time_point() ||
      (!fits() && now - counted_ >= kCountAgainAfter)) {
    count();
    counted_ = now;
  }
  if (!fits()) {
    if (now - told_ >= kTellAgainAfter) {
      log::warning("sftp.quota_full",
                   {{"root", root_.string()}, {"bytes", std::to_string(limit_)}});
      told_ = now;
    }
    return false;
  }
  used_ += bytes;
  return true;
}

void SpaceQuota::set_limit(std::uint64_t limit) {
  std::lock_guard lock(mutex_);
  limit_ = limit;
}

void SpaceQuota::count() {
  namespace fs = std::filesystem;
  used_ = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root_, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    if (it->is_symlink(gone) || !it->is_regular_file(gone)) continue;
    const auto size = it->file_size(gone);
    if (!gone) used_ += size;
  }
}

Result<Home*> Homes::open(const std::filesystem::path& root, std::uint64_t quota_bytes) {
  std::lock_guard lock(mutex_);
  if (const auto found = homes_.find(root); found != homes_.end()) {
    found->second->quota.set_limit(quota_bytes);
    return found->second.get();
  }
  SB_TRY(jail, Jail::open(root));
  for (auto folder : kFolders)
    if (auto made = jail.make_directory(std::string(folder)); !made && made.error() != EEXIST)
      return fail(
          ErrorCode::unavailable, "sftp-root",
          fmt::format("cannot make the folder {}: {}", folder, std::strerror(made.error())));
  auto home = std::unique_ptr<Home>(new Home{root, std::move(jail), {root, quota_bytes}});
  return homes_.emplace(root, std::move(home)).first->second.get();
}

}  // namespace stockbell::sftp
