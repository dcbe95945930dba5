#include <sodium.h>

#include <fstream>

#include "engagement/imports/feed_importer.h"

namespace stockbell::engagement {

Result<std::string> content_hash(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<char> block(256 * 1024);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(block.data()),
                              static_cast<unsigned long long>(in.gcount()));
  if (!in.eof())
    return fail(ErrorCode::unavailable, "file-unreadable",
                "cannot read " + file.filename().string());
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256_final(&state, digest.data());
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace stockbell::engagement
