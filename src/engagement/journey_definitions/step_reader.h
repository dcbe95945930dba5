// Reads one step of a journey and the parts that steps share with the rest of it. Private to
// definition_reader.cc.
#pragma once
#include <boost/json/array.hpp>
#include <vector>

#include "engagement/journey_definitions/types.h"
#include "platform/text/json_reader.h"

namespace stockbell::engagement {

bool is_name(std::string_view text);  // letters, digits, - and _, at most 40
Result<std::string> read_name(const text::JsonReader& in, std::string_view name);
Result<NextStep> read_next(const text::JsonReader& in, std::string_view name = "next");
Result<int> read_minute(const text::JsonReader& in, std::string_view name);  // 21:30, of the day
Result<JourneyConditions> read_conditions(const text::JsonReader& in);       // "when"
Result<decltype(JourneyStep::what)> read_step(const text::JsonReader& in);

template <class T, class F>
Result<std::vector<T>> read_all(const text::JsonReader& in, std::string_view name, std::size_t most,
                                F&& read) {
  SB_TRY(list, in.list(name, most));
  std::vector<T> all;
  if (list == nullptr) return all;
  for (std::size_t i = 0; i < list->size(); ++i) {
    SB_TRY(element, in.element(*list, name, i));
    SB_TRY(one, read(element));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace stockbell::engagement
