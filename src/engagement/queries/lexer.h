// Cuts a query into words, names, texts, numbers and marks. Comments (-- and /* */) are passed
// over. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::engagement::queries {

inline constexpr std::size_t kLongestQuery = 32'000;

struct Token {
  enum class Kind { word, name, text, number, mark, end } kind = Kind::end;
  std::string text;   // of names and texts without quotes or brackets; of words in lower case
  std::string as_is;  // of words as written
  std::size_t line = 1;
};

// Ends with one of kind end. Errors: invalid, "query-invalid".
Result<std::vector<Token>> tokenize(std::string_view query);
std::unexpected<Error> bad_query(std::size_t line, std::string message);

}  // namespace stockbell::engagement::queries
