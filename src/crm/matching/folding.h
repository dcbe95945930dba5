// Text made comparable: any script to Latin letters, those to ASCII, in lower case. Pure and
// thread-safe (a transliterator for each thread; ASCII text needs none).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stockbell::crm::matching {

// Lower case ASCII without apostrophes; everything but letters and digits is one space, none at the
// ends. "Ana-María O'Neill" is "ana maria oneill", "Müller" is "muller", "Иван" is "ivan". Bad
// UTF-8 and what has no Latin form are left out; at most kFieldOctets are read.
std::string fold(std::string_view text);
std::vector<std::string> fold_words(std::string_view text);

std::vector<std::string_view> split_words(std::string_view folded);  // at spaces, line feeds
std::string without_spaces(std::string_view folded);

}  // namespace stockbell::crm::matching
