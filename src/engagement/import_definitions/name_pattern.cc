#include "engagement/import_definitions/name_pattern.h"

#include <algorithm>

namespace stockbell::engagement {
namespace {

constexpr std::size_t kLongest = 200, kLongestName = 255;
constexpr std::size_t kMostDigits = 18;
constexpr std::string_view kTrigger = "%%FILENAME_FROM_TRIGGER%%";

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "file-name-invalid", std::move(message), "file_name");
}

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

std::optional<NamePattern::Kind> NamePattern::kind_of(std::string_view name) {
  constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"Year", Kind::year},        {"Month", Kind::month},   {"Day", Kind::day},
      {"Hour", Kind::hour},        {"Minute", Kind::minute}, {"Second", Kind::second},
      {"Sequence", Kind::sequence}};
  for (const auto& [text, kind] : kKinds)
    if (std::ranges::equal(text, name, {}, folded, folded)) return kind;
  return {};
}

bool NamePattern::has(Kind kind) const {
  return std::ranges::any_of(tokens_, [&](const Token& token) { return token.kind == kind; });
}
bool NamePattern::has_date() const { return has(Kind::year); }
bool NamePattern::has_order() const { return has(Kind::year) || has(Kind::sequence); }

Result<> NamePattern::check() const {
  for (const auto kind :
       {Kind::year, Kind::month, Kind::day, Kind::hour, Kind::minute, Kind::second, Kind::sequence})
    if (std::ranges::count(tokens_, kind, &Token::kind) > 1)
      return bad("each part of a date, and the sequence, stands in a file name once");
  constexpr Kind kRising[] = {Kind::year, Kind::month,  Kind::day,
                              Kind::hour, Kind::minute, Kind::second};
  for (std::size_t i = 1; i < std::size(kRising); ++i)
    if (has(kRising[i]) && !has(kRising[i - 1]))
      return bad("a date has a %%Year%% before a %%Month%%, that before a %%Day%%, and so on");
  const auto literals = std::ranges::count(tokens_, Kind::literal, &Token::kind);
  if (literals == 0) return bad("a file name has at least one character of its own");
  return {};
}

Result<NamePattern> NamePattern::parse(std::string_view text) {
  NamePattern made;
  if (std::ranges::equal(text, kTrigger, {}, folded, folded)) {
    made.of_trigger_ = true;
    return made;
  }
  if (text.empty() || text.size() > kLongest || text.find('/') != text.npos)
    return bad("file_name has 1 to 200 characters, none of them a slash");
  while (!text.empty()) {
    if (text.starts_with("%%")) {
      const auto end = text.find("%%", 2);
      const auto kind = end == text.npos ? std::nullopt : kind_of(text.substr(2, end - 2));
      if (!kind)
        return bad(
            "between %% and %% stands Year, Month, Day, Hour, Minute, Second or Sequence, or "
            "FILENAME_FROM_TRIGGER as the whole file name");
      made.tokens_.push_back({*kind, 0});
      text.remove_prefix(end + 2);
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '*') {
      if (made.tokens_.empty() || made.tokens_.back().kind != Kind::any_text)
        made.tokens_.push_back({Kind::any_text, 0});
    } else {
      made.tokens_.push_back({c == '?' ? Kind::any_one : Kind::literal, folded(c)});
    }
  }
  SB_CHECK(made.check());
  return made;
}

std::optional<NameParts> NamePattern::parts_of(const std::vector<std::int64_t>& found) {
  const auto at = [&](Kind kind) { return found[static_cast<std::size_t>(kind)]; };
  const auto or_else = [&](Kind kind, std::int64_t other) {
    return at(kind) < 0 ? other : at(kind);
  };
  NameParts parts;
  if (at(Kind::sequence) >= 0) parts.sequence = at(Kind::sequence);
  if (at(Kind::year) < 0) return parts;
  const std::chrono::year_month_day day(
      std::chrono::year(static_cast<int>(at(Kind::year))),
      std::chrono::month(static_cast<unsigned>(or_else(Kind::month, 1))),
      std::chrono::day(static_cast<unsigned>(or_else(Kind::day, 1))));
  const auto hour = or_else(Kind::hour, 0), minute = or_else(Kind::minute, 0),
             second = or_else(Kind::second, 0);
  if (!day.ok() || int(day.year()) < 1970 || hour > 23 || minute > 59 || second > 59) return {};
  parts.time = Time{std::chrono::sys_days(day)} + std::chrono::hours(hour) +
               std::chrono::minutes(minute) + std::chrono::seconds(second);
  return parts;
}

// Where a part does not fit, the last * before it takes one character more. What stands between two
// of them fits at its first place or nowhere later would do, so none before needs a second try.
std::optional<NameParts> NamePattern::match(std::string_view name) const {
  if (of_trigger_ || name.size() > kLongestName) return {};
  std::vector<std::int64_t> found(static_cast<std::size_t>(Kind::sequence) + 1, -1);
  constexpr auto kNone = static_cast<std::size_t>(-1);
  std::size_t token = 0, at = 0, star = kNone, star_at = 0;
  const auto take = [&]() -> bool {
    const auto [kind, character] = tokens_[token];
    std::size_t length = 1;
    if (kind == Kind::literal || kind == Kind::any_one) {
      if (at >= name.size() || (kind == Kind::literal && folded(name[at]) != character))
        return false;
    } else {
      const auto run = static_cast<std::size_t>(
          std::ranges::find_if_not(name.substr(at), is_digit) - name.substr(at).begin());
      length = kind == Kind::sequence ? run : kind == Kind::year ? 4 : 2;
      if (run < length || length == 0 || length > kMostDigits) return false;
      found[static_cast<std::size_t>(kind)] = number_of(name.substr(at, length));
    }
    at += length;
    ++token;
    return true;
  };
  while (at < name.size() || token < tokens_.size()) {
    if (token < tokens_.size() && tokens_[token].kind == Kind::any_text) {
      star = token++;
      star_at = at;
      continue;
    }
    if (token < tokens_.size() && take()) continue;
    if (star == kNone || star_at >= name.size()) return {};
    token = star + 1;
    at = ++star_at;
  }
  return parts_of(found);
}

}  // namespace stockbell::engagement
