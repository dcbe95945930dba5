// A buffered text file for the writers of this folder: collects, writes in large blocks, reports
// the first failure at close.
#pragma once
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::demo {

class TextFile {
 public:
  static Result<TextFile> create(const std::filesystem::path& path);
  std::string& buffer() { return buffer_; }  // append here; flush_if_full() now and then
  void flush_if_full();
  Result<> close();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  TextFile(std::filesystem::path path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  void flush();

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string buffer_;
  bool failed_ = false;
};

// & < > " as entities; control characters do not occur in the vocabulary.
std::string xml_text(std::string_view text);

}  // namespace stockbell::demo
