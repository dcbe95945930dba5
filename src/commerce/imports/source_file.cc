#include "commerce/imports/source_file.h"

#include <array>
#include <string>

#include "platform/records/text_decoder.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

}  // namespace

SourceShape detect_shape(std::string_view beginning) {
  auto start = beginning.find_first_not_of(" \t\r\n");
  if (start == beginning.npos) return {};
  if (beginning[start] == '<') return {FileFormat::xml, 0};
  if (beginning[start] == '{') return {FileFormat::ndjson, 0};
  SourceShape shape;
  bool quoted = false;
  std::array<int, 256> seen{};
  for (char c : beginning.substr(start)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    ++seen[static_cast<unsigned char>(c)];
  }
  int most = 0;
  for (char candidate : {'|', '\t', ',', ';'})
    if (int count = seen[static_cast<unsigned char>(candidate)]; count > most) {
      most = count;
      shape.delimiter = candidate;
    }
  return shape;
}

Result<SourceShape> detect_file_shape(const std::filesystem::path& file) {
  std::string beginning;
  records::TextDecoder decoder([&](std::string_view piece) -> Result<> {
    beginning += piece;
    if (beginning.size() >= kPieceBytes) return fail(ErrorCode::conflict, "enough", "");
    return {};
  });
  auto read = read_source(file, [&](std::string_view piece) { return decoder.feed(piece); });
  if (!read && read.error().reason != "enough") return fail(std::move(read).error());
  return detect_shape(beginning);
}

}  // namespace stockbell::commerce
