#include "commerce/feed/feed_targets.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

std::unexpected<Error> wrong(std::size_t index, std::string_view right) {
  return fail(ErrorCode::invalid, "config-value-invalid",
              fmt::format("commerce.feeds[{}]: {}", index, right), "commerce.feeds");
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 40 &&
         key.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == key.npos;
}

// Names that every SFTP server of the field takes, and that no importer passes over as unfinished.
bool is_file_pattern(std::string name) {
  for (const std::string_view word : {"{site}", "{target}", "{date}", "{time}"})
    for (auto at = name.find(word); at != name.npos; at = name.find(word))
      name.replace(at, word.size(), "x");
  return !name.empty() && name.size() <= 120 && !name.starts_with('.') && !name.ends_with(".tmp") &&
         !name.ends_with(".filepart") && !name.ends_with(".json") &&
         name.find_first_of("\\/:*<>|?\"{}") == name.npos &&
         std::ranges::all_of(name, [](unsigned char c) { return c > 0x1f && c != 0x7f; });
}

std::optional<char> delimiter_of(std::string_view word) {
  if (word == "TAB" || word == "\t") return '\t';
  if (word == "|" || word == "," || word == ";") return word.front();
  return {};
}

Result<std::string> secret(const std::string& text, std::size_t index) {
  if (text.starts_with("env:")) {
    if (const char* value = std::getenv(text.c_str() + 4)) return std::string(value);
    return wrong(index, "url: the environment has no " + text.substr(4));
  }
  if (!text.starts_with("file:")) return text;
  std::ifstream in(text.substr(5));
  std::string line;
  if (!std::getline(in, line)) return wrong(index, "url: cannot read " + text.substr(5));
  return line;
}

// A target as it is written, before what it means is looked at.
struct Written {
  FeedTarget target;
  std::string schedule, incremental, zone, delimiter = "|";
  const boost::json::array* columns = nullptr;
  const boost::json::array* added = nullptr;
};

Result<Written> read_table(const boost::json::value& json, std::size_t index,
                           const FeedDefaults& defaults) {
  if (!json.is_object()) return wrong(index, "a table is needed");
  Written written;
  auto& target = written.target;
  target.key.clear();
  written.schedule = defaults.schedule;
  written.incremental = defaults.incremental_schedule;
  std::string kind = "engagement", path;
  const std::map<std::string_view, std::string*> texts{
      {"key", &target.key},
      {"site", &target.site},
      {"kind", &kind},
      {"url", &target.url},
      {"path", &path},
      {"schedule", &written.schedule},
      {"incremental_schedule", &written.incremental},
      {"time_zone", &written.zone},
      {"delimiter", &written.delimiter},
      {"file_name", &target.file_name},
      {"incremental_file_name", &target.incremental_file_name}};
  for (const auto& [key, value] : json.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (const auto text = texts.find(name); text != texts.end() && value.is_string())
      *text->second = std::string(value.get_string());
    else if (name == "columns" && value.is_array())
      written.columns = &value.get_array();
    else if (name == "add_columns" && value.is_array())
      written.added = &value.get_array();
    else
      return wrong(index,
                   fmt::format("{}: unknown, or of the wrong type; known are key, site, kind, url, "
                               "path, schedule, incremental_schedule, time_zone, delimiter, "
                               "file_name, incremental_file_name, columns, add_columns",
                               name));
  }
  const auto known = parse_enum<FeedTargetKind>(kind);
  if (!known) return wrong(index, "kind: engagement, sftp or folder");
  target.kind = *known;
  target.path = path;
  return written;
}

Result<FeedTarget> finish(Written written, std::size_t index, const Sites& sites) {
  auto& target = written.target;
  if (target.site.empty()) target.site = sites.main().key;
  const auto* site = sites.find(target.site);
  if (!site) return wrong(index, fmt::format("site: there is no site \"{}\"", target.site));
  if (target.kind == FeedTargetKind::engagement) target.rules = *site;
  if (!is_key(target.key)) return wrong(index, "key: 1 to 40 letters, digits, _ or -");
  if (target.kind == FeedTargetKind::sftp && !target.url.starts_with("sftp://")) {
    SB_TRY(plain, secret(target.url, index));
    target.url = plain;
    if (!target.url.starts_with("sftp://"))
      return wrong(index, "url: sftp://user:password@host/Import?host_key=… is needed");
  }
  if (target.kind == FeedTargetKind::folder && !target.path.is_absolute())
    return wrong(index, "path: the whole path of a folder is needed");
  const auto delimiter = delimiter_of(written.delimiter);
  if (!delimiter) return wrong(index, "delimiter: \"|\", \",\", \";\" or \"TAB\"");
  target.delimiter = *delimiter;
  for (const auto* name : {&target.file_name, &target.incremental_file_name})
    if (!is_file_pattern(*name))
      return wrong(index, fmt::format("\"{}\" is no file name: at most 120 characters, none of "
                                      "\\ / : * < > | ? \", not hidden, not .tmp or .json",
                                      *name));
  if (target.incremental_file_name.find("{time}") == std::string::npos)
    return wrong(index, "incremental_file_name: needs {time}, so that no run replaces another's");
  const auto& zone = written.zone.empty() ? site->time_zone : written.zone;
  for (const auto& [text, schedule] :
       {std::pair(&written.schedule, &target.schedule),
        std::pair(&written.incremental, &target.incremental_schedule)}) {
    if (text->empty()) continue;
    auto parsed = CronSchedule::parse(*text, zone);
    if (!parsed) return wrong(index, parsed.error().message);
    *schedule = std::move(*parsed);
  }
  if (written.columns) {
    auto columns = read_columns(*written.columns);
    if (!columns) return wrong(index, columns.error().message);
    target.columns = std::move(*columns);
  }
  if (written.added) {
    auto columns = read_columns(*written.added);
    if (!columns) return wrong(index, "add_" + columns.error().message);
    target.columns.insert(target.columns.end(), columns->begin(), columns->end());
  }
  return std::move(target);
}

}  // namespace

Result<std::vector<FeedTarget>> read_feed_targets(std::string_view json, const Sites& sites,
                                                  const FeedDefaults& defaults) {
  std::vector<FeedTarget> targets;
  if (json.empty()) {
    Written only;
    only.schedule = defaults.schedule;
    only.incremental = defaults.incremental_schedule;
    auto target = finish(std::move(only), 0, sites);
    if (!target) {
      auto error = std::move(target).error();
      const auto colon = error.message.find(": ");
      error.message = "commerce.feed_schedule or feed_incremental_schedule" + error.message.substr(colon);
      return fail(std::move(error));
    }
    targets.push_back(std::move(*target));
    return targets;
  }
  const auto parsed = text::parse_json_object(fmt::format("{{\"feeds\":{}}}", json));
  if (!parsed || !parsed->at("feeds").is_array()) return wrong(0, "a list of tables is needed");
  std::set<std::string> keys;
  std::string told_site;  // whose products Engagement has
  for (const auto& value : parsed->at("feeds").get_array()) {
    SB_TRY(written, read_table(value, targets.size(), defaults));
    SB_TRY(target, finish(std::move(written), targets.size(), sites));
    if (!keys.insert(target.key).second)
      return wrong(targets.size(), fmt::format("key: another feed is called \"{}\"", target.key));
    if (target.kind == FeedTargetKind::engagement) {
      if (told_site.empty()) told_site = target.site;
      if (target.site != told_site)
        return wrong(targets.size(),
                     fmt::format("{}: Engagement keeps one catalog, and another feed fills it from "
                                 "site \"{}\"; choose the same site, or kind sftp or folder",
                                 target.key, told_site));
    }
    targets.push_back(std::move(target));
  }
  if (targets.empty() || targets.size() > 50) return wrong(0, "1 to 50 feeds are needed");
  return targets;
}

std::string FeedTarget::form() const {
  std::string form = fmt::format("{}\x1f{}", site, delimiter);
  if (rules && rules->ring_on_preorder) form += "\x1fpreorder";
  if (rules && rules->ring_on_backorder) form += "\x1f" "backorder";
  for (const auto& c : columns)
    form += fmt::format("\x1e{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", to_text(c.attribute), c.label,
                        to_text(c.type), c.required, c.fallback, c.format);
  return form;
}

std::string file_name_of(std::string_view pattern, const FeedTarget& target, Time built_at) {
  const auto moment = to_rfc3339(built_at);  // 2026-01-31T08:15:00.123Z
  std::string time;
  for (char c : moment)
    if (c != '-' && c != ':' && c != '.') time += c;
  std::string name(pattern);
  for (const auto& [word, value] : std::initializer_list<std::pair<std::string_view, std::string>>{
           {"{site}", target.site},
           {"{target}", target.key},
           {"{date}", moment.substr(0, 10)},
           {"{time}", time}})
    for (auto at = name.find(word); at != name.npos; at = name.find(word, at + value.size()))
      name.replace(at, word.size(), value);
  return name;
}

}  // namespace stockbell::commerce
