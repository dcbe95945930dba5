#include "channels/email/encoding.h"

#include <algorithm>

namespace stockbell::channels {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::size_t kLine = 76;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_code(std::string& out, char c) {
  auto byte = static_cast<unsigned char>(c);
  out += '=';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool is_word_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '!' ||
         c == '*' || c == '+' || c == '-' || c == '/';
}

// Q words of at most 75 characters, each of whole UTF-8 characters, on lines of their own.
std::string encoded_words(std::string_view text, std::size_t column) {
  constexpr std::string_view kOpen = "=?UTF-8?Q?", kClose = "?=";
  std::string out(kOpen);
  std::size_t used = column + kOpen.size();
  for (std::size_t i = 0; i < text.size();) {
    auto end = i + 1;
    while (end < text.size() && is_continuation(text[end])) ++end;
    std::string piece;
    for (char c : text.substr(i, end - i)) {
      if (c == ' ')
        piece += '_';
      else if (is_word_char(c))
        piece += c;
      else
        append_code(piece, c);
    }
    if (used + piece.size() + kClose.size() > kLine - 1) {
      out.append(kClose).append("\r\n ").append(kOpen);
      used = 1 + kOpen.size();
    }
    out += piece;
    used += piece.size();
    i = end;
  }
  return out.append(kClose);
}

bool is_plain(std::string_view text) {
  if (!is_ascii(text) || text.find("=?") != text.npos) return false;
  if (text.starts_with(' ') || text.ends_with(' ') || text.find("  ") != text.npos) return false;
  std::size_t word = 0;  // a long word cannot be folded
  for (char c : text) {
    word = c == ' ' ? 0 : word + 1;
    if (word > 60) return false;
  }
  return true;
}

std::string folded(std::string_view text, std::size_t column) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    auto end = std::min(text.find(' ', from), text.size());
    if (from > 0) {
      bool fold = column + 1 + (end - from) > kLine;
      out += fold ? "\r\n " : " ";
      column = fold ? 1 : column + 1;
    }
    out += text.substr(from, end - from);
    column += end - from;
    from = end + 1;
  }
  return out;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  std::size_t column = 0;
  auto put = [&](std::string_view piece) {
    if (column + piece.size() > kLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\r' || c == '\n') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      out += "\r\n";
      column = 0;
      continue;
    }
    bool before_end = i + 1 == text.size() || text[i + 1] == '\r' || text[i + 1] == '\n';
    bool as_is = (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !before_end);
    std::string piece;
    if (as_is)
      piece += c;
    else
      append_code(piece, c);
    put(piece);
  }
  if (column > 0) out += "\r\n";
  return out;
}

std::string read_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else if (i + 1 < text.size() && text[i + 1] == '\n') {
      i += 1;
    } else if (i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += '=';
    }
  }
  return out;
}

std::string header_text(std::string_view text, std::size_t column) {
  return is_plain(text) ? folded(text, column) : encoded_words(text, column);
}

std::string header_phrase(std::string_view text, std::size_t column) {
  if (!is_plain(text) || text.size() > 60) return encoded_words(text, column);
  auto atom = [](char c) {
    return c == ' ' || (is_word_char(c) && c != '/') || c == '\'' || c == '&';
  };
  if (std::ranges::all_of(text, atom)) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::string read_header_text(std::string_view text) {
  constexpr std::string_view kOpen = "=?UTF-8?Q?";
  std::string out;
  bool after_word = false;
  while (!text.empty()) {
    auto close = text.starts_with(kOpen) ? text.find("?=", kOpen.size()) : text.npos;
    if (close == text.npos) {
      auto next = text.find(kOpen, 1);
      auto between = text.substr(0, next);
      bool blank = between.find_first_not_of(" \r\n\t") == between.npos;
      if (!after_word || !blank || next == text.npos) out += between;
      text.remove_prefix(std::min(next, text.size()));
      continue;
    }
    std::string word(text.substr(kOpen.size(), close - kOpen.size()));
    std::ranges::replace(word, '_', ' ');
    out += read_quoted_printable(word);
    text.remove_prefix(close + 2);
    after_word = true;
  }
  return out;
}

}  // namespace stockbell::channels
