// A feed target that is a folder of this machine, a mounted share for instance: copied under a
// hidden temporary name, synced, renamed into place. Stateless, any thread. Step 9.
#pragma once
#include "contracts/feed_upload.h"

namespace stockbell::commerce {

class FolderUpload final : public FeedUpload {
 public:
  explicit FolderUpload(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // Errors: unavailable, "feed-folder-away" when the folder is not there (it is never made: it may
  // be a share that is not mounted), "feed-not-copied".
  Result<> upload(const std::filesystem::path& file, const std::string& name) override;

 private:
  const std::filesystem::path folder_;
};

}  // namespace stockbell::commerce
