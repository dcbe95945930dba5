#include "commerce/feed/feed_routes.h"

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr int kRunsShown = 100;

void write_run(text::JsonWriter& json, const FeedRun& run) {
  json.begin_object()
      .member("id", std::to_string(run.id))
      .member("state", to_text(run.state))
      .member("trigger", to_text(run.trigger))
      .member("created_at", to_rfc3339(run.requested_at))
      .key("finished_at");
  if (to_ms(run.finished_at) > 0)
    json.value(to_rfc3339(run.finished_at));
  else
    json.value(nullptr);
  json.member("attempts", run.attempts)
      .member("rows", run.rows)
      .member("bytes", run.bytes)
      .member("file_name", run.file_name)
      .member("error", run.error)
      .end_object();
}

}  // namespace

void add_feed_routes(http::Router& router, FeedService& feed) {
  http::Route run{"POST", "/api/v1/feeds/catalog/run", http::Role::admin, {}};
  run.handler = [&feed](const http::Request&) -> Result<http::Response> {
    SB_TRY(requested, feed.request_run());
    text::JsonWriter json;
    write_run(json, requested);
    return http::Response::json(202, std::move(json).str());
  };
  router.add(std::move(run));

  http::Route list{"GET", "/api/v1/feeds/catalog/runs", http::Role::readonly, {}};
  list.handler = [&feed](const http::Request&) -> Result<http::Response> {
    SB_TRY(runs, feed.list_runs(kRunsShown));
    text::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& row : runs) write_run(json, row);
    json.end_array().end_object();
    return http::Response::json(200, std::move(json).str());
  };
  router.add(std::move(list));
}

}  // namespace stockbell::commerce
