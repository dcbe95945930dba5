#include "commerce/feed/folder_upload.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace stockbell::commerce {
namespace {

std::error_code sync_path(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return {errno, std::generic_category()};
  const int failed = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  return {failed, std::generic_category()};
}

}  // namespace

Result<> FolderUpload::upload(const std::filesystem::path& file, const std::string& name) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder_, error))
    return fail(ErrorCode::unavailable, "feed-folder-away",
                fmt::format("{} is no folder, or its share is not mounted", folder_.string()));
  const auto temporary = folder_ / fmt::format(".{}.tmp", name);
  std::filesystem::copy_file(file, temporary, std::filesystem::copy_options::overwrite_existing,
                             error);
  if (!error) error = sync_path(temporary, O_RDONLY);
  if (!error) std::filesystem::rename(temporary, folder_ / name, error);
  if (!error) error = sync_path(folder_, O_RDONLY | O_DIRECTORY);
  if (!error) return {};
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  return fail(ErrorCode::unavailable, "feed-not-copied",
              fmt::format("{}: {}", (folder_ / name).string(), error.message()));
}

}  // namespace stockbell::commerce
