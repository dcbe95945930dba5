#include "platform/sftp/file_names.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "platform/text/text.h"

namespace stockbell::sftp {
namespace {

constexpr std::size_t kMaxNameBytes = 255, kMaxPathBytes = 4000;

bool ends_with_ignoring_case(std::string_view text, std::string_view ending) {
  if (text.size() < ending.size()) return false;
  auto equal = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::equal(ending.begin(), ending.end(), text.end() - static_cast<long>(ending.size()),
                    [&](char b, char a) { return equal(a, b); });
}

template <class Each>
void for_each_part(std::string_view path, Each&& each) {
  while (!path.empty()) {
    auto slash = path.find('/');
    each(path.substr(0, slash));
    if (slash == std::string_view::npos) return;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_fixed_folder(std::string_view path) {
  return std::ranges::find(kFolders, path) != std::end(kFolders);
}

std::expected<std::string, std::string_view> normalize_path(std::string_view path) {
  using Refused = std::unexpected<std::string_view>;
  if (path.size() > kMaxPathBytes) return Refused("the path is too long");
  if (path.find('\0') != path.npos || text::has_control(path))
    return Refused("names may not contain control characters");
  if (!text::valid_utf8(path)) return Refused("names must be UTF-8");
  if (path.find_first_of("\\:*<>|?\"") != path.npos)
    return Refused("names may not contain \\ : * < > | ? \"");
  std::vector<std::string_view> parts;
  bool too_long = false;
  for_each_part(path, [&](std::string_view part) {
    if (part.empty() || part == ".") return;
    too_long = too_long || part.size() > kMaxNameBytes;
    if (part != "..")
      parts.push_back(part);
    else if (!parts.empty())
      parts.pop_back();
  });
  if (too_long) return Refused("the name is too long");
  std::string normal;
  for (auto part : parts) normal.append(normal.empty() ? "" : "/").append(part);
  return normal;
}

bool is_temporary(std::string_view path) {
  bool found = false;
  for_each_part(path, [&](std::string_view part) {
    found = found || part.starts_with('.') || ends_with_ignoring_case(part, ".tmp") ||
            ends_with_ignoring_case(part, ".filepart");
  });
  return found;
}

}  // namespace stockbell::sftp
