// Reads an import file in pieces, never whole: plain, gzip or zstd, told apart by the first bytes.
// Any thread.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace stockbell::commerce {

enum class FileFormat { xml, ndjson, delimited };

// What a file's first bytes say about it. `delimiter` counts for FileFormat::delimited: one of |
// tab , ;
struct SourceShape {
  FileFormat format = FileFormat::delimited;
  char delimiter = ',';
};
SourceShape detect_shape(std::string_view beginning);

using TakePiece = std::function<Result<>(std::string_view piece)>;

struct SourceLimits {
  std::uint64_t unpacked_bytes = std::uint64_t{16}
                                 << 30;  // a compressed file may not become more than this
};

// Hands the unpacked bytes to `take` in order; a byte order mark is taken off. Ends at the first
// error of `take`. Errors: not_found, invalid ("file-compression": damaged or cut short),
// too_large.
Result<> read_source(const std::filesystem::path& file, const TakePiece& take,
                     const SourceLimits& limits = {});

// The shape by looking at the first unpacked kilobytes of the file.
Result<SourceShape> detect_file_shape(const std::filesystem::path& file);

}  // namespace stockbell::commerce
