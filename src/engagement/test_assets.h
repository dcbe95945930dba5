// The files of web/ for tests of the whole box: what the binary embeds.
#pragma once
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace stockbell::engagement {

inline std::optional<std::string_view> find_test_asset(std::string_view path) {
  static std::map<std::string, std::string, std::less<>> read;
  const auto [file, first] = read.try_emplace(std::string(path));
  if (first) {
    std::ifstream in(std::string(STOCKBELL_SOURCE_DIR) + "/web/" + std::string(path));
    std::ostringstream text;
    text << in.rdbuf();
    file->second = text.str();
  }
  return file->second.empty() ? std::nullopt : std::optional<std::string_view>(file->second);
}

// Texts of one letter for whoever does not look at them.
inline std::optional<std::string_view> find_short_asset(std::string_view path) {
  return path.ends_with(".json") ? find_test_asset(path) : std::optional<std::string_view>("x");
}

}  // namespace stockbell::engagement
