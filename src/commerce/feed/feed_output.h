// The file a feed is written to, with its length and SHA-256. Used by feed_export; not thread-safe.
// Step 9.
#pragma once
#include <openssl/evp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::commerce {

class FeedOutput {
 public:
  static Result<FeedOutput> create(const std::filesystem::path& file);
  FeedOutput(FeedOutput&& other) noexcept;
  FeedOutput& operator=(FeedOutput&&) = delete;
  ~FeedOutput();

  // Errors: unavailable, "feed-not-written" (the disk is full, the folder away).
  Result<> write(std::string_view bytes);
  Result<> finish(bool sync);
  std::int64_t bytes() const { return bytes_; }
  const std::string& sha256() const { return sha256_; }  // in hex, after finish()

 private:
  explicit FeedOutput(int fd);
  struct FreeDigest {
    void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
  };
  int fd_;
  std::int64_t bytes_ = 0, started_ = 0;  // started_: handed to the disk already
  std::unique_ptr<EVP_MD_CTX, FreeDigest> digest_;
  std::string sha256_;
};

}  // namespace stockbell::commerce
