// The recipient's time of the day: which zone, when a time of the day comes next, when quiet hours
// end. Pure; zones are those of the system's IANA data.
#pragma once
#include <string>
#include <string_view>

#include "engagement/journey_definitions/types.h"

namespace stockbell::engagement {

// The zone of the locale's country ("de-AT") where that has one zone alone; else the site's; else
// the journey's.
std::string zone_of_recipient(const JourneyDefinition& journey, std::string_view site,
                              std::string_view locale);

// The first moment from `from` on at which it is this minute of the day there. A minute that a
// clock change passes over comes an hour later.
Time next_time_of_day(Time from, int minute, const std::string& zone);

// `at` itself outside quiet hours, else their end.
Time after_quiet_hours(Time at, const QuietHours& quiet, const std::string& zone);

}  // namespace stockbell::engagement
