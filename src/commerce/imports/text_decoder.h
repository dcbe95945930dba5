// Turns UTF-16 with a byte order mark into UTF-8 on the way to a reader of records; everything else
// passes as it is. One decoder per file and thread.
#pragma once
#include <string>
#include <string_view>

#include "commerce/imports/source_file.h"

namespace stockbell::commerce {

class TextDecoder {
 public:
  explicit TextDecoder(TakePiece take) : take_(std::move(take)) {}
  Result<> feed(std::string_view piece);
  Result<> finish();  // error "not-utf16": half a character at the end

 private:
  Result<> decode(std::string_view piece);

  TakePiece take_;
  enum class Encoding { unknown, as_it_is, utf16_little, utf16_big } encoding_ = Encoding::unknown;
  std::string kept_;  // bytes that do not make a character yet
};

}  // namespace stockbell::commerce
