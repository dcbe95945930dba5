#include "commerce/feed/feed_routes.h"

#include <charconv>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr int kRunsShown = 100, kMostRuns = 500;

void write_time(text::JsonWriter& json, std::string_view name, std::optional<Time> time) {
  json.key(name);
  if (time && to_ms(*time) > 0)
    json.value(to_rfc3339(*time));
  else
    json.value(nullptr);
}

void write_run(text::JsonWriter& json, const FeedRun& run) {
  json.member("id", std::to_string(run.id))
      .member("target", run.target)
      .member("kind", to_text(run.kind))
      .member("state", to_text(run.state))
      .member("trigger", to_text(run.trigger))
      .member("created_at", to_rfc3339(run.requested_at));
  write_time(json, "started_at", run.started_at);
  write_time(json, "finished_at", run.finished_at);
  json.key("duration_ms");
  if (to_ms(run.finished_at) > 0 && to_ms(run.started_at) > 0)
    json.value((run.finished_at - run.started_at).count());
  else
    json.value(nullptr);
  json.member("attempts", run.attempts)
      .member("rows", run.rows)
      .member("rows_incomplete", run.rows_incomplete)
      .member("rows_removed", run.rows_removed)
      .member("bytes", run.bytes)
      .member("file_name", run.file_name)
      .member("sha256", run.sha256)
      .member("note", run.note)
      .member("error", run.error);
}

void write_items(text::JsonWriter& json, const std::vector<FeedRun>& runs) {
  json.key("items").begin_array();
  for (const auto& run : runs) {
    json.begin_object();
    write_run(json, run);
    json.end_object();
  }
  json.end_array();
}

Result<std::int64_t> number_of(const http::Request& request, const char* name, std::int64_t otherwise,
                               std::int64_t low, std::int64_t high) {
  const auto text = request.query_value(name).value_or("");
  if (text.empty()) return otherwise;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= low && number <= high)
    return number;
  return fail(ErrorCode::invalid, fmt::format("{}-invalid", name),
              fmt::format("{} must be a whole number from {} to {}", name, low, high), name);
}

// Where it goes, without user and password.
std::string place_of(const FeedTarget& target) {
  if (target.kind == FeedTargetKind::folder) return target.path.string();
  if (target.kind == FeedTargetKind::engagement) return "Engagement";
  const auto at = target.url.rfind('@');
  auto host = at == std::string::npos ? target.url.substr(7) : target.url.substr(at + 1);
  return "sftp://" + host.substr(0, host.find('?'));
}

void write_target(text::JsonWriter& json, const FeedService::TargetView& view) {
  const auto& target = *view.target;
  json.begin_object()
      .member("key", target.key)
      .member("kind", to_text(target.kind))
      .member("site", target.site)
      .member("place", place_of(target));
  json.key("schedule");
  target.schedule ? json.value(target.schedule->expression()) : json.value(nullptr);
  json.key("incremental_schedule");
  target.incremental_schedule ? json.value(target.incremental_schedule->expression())
                              : json.value(nullptr);
  json.key("time_zone");
  const auto* any = target.schedule               ? &target.schedule
                    : target.incremental_schedule ? &target.incremental_schedule
                                                  : nullptr;
  any ? json.value((*any)->time_zone()) : json.value(nullptr);
  write_time(json, "next_full_at", view.next_full);
  write_time(json, "next_incremental_at", view.next_incremental);
  json.key("last_run");
  if (view.last) {
    json.begin_object();
    write_run(json, *view.last);
    json.end_object();
  } else {
    json.value(nullptr);
  }
  json.end_object();
}

}  // namespace

void add_feed_routes(http::Router& router, FeedService& feed) {
  http::Route run{"POST", "/api/v1/feeds/catalog/run", http::Role::admin, {}};
  run.handler = [&feed](const http::Request& request) -> Result<http::Response> {
    const auto kind = parse_enum<FeedKind>(request.query_value("kind").value_or("full"));
    if (!kind)
      return fail(ErrorCode::invalid, "kind-invalid", "kind is full or incremental", "kind");
    SB_TRY(runs, feed.request_runs(request.query_value("target").value_or(""), *kind));
    text::JsonWriter json;  // the first as the answer itself, all of them as its items
    json.begin_object();
    write_run(json, runs.front());
    write_items(json, runs);
    json.end_object();
    return http::Response::json(202, std::move(json).str());
  };
  router.add(std::move(run));

  http::Route list{"GET", "/api/v1/feeds/catalog/runs", http::Role::readonly, {}};
  list.handler = [&feed](const http::Request& request) -> Result<http::Response> {
    SB_TRY(limit, number_of(request, "limit", kRunsShown, 1, kMostRuns));
    SB_TRY(before, number_of(request, "cursor", 0, 1, std::numeric_limits<std::int64_t>::max()));
    SB_TRY(runs, feed.list_runs(request.query_value("target").value_or(""), before,
                                static_cast<int>(limit)));
    text::JsonWriter json;
    json.begin_object();
    write_items(json, runs);
    json.key("next_cursor");
    if (static_cast<std::int64_t>(runs.size()) == limit)
      json.value(std::to_string(runs.back().id));
    else
      json.value(nullptr);
    json.end_object();
    return http::Response::json(200, std::move(json).str());
  };
  router.add(std::move(list));

  http::Route targets{"GET", "/api/v1/feeds/catalog/targets", http::Role::readonly, {}};
  targets.handler = [&feed](const http::Request&) -> Result<http::Response> {
    SB_TRY(views, feed.list_targets());
    text::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& view : views) write_target(json, view);
    json.end_array().end_object();
    return http::Response::json(200, std::move(json).str());
  };
  router.add(std::move(targets));
}

}  // namespace stockbell::commerce
