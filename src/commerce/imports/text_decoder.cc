#include "commerce/imports/text_decoder.h"

namespace stockbell::commerce {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

// Half a surrogate pair becomes bytes that are no UTF-8, so that its row is refused, not the file.
Result<> TextDecoder::decode(std::string_view piece) {
  kept_ += piece;
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    const auto first = static_cast<unsigned char>(kept_[at]);
    const auto second = static_cast<unsigned char>(kept_[at + 1]);
    return encoding_ == Encoding::utf16_little ? first | second << 8 : first << 8 | second;
  };
  std::string out;
  std::size_t at = 0;
  for (; at + 2 <= kept_.size(); at += 2) {
    auto code = unit(at);
    if (code >= 0xD800 && code < 0xDC00) {
      if (at + 4 > kept_.size()) break;
      const auto low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    append_utf8(out, code);
  }
  kept_.erase(0, at);
  return out.empty() ? Result<>{} : take_(out);
}

Result<> TextDecoder::feed(std::string_view piece) {
  if (encoding_ == Encoding::as_it_is) return take_(piece);
  if (encoding_ != Encoding::unknown) return decode(piece);
  kept_ += piece;
  if (kept_.size() < 2) return {};
  const std::string head = std::exchange(kept_, {});
  if (head.starts_with("\xFF\xFE")) {
    encoding_ = Encoding::utf16_little;
  } else if (head.starts_with("\xFE\xFF")) {
    encoding_ = Encoding::utf16_big;
  } else {
    encoding_ = Encoding::as_it_is;
    return take_(head);
  }
  return decode(std::string_view(head).substr(2));
}

Result<> TextDecoder::finish() {
  if (kept_.empty()) return {};
  if (encoding_ == Encoding::unknown) return take_(kept_);
  return fail(ErrorCode::invalid, "not-utf16", "the file ends in the middle of a UTF-16 character");
}

}  // namespace stockbell::commerce
