#include "engagement/imports/feed_manifest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kLongest = 64 * 1024;

std::unexpected<Error> invalid(const char* what) {
  return fail(ErrorCode::invalid, "manifest-invalid",
              fmt::format("the feed's manifest is not as it should be: {}", what));
}

}  // namespace

std::filesystem::path manifest_of(const std::filesystem::path& feed) {
  return feed.native() + ".manifest.json";
}

Result<FeedManifest> parse_manifest(std::string_view json) {
  const auto object = text::parse_json_object(json, kLongest);
  if (!object) return invalid("it must be one JSON object");
  FeedManifest manifest;
  const auto* bytes = object->if_contains("bytes");
  if (!bytes || !bytes->is_int64() || bytes->as_int64() < 0)
    return invalid("bytes must be a whole number");
  manifest.bytes = bytes->as_int64();
  const auto* sha256 = object->if_contains("sha256");
  if (!sha256 || !sha256->is_string() || sha256->as_string().size() != 64)
    return invalid("sha256 must be 64 hexadecimal digits");
  manifest.sha256 = sha256->as_string();
  for (auto& c : manifest.sha256)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  if (const auto* kind = object->if_contains("kind"))
    manifest.full = !kind->is_string() || kind->as_string() != "incremental";
  if (const auto* built = object->if_contains("built_at"); built && built->is_string()) {
    const auto time = parse_rfc3339(std::string(built->as_string()));
    if (!time) return invalid("built_at must be a date and time such as 2026-01-31T08:15:00Z");
    manifest.built_at = *time;
  }
  return manifest;
}

Result<std::optional<FeedManifest>> read_manifest(const std::filesystem::path& feed) {
  std::ifstream in(manifest_of(feed), std::ios::binary);
  if (!in) return std::optional<FeedManifest>();
  std::string json(kLongest + 1, '\0');
  in.read(json.data(), static_cast<std::streamsize>(json.size()));
  json.resize(static_cast<std::size_t>(in.gcount()));
  SB_TRY(manifest, parse_manifest(json));
  return std::optional(std::move(manifest));
}

// By OpenSSL, which uses the processor's instructions for SHA-256 where it has them.
Result<std::string> sha256_of(const std::filesystem::path& file) {
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
