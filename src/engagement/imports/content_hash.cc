#include <openssl/evp.h>

#include <fstream>

#include "engagement/imports/feed_importer.h"

namespace stockbell::engagement {

// By OpenSSL, which uses the processor's instructions for SHA-256 where it has them.
Result<std::string> content_hash(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> state(EVP_MD_CTX_new(),
                                                                      &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  bool well = EVP_DigestInit_ex(state.get(), EVP_sha256(), nullptr) == 1;
  std::vector<char> block(1024 * 1024);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    well = well &&
           EVP_DigestUpdate(state.get(), block.data(), static_cast<std::size_t>(in.gcount())) == 1;
  if (!in.eof())
    return fail(ErrorCode::unavailable, "file-unreadable",
                "cannot read " + file.filename().string());
  if (!well || EVP_DigestFinal_ex(state.get(), digest.data(), &size) != 1)
    return fail(ErrorCode::internal, "hash-failed", "SHA-256 is not to be had");
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace stockbell::engagement
