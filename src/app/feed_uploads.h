// Arrow 9's implementation: uploads the catalog feed by SFTP, to Engagement's own account in this process or to another server.
#pragma once
#include <functional>

#include "contracts/feed_upload.h"
#include "platform/sftp/client.h"

namespace stockbell::app {

class SftpFeedUpload final : public FeedUpload {
 public:
  // `target` is asked at each upload: the own server's port and key are known only once it runs.
  explicit SftpFeedUpload(std::function<Result<sftp::SftpTarget>()> target) : target_(std::move(target)) {}
  Result<> upload(const std::filesystem::path& file, const std::string& name) override {
    SB_TRY(target, target_());
    return client_.upload(target, file, name);
  }

 private:
  std::function<Result<sftp::SftpTarget>()> target_;
  sftp::SftpClient client_;
};

// sftp://user:password@host[:port][/directory]; errors never show the password.
Result<sftp::SftpTarget> parse_sftp_url(std::string_view url);

// For a feed target of its own.
inline Result<std::unique_ptr<FeedUpload>> open_sftp_upload(const std::string& url) {
  SB_TRY(target, parse_sftp_url(url));
  return std::make_unique<SftpFeedUpload>([target] { return Result<sftp::SftpTarget>(target); });
}

}  // namespace stockbell::app
