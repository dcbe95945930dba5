#include "platform/records/text_decoder.h"

namespace stockbell::records {
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

// 0x80 to 0x9F of Windows-1252; the five that it does not have stay what they are, as browsers
// read them.
constexpr std::uint16_t kWindows[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

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

Result<> TextDecoder::decode_bytes(std::string_view piece) {
  if (plain_ == PlainText::utf8) return take_(piece);
  std::string out;
  out.reserve(piece.size() + piece.size() / 8);
  for (const char c : piece) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = plain_ == PlainText::windows_1252 && byte >= 0x80 && byte < 0xA0;
    append_utf8(out, special ? kWindows[byte - 0x80] : byte);
  }
  return out.empty() ? Result<>{} : take_(out);
}

Result<> TextDecoder::feed(std::string_view piece) {
  if (encoding_ == Encoding::as_it_is) return decode_bytes(piece);
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
    return decode_bytes(head);
  }
  return decode(std::string_view(head).substr(2));
}

Result<> TextDecoder::finish() {
  if (kept_.empty()) return {};
  if (encoding_ == Encoding::unknown) return decode_bytes(kept_);
  return fail(ErrorCode::invalid, "not-utf16", "the file ends in the middle of a UTF-16 character");
}

}  // namespace stockbell::records
