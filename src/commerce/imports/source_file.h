// What an import file is, by its first bytes: XML, NDJSON or delimited. Pure but for the reading.
#pragma once
#include "platform/records/source_file.h"

namespace stockbell::commerce {

using records::read_source;
using records::SourceLimits;
using records::TakePiece;

enum class FileFormat { xml, ndjson, delimited };

// What a file's first bytes say about it. `delimiter` counts for FileFormat::delimited: one of |
// tab , ;
struct SourceShape {
  FileFormat format = FileFormat::delimited;
  char delimiter = ',';
};
SourceShape detect_shape(std::string_view beginning);

// The shape by looking at the first unpacked kilobytes of the file.
Result<SourceShape> detect_file_shape(const std::filesystem::path& file);

}  // namespace stockbell::commerce
