#include "crm/soql/diagnostics.h"

namespace stockbell::crm::soql {
namespace {

constexpr std::size_t kBefore = 60, kAfter = 40;  // bytes of the line shown on either side

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += !continues(c);
  return count;
}

}  // namespace

std::unexpected<Error> point_at(std::string_view query, Offset at, std::string code,
                                std::string_view what, std::string field) {
  const auto place = std::min<std::size_t>(at, query.size());
  const auto before = query.substr(0, place);
  const auto row = std::ranges::count(before, '\n') + 1;
  const auto line_break = before.rfind('\n');
  const auto line_start = line_break == before.npos ? 0 : line_break + 1;
  const auto line_end = std::min(query.find('\n', place), query.size());

  auto first = line_start;
  if (place - line_start > kBefore) {  // begins with a whole word
    first = place - kBefore;
    const auto blank = query.substr(first, kBefore).find(' ');
    if (blank != query.npos) first += blank + 1;
    while (first < place && continues(query[first])) ++first;
  }
  auto last = std::min(line_end, place + kAfter);
  while (last < line_end && continues(query[last])) ++last;

  auto message =
      fmt::format("\n{}\n{}^\nERROR at Row:{}:Column:{}\n{}", query.substr(first, last - first),
                  std::string(characters(query.substr(first, place - first)), ' '), row,
                  characters(query.substr(line_start, place - line_start)) + 1, what);
  return fail(ErrorCode::invalid, std::move(code), std::move(message), std::move(field));
}

std::unexpected<Error> malformed(std::string_view query, Offset at, std::string_view what) {
  return point_at(query, at, "MALFORMED_QUERY", what);
}

}  // namespace stockbell::crm::soql
