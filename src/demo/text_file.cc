#include "demo/text_file.h"

namespace stockbell::demo {

Result<TextFile> TextFile::create(const std::filesystem::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr)
    return fail(ErrorCode::internal, "file-not-writable", "cannot write " + path.string());
  return TextFile(path, file);
}

void TextFile::flush_if_full() {
  if (buffer_.size() >= (1u << 20)) flush();
}

void TextFile::flush() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) failed_ = true;
  buffer_.clear();
}

Result<> TextFile::close() {
  flush();
  if (std::fclose(file_.release()) != 0) failed_ = true;
  if (failed_)
    return fail(ErrorCode::internal, "file-not-written",
                "writing failed (disk full?): " + path_.string());
  return {};
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace stockbell::demo
