// Turns UTF-16 with a byte order mark, and what is said to be in a one-byte encoding, into UTF-8 on
// the way to a reader of records; everything else passes as it is. One decoder per file and thread.
#pragma once
#include <string>
#include <string_view>

#include "platform/records/source_file.h"

namespace stockbell::records {

// Of a file without the byte order mark of UTF-16.
enum class PlainText { utf8, windows_1252, latin_1 };

class TextDecoder {
 public:
  explicit TextDecoder(TakePiece take, PlainText plain = PlainText::utf8)
      : take_(std::move(take)), plain_(plain) {}
  Result<> feed(std::string_view piece);
  Result<> finish();  // error "not-utf16": half a character at the end

 private:
  Result<> decode(std::string_view piece);
  Result<> decode_bytes(std::string_view piece);

  TakePiece take_;
  PlainText plain_;
  enum class Encoding { unknown, as_it_is, utf16_little, utf16_big } encoding_ = Encoding::unknown;
  std::string kept_;  // bytes that do not make a character yet
};

}  // namespace stockbell::records
