#include "engagement/journeys/local_time.h"

#include <date/tz.h>

#include <algorithm>

namespace stockbell::engagement {
namespace {

using Country = std::pair<std::string_view, const char*>;

// Countries that lie in one zone.
constexpr auto kCountries = std::to_array<Country>({
    {"AE", "Asia/Dubai"},        {"AR", "America/Argentina/Buenos_Aires"},
    {"AT", "Europe/Vienna"},     {"BE", "Europe/Brussels"},
    {"BG", "Europe/Sofia"},      {"CH", "Europe/Zurich"},
    {"CN", "Asia/Shanghai"},     {"CO", "America/Bogota"},
    {"CZ", "Europe/Prague"},     {"DE", "Europe/Berlin"},
    {"DK", "Europe/Copenhagen"}, {"EE", "Europe/Tallinn"},
    {"EG", "Africa/Cairo"},      {"FI", "Europe/Helsinki"},
    {"FR", "Europe/Paris"},      {"GB", "Europe/London"},
    {"GR", "Europe/Athens"},     {"HK", "Asia/Hong_Kong"},
    {"HR", "Europe/Zagreb"},     {"HU", "Europe/Budapest"},
    {"IE", "Europe/Dublin"},     {"IL", "Asia/Jerusalem"},
    {"IN", "Asia/Kolkata"},      {"IS", "Atlantic/Reykjavik"},
    {"IT", "Europe/Rome"},       {"JP", "Asia/Tokyo"},
    {"KR", "Asia/Seoul"},        {"LT", "Europe/Vilnius"},
    {"LU", "Europe/Luxembourg"}, {"LV", "Europe/Riga"},
    {"NL", "Europe/Amsterdam"},  {"NO", "Europe/Oslo"},
    {"PE", "America/Lima"},      {"PL", "Europe/Warsaw"},
    {"RO", "Europe/Bucharest"},  {"RS", "Europe/Belgrade"},
    {"SA", "Asia/Riyadh"},       {"SE", "Europe/Stockholm"},
    {"SG", "Asia/Singapore"},    {"SI", "Europe/Ljubljana"},
    {"SK", "Europe/Bratislava"}, {"TH", "Asia/Bangkok"},
    {"TR", "Europe/Istanbul"},   {"TW", "Asia/Taipei"},
    {"VN", "Asia/Ho_Chi_Minh"},  {"ZA", "Africa/Johannesburg"},
});
static_assert(std::ranges::is_sorted(kCountries, {}, &Country::first));

std::string_view country_of(std::string_view locale) {
  const auto at = locale.find_last_of("-_");
  return at == locale.npos || locale.size() - at != 3 ? std::string_view() : locale.substr(at + 1);
}

}  // namespace

std::string zone_of_recipient(const JourneyDefinition& journey, std::string_view site,
                              std::string_view locale) {
  const auto country = country_of(locale);
  const auto found = std::ranges::lower_bound(kCountries, country, {}, &Country::first);
  if (found != kCountries.end() && found->first == country) return found->second;
  for (const auto& one : journey.site_zones)
    if (one.site == site) return one.zone;
  return journey.zone;
}

Time next_time_of_day(Time from, int minute, const std::string& zone) {
  const auto* there = date::locate_zone(zone);
  const auto local = there->to_local(from);
  auto day = date::floor<date::days>(local);
  while (true) {
    const auto wanted = there->to_sys(day + std::chrono::minutes(minute), date::choose::latest);
    const auto at = std::chrono::time_point_cast<Duration>(wanted);
    if (at >= from) return at;
    day += date::days(1);
  }
}

Time after_quiet_hours(Time at, const QuietHours& quiet, const std::string& zone) {
  const auto local = date::locate_zone(zone)->to_local(at);
  const auto minute =
      std::chrono::duration_cast<std::chrono::minutes>(local - date::floor<date::days>(local))
          .count();
  const bool within = quiet.from_minute < quiet.to_minute
                          ? minute >= quiet.from_minute && minute < quiet.to_minute
                          : minute >= quiet.from_minute || minute < quiet.to_minute;
  return within ? next_time_of_day(at, quiet.to_minute, zone) : at;
}

}  // namespace stockbell::engagement
