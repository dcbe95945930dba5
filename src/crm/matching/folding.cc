#include "crm/matching/folding.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "crm/matching/types.h"

namespace stockbell::crm::matching {
namespace {

bool ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string to_ascii(std::string_view text) {
  thread_local const auto transliterator = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }();
  auto unicode = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  if (transliterator) transliterator->transliterate(unicode);
  std::string out;
  unicode.toUTF8String(out);
  return out;
}

// A cut inside a character would leave half of it.
std::string_view bounded(std::string_view text) {
  if (text.size() <= kFieldOctets) return text;
  std::size_t end = kFieldOctets;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string fold(std::string_view text) {
  text = bounded(text);
  std::string transliterated;
  if (!ascii(text)) {
    transliterated = to_ascii(text);
    text = transliterated;
  }
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (gap && !out.empty()) out += ' ';
      gap = false;
      out += c;
    } else if (c != '\'' && c != '`' && static_cast<unsigned char>(c) < 0x80) {
      gap = true;
    }
  }
  if (out.size() > kFieldOctets) out.resize(kFieldOctets);
  return out;
}

std::vector<std::string_view> split_words(std::string_view folded) {
  std::vector<std::string_view> words;
  while (!folded.empty()) {
    const auto end = std::min(folded.find_first_of(" \n"), folded.size());
    if (end > 0) words.push_back(folded.substr(0, end));
    folded.remove_prefix(std::min(end + 1, folded.size()));
  }
  return words;
}

std::vector<std::string> fold_words(std::string_view text) {
  std::vector<std::string> words;
  const auto folded = fold(text);
  for (auto word : split_words(folded)) words.emplace_back(word);
  return words;
}

std::string without_spaces(std::string_view folded) {
  std::string out(folded);
  std::erase(out, ' ');
  return out;
}

}  // namespace stockbell::crm::matching
