#include "connect/remote/sync_position.h"

#include <fmt/format.h>

#include <sstream>

namespace stockbell::connect {

std::string SyncPosition::text() const {
  return fmt::format("{} {} {} {}", to_text(stage), to_ms(from), to_ms(to), after);
}

Result<SyncPosition> SyncPosition::parse(const std::string& text) {
  SyncPosition position;
  if (text.empty()) return position;
  std::istringstream in(text);
  std::string stage;
  std::int64_t from = 0, to = 0;
  in >> stage >> from >> to >> position.after;
  const auto known = parse_enum<SyncStage>(stage);
  // A cursor of the local feed is a number: the CRM box moved elsewhere, and is read from the
  // beginning.
  if (!known) return SyncPosition{};
  position.stage = *known;
  position.from = from_ms(from);
  position.to = from_ms(to);
  return position;
}

}  // namespace stockbell::connect
