// The attributes SFTP shows of a file and those a client sets (draft 5). Used by FileSession. Pure.
#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/sftp/packet.h"

namespace stockbell::sftp {

struct Attributes {
  std::optional<std::uint64_t> size;
  std::optional<std::uint32_t> accessed, modified;  // seconds since 1970; both or none
};

// Permissions and owners are read and left aside: the account's files belong to the server.
Attributes read_attributes(PacketReader& in);
void write_attributes(PacketWriter& out, const struct stat& file);

// One line as `ls -l` writes it; clients print it as it stands.
std::string long_name(std::string_view name, const struct stat& file);

}  // namespace stockbell::sftp
