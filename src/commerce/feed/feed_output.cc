#include "commerce/feed/feed_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace stockbell::commerce {
namespace {

// The disk begins with what is written while the rest is still rendered.
constexpr std::int64_t kHandedOver = 32 << 20;
// Summed and written piece by piece, so that what is written is still in the processor's cache.
constexpr std::size_t kPiece = 256 << 10;

std::unexpected<Error> unwritten(const char* what) {
  return fail(ErrorCode::unavailable, "feed-not-written",
              fmt::format("the feed file cannot be {}: {}", what, std::strerror(errno)));
}

}  // namespace

FeedOutput::FeedOutput(int fd) : fd_(fd), digest_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr);
}

FeedOutput::FeedOutput(FeedOutput&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      bytes_(other.bytes_),
      started_(other.started_),
      digest_(std::move(other.digest_)),
      sha256_(std::move(other.sha256_)) {}

FeedOutput::~FeedOutput() {
  if (fd_ >= 0) ::close(fd_);
}

Result<FeedOutput> FeedOutput::create(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return unwritten("opened");
  return FeedOutput(fd);
}

Result<> FeedOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    EVP_DigestUpdate(digest_.get(), piece.data(), piece.size());
    while (!piece.empty()) {
      const auto written = ::write(fd_, piece.data(), piece.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return unwritten("written");
      bytes_ += written;
      piece.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  if (bytes_ - started_ >= kHandedOver) {
    ::sync_file_range(fd_, started_, bytes_ - started_, SYNC_FILE_RANGE_WRITE);
    started_ = bytes_;
  }
  return {};
}

Result<> FeedOutput::finish(bool sync) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(digest_.get(), digest, &size);
  sha256_.clear();
  for (unsigned i = 0; i < size; ++i) sha256_ += fmt::format("{:02x}", digest[i]);
  if (sync && ::fsync(fd_) != 0) return unwritten("synced");
  if (::close(std::exchange(fd_, -1)) != 0) return unwritten("closed");
  return {};
}

}  // namespace stockbell::commerce
