#include "app/assets.h"
#include "app/root_routes.h"

namespace stockbell::app {
namespace {

std::string_view content_type(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
      {".woff2", "font/woff2"},              {".json", "application/json"}};
  for (const auto& [ending, type] : kTypes)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

// Scripts and styles from here alone; the mailbox shows a message in a sandboxed frame made of its text, with pictures.
constexpr const char* kConsolePolicy =
    "default-src 'self'; img-src 'self' data: http: https:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

Result<http::Response> answer_asset(const http::Request& request) {
  const auto rest = request.path_parameters.contains("rest") ? request.parameter("rest") : std::string();
  const auto path = "console/" + (rest.empty() ? "index.html" : rest);
  const auto asset = find_asset(path);
  if (!asset) return fail(ErrorCode::not_found, "page-unknown", "the console has no such file");
  http::Response response{200, {}, std::string(*asset), {}};
  response.set("Content-Type", std::string(content_type(path)));
  // Names of assets hold a hash of their content; the page itself is asked for each time.
  response.set("Cache-Control", path.find("/assets/") != path.npos ? "public, max-age=31536000, immutable" : "no-cache");
  if (path.ends_with(".html")) response.set("Content-Security-Policy", kConsolePolicy);
  return response;
}

}  // namespace

void add_console_routes(http::Router& router) {
  router.add({"GET", "/console", http::Role::anonymous,
              [](const http::Request&) -> Result<http::Response> { return http::Response::redirect("/console/"); }});
  router.add({"GET", "/console/", http::Role::anonymous, answer_asset});
  router.add({"GET", "/console/{rest*}", http::Role::anonymous, answer_asset});
}

}  // namespace stockbell::app
