// The event log: one logfmt line per event, "ts=... level=info event=feed-run rows=50000". Used
// everywhere; thread-safe. Values are escaped, so no input can forge a line or a field. Never pass
// an address or a secret. Before open() warnings and errors go to stderr.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace stockbell::log {

enum class Level { debug, info, warning, error };

// Sends events of `least` and above to `file` (appended; "" is stderr).
void open(Level least, const std::string& file);

using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

// Whether events of this level are written: where building the fields of one costs too much.
bool writes(Level level);

// "event key=value key=\"quoted value\"", as it is written after the time and the level.
std::string format_event(std::string_view event, Fields fields);

}  // namespace stockbell::log
