// Reads a file in pieces, never whole: plain, gzip or zstd, told apart by the first bytes. Any
// thread.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace stockbell::records {

using TakePiece = std::function<Result<>(std::string_view piece)>;

struct SourceLimits {
  std::uint64_t unpacked_bytes = std::uint64_t{16}
                                 << 30;  // a compressed file may not become more than this
};

enum class Compression { none, gzip, zstd };

// Hands the unpacked bytes to `take` in order; a byte order mark is taken off. Ends at the first
// error of `take`. Errors: not_found, invalid ("file-compression": damaged or cut short),
// too_large.
Result<> read_source(const std::filesystem::path& file, const TakePiece& take,
                     const SourceLimits& limits = {});

// By the first bytes. Error: not_found, "file-missing".
Result<Compression> find_compression(const std::filesystem::path& file);

}  // namespace stockbell::records
