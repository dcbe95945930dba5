#include "platform/http/body_spool.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace stockbell::http {
namespace {

constexpr std::string_view kPrefix = "stockbell-body-";

Error spool_error(int number) {
  return {ErrorCode::unavailable, "spool-failed",
          "the body cannot be kept: " + std::generic_category().message(number), ""};
}

}  // namespace

BodySpool::BodySpool(const Route& route, Request& request, std::filesystem::path directory)
    : limit_(route.body_limit),
      spooled_(route.body == BodyMode::spooled),
      request_(request),
      directory_(directory.empty() ? std::filesystem::temp_directory_path() : directory) {}

BodySpool::~BodySpool() {
  if (fd_ >= 0) ::close(fd_);
  if (!request_.body_file.empty()) ::unlink(request_.body_file.c_str());
}

Result<> BodySpool::open() {
  if (!spooled_) return {};
  std::string name = (directory_ / (std::string(kPrefix) + "XXXXXX")).string();
  fd_ = ::mkstemp(name.data());
  if (fd_ < 0) return fail(spool_error(errno));
  request_.body_file = name;
  return {};
}

bool BodySpool::take(std::string_view piece) {
  size_ += piece.size();
  if (size_ > limit_) {
    failure_ = {ErrorCode::too_large, "body-too-large",
                fmt::format("the body may have {} bytes", limit_), ""};
    return false;
  }
  if (!spooled_) {
    request_.body += piece;
    return true;
  }
  while (!piece.empty()) {
    auto written = ::write(fd_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failure_ = spool_error(errno);
      return false;
    }
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<> BodySpool::finish() {
  if (fd_ < 0) return {};
  int closed = ::close(fd_);
  fd_ = -1;
  if (closed != 0) return fail(spool_error(errno));
  return {};
}

void BodySpool::sweep(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored))
    if (entry.path().filename().string().starts_with(kPrefix))
      std::filesystem::remove(entry.path(), ignored);
}

}  // namespace stockbell::http
