// Arrow 9: where the catalog feed goes. The one implementation is SFTP (platform/sftp client), also
// inside one process.
#pragma once
#include <filesystem>
#include <string>

#include "base/result.h"

namespace stockbell {

class FeedUpload {
 public:
  virtual ~FeedUpload() = default;
  // Uploads under a temporary name and renames to `name` when whole. An existing `name` is
  // replaced.
  virtual Result<> upload(const std::filesystem::path& file, const std::string& name) = 0;
};

}  // namespace stockbell
