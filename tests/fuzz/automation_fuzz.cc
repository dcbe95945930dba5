// Automations of strangers: a recurrence on the first line, then JSON. What is taken is written and
// read again as itself, and its runs lie ahead, one after the other.
#include "engagement/automations/definition.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::engagement;

namespace {

std::string written(const Automation& automation) {
  text::JsonWriter json;
  json.begin_object().member("name", automation.name).key("steps");
  write_steps(json, automation.steps);
  write_schedule(json, automation);
  json.end_object();
  return std::move(json).str();
}

}  // namespace

FUZZ_TARGET(automation) {
  fuzz::Bytes bytes(input);
  const auto start = from_ms(1'700'000'000'000);
  if (const auto recurrence = parse_recurrence(bytes.line())) {
    auto after = start - Duration(1);
    for (int i = 0; i < 5; ++i) {
      const auto next = recurrence->next(start, after);
      if (!next) break;
      REQUIRE(*next > after);
      after = *next;
    }
  }
  Automation automation;
  const auto read = read_automation(bytes.rest(), automation);
  if (!read) {
    REQUIRE(!read.error().message.empty());
    return;
  }
  const auto text = written(automation);
  Automation again;
  REQUIRE(read_automation(text, again) && written(again) == text);
  if (const auto next = next_run(automation, start)) REQUIRE(*next > start);
}
