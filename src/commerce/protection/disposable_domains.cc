#include "commerce/protection/disposable_domains.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

__asm__(
    ".section .rodata\n.global sb_disposable_domains\nsb_disposable_domains:\n"
    ".incbin \"" STOCKBELL_DISPOSABLE_DOMAINS
    "\"\n.global sb_disposable_domains_end\nsb_disposable_domains_end:\n.byte 0\n.previous\n");
extern "C" const char sb_disposable_domains[], sb_disposable_domains_end[];

namespace stockbell::commerce {
namespace {

constexpr std::size_t kLongestFile = 32 * 1024 * 1024;

bool is_domain(std::string_view text) {
  return text.size() <= 253 && text.find('.') != text.npos && text.front() != '.' &&
         text.back() != '.' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == text.npos;
}

struct Sets {
  std::unordered_set<std::string_view> listed, excepted;
};

// The number of the first line that is not one, or 0.
std::size_t read_lines(std::string_view text, Sets& sets) {
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const bool except = line.front() == '!';
    if (except) line.remove_prefix(1);
    if (line.empty() || !is_domain(line)) return number;
    (except ? sets.excepted : sets.listed).insert(line);
  }
  return 0;
}

bool holds(const std::unordered_set<std::string_view>& set, std::string_view domain) {
  for (;;) {
    if (set.contains(domain)) return true;
    const auto dot = domain.find('.');
    if (dot == domain.npos) return false;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace

DisposableDomains DisposableDomains::shipped() {
  Sets sets;
  read_lines({sb_disposable_domains, sb_disposable_domains_end}, sets);
  DisposableDomains domains;
  domains.listed_ = std::move(sets.listed);
  return domains;
}

Result<DisposableDomains> DisposableDomains::parse(std::string text, const std::string& name) {
  DisposableDomains domains;
  domains.text_ = std::make_unique<const std::string>(std::move(text));
  Sets sets;
  if (const auto line = read_lines(*domains.text_, sets))
    return fail(ErrorCode::invalid, "disposable-domains-invalid",
                fmt::format("{}:{}: a domain in lower case is needed, such as example.com, or !example.com",
                            name, line));
  domains.listed_ = std::move(sets.listed);
  domains.excepted_ = std::move(sets.excepted);
  return domains;
}

Result<DisposableDomains> DisposableDomains::read(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in || size > kLongestFile)
    return fail(ErrorCode::invalid, "disposable-domains-invalid",
                fmt::format("{}: a readable file of at most 32 MiB is needed", file.string()));
  std::ostringstream text;
  text << in.rdbuf();
  return parse(std::move(text).str(), file.string());
}

bool DisposableDomains::contains(std::string_view domain) const {
  return holds(listed_, domain) && !holds(excepted_, domain);
}

}  // namespace stockbell::commerce
