#include "engagement/tracking/tracking_routes.h"

#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

using namespace std::string_view_literals;

// A transparent GIF of one pixel.
constexpr auto kPixel =
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    "\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02"
    "D\x01\x00;"sv;

// Only what a person's program fetches to show counts.
bool counts(const http::Request& request) {
  if (request.method != "GET") return false;
  for (const auto* name : {"Purpose", "Sec-Purpose", "X-Moz"})
    if (request.header(name).starts_with("pre")) return false;
  return true;
}

Result<LinkToken> read_token(const TrackingLinks& links, LinkKind kind,
                             const http::Request& request) {
  const auto token = links.read(kind, request.parameter("token"));
  if (!token) return fail(ErrorCode::not_found, "link-unknown", "this address is not one of ours");
  return *token;
}

Result<http::Response> pixel(TrackingService& tracking, const TrackingLinks& links,
                             const http::Request& request) {
  SB_TRY(token, read_token(links, LinkKind::open, request));
  if (counts(request)) {
    const auto counted = tracking.opened(token.message);
    if (!counted) log::warning("open_not_counted", {{"reason", counted.error().reason}});
  }
  http::Response response;
  response.set("Content-Type", "image/gif").set("Cache-Control", "no-store");
  response.body = kPixel;
  return response;
}

Result<http::Response> click(TrackingService& tracking, const TrackingLinks& links,
                             const http::Request& request) {
  SB_TRY(token, read_token(links, LinkKind::click, request));
  if (!counts(request)) return http::Response::empty(204);
  SB_TRY(target, tracking.clicked(token.message));
  auto response = http::Response::redirect(target, 302);
  response.set("Cache-Control", "no-store");
  return response;
}

templates::Value page_context(const UnsubscribePages& pages) {
  return templates::Value::object(
      {{"site_title", pages.site_title}, {"home_url", "/"}, {"lang", "en"}});
}

Result<http::Response> ask(TrackingService& tracking, const TrackingLinks& links,
                           const UnsubscribePages& pages, const http::Request& request) {
  SB_TRY(token, read_token(links, LinkKind::unsubscribe, request));
  SB_TRY(choice, tracking.choice(token.message));
  auto context = page_context(pages);
  context.set("action", "/u/" + request.parameter("token"))
      .set("product_name", choice.product_name)
      .set("email_masked", choice.email_masked)
      .set("scope_item", choice.scope_item);
  auto response = http::Response::html(200, pages.ask.render(context));
  response.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> unsubscribe(TrackingService& tracking, const TrackingLinks& links,
                                   const UnsubscribePages& pages, const http::Request& request) {
  SB_TRY(token, read_token(links, LinkKind::unsubscribe, request));
  // A mail client's body may be multipart or missing: whatever is not our own form is the one click
  // (RFC 8058).
  std::optional<std::string> scope;
  if (const auto fields = request.form())
    for (const auto& [name, value] : *fields)
      if (name == "scope") scope = value;
  if (scope && *scope != "item" && *scope != "all")
    return fail(ErrorCode::invalid, "scope-invalid", "scope is item or all", "scope");
  const bool all = !scope || *scope == "all";
  SB_TRY(product,
         tracking.unsubscribe(token.message, all ? UnsubscribeScope::all : UnsubscribeScope::item));
  if (!scope) return http::Response::empty(200);
  auto context = page_context(pages);
  context.set("product_name", product).set("all", all);
  return http::Response::html(200, pages.done.render(context));
}

}  // namespace

void add_tracking_routes(http::Router& router, TrackingService& tracking,
                         const TrackingLinks& links, const UnsubscribePages& pages) {
  using enum http::Role;
  router.add({"GET", "/o/{token}", anonymous,
              [&](const http::Request& request) { return pixel(tracking, links, request); }});
  router.add({"GET", "/c/{token}", anonymous,
              [&](const http::Request& request) { return click(tracking, links, request); }});
  router.add({"GET", "/u/{token}", anonymous,
              [&](const http::Request& request) { return ask(tracking, links, pages, request); }});
  router.add({"POST", "/u/{token}", anonymous, [&](const http::Request& request) {
                return unsubscribe(tracking, links, pages, request);
              }});
}

}  // namespace stockbell::engagement
