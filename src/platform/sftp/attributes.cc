#include "platform/sftp/attributes.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace stockbell::sftp {
namespace {

constexpr std::uint32_t kSize = 0x1, kOwner = 0x2, kPermissions = 0x4, kTimes = 0x8,
                        kExtended = 0x80000000;

char kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return 'd';
  if (S_ISLNK(mode)) return 'l';
  return S_ISREG(mode) ? '-' : '?';
}

}  // namespace

Attributes read_attributes(PacketReader& in) {
  Attributes read;
  auto flags = in.u32();
  if (flags & kSize) read.size = in.u64();
  if (flags & kOwner) in.u64();
  if (flags & kPermissions) in.u32();
  if (flags & kTimes) {
    read.accessed = in.u32();
    read.modified = in.u32();
  }
  if (flags & kExtended) {
    for (auto pairs = in.u32(); pairs > 0 && in.ok(); --pairs) {
      in.text();
      in.text();
    }
  }
  return read;
}

void write_attributes(PacketWriter& out, const struct stat& file) {
  out.u32(kSize | kOwner | kPermissions | kTimes);
  out.u64(static_cast<std::uint64_t>(file.st_size));
  out.u32(file.st_uid).u32(file.st_gid).u32(file.st_mode);
  out.u32(static_cast<std::uint32_t>(file.st_atim.tv_sec));
  out.u32(static_cast<std::uint32_t>(file.st_mtim.tv_sec));
}

std::string long_name(std::string_view name, const struct stat& file) {
  std::string mode(1, kind_of(file.st_mode));
  for (int bit = 8; bit >= 0; --bit) mode += (file.st_mode >> bit & 1) ? "xwr"[bit % 3] : '-';
  std::array<char, 32> when{};
  std::tm parts{};
  ::gmtime_r(&file.st_mtim.tv_sec, &parts);
  // Like ls: the time of day for the last half year, the year for older files.
  bool recent = std::time(nullptr) - file.st_mtim.tv_sec < 182 * 86400;
  std::strftime(when.data(), when.size(), recent ? "%b %e %H:%M" : "%b %e  %Y", &parts);
  return fmt::format("{} {:>4} {:<8} {:<8} {:>8} {} {}", mode, file.st_nlink, "stockbell",
                     "stockbell", file.st_size, when.data(), name);
}

}  // namespace stockbell::sftp
