#include "commerce/feed/feed_manifest.h"

#include "platform/text/json.h"

namespace stockbell::commerce {

std::string manifest_name(const std::string& file_name) { return file_name + ".manifest.json"; }

std::string manifest_json(const FeedRun& run, const FeedTarget& target, Time built_at) {
  text::JsonWriter json;
  json.begin_object()
      .member("file", run.file_name)
      .member("site", target.site)
      .member("kind", to_text(run.kind))
      .member("rows", run.rows)
      .member("rows_removed", run.rows_removed)
      .member("rows_incomplete", run.rows_incomplete)
      .member("bytes", run.bytes)
      .member("sha256", run.sha256)
      .key("sequence")
      .begin_object()
      .member("catalog_from", run.catalog_from)
      .member("catalog_to", run.catalog_to)
      .member("stock_from", run.stock_from)
      .member("stock_to", run.stock_to)
      .end_object()
      .member("built_at", to_rfc3339(built_at))
      .member("run", std::to_string(run.id))
      .end_object();
  return std::move(json).str() + "\n";
}

}  // namespace stockbell::commerce
