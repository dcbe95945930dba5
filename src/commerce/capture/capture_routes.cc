#include "commerce/capture/capture_routes.h"

#include <charconv>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr int kOutboxRows = 500;
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kAccepted =
    R"({"status":"accepted","message":"We will send one e-mail when this item is back."})";

bool is_form(const http::Request& request) {
  return request.header("Content-Type").starts_with(kFormType);
}

Result<CaptureFields> fields_of(const http::Request& request) {
  CaptureFields fields;
  if (is_form(request)) {
    SB_TRY(pairs, request.form());
    for (auto& [name, value] : pairs) fields.insert_or_assign(name, std::move(value));
    return fields;
  }
  if (!request.header("Content-Type").starts_with("application/json"))
    return fail(ErrorCode::invalid, "content-type",
                "send application/json or application/x-www-form-urlencoded");
  SB_TRY(object, text::parse_json_object(request.body));
  for (const auto& [key, value] : object) {
    std::string name(key.data(), key.size());
    if (value.is_string())
      fields[name] = std::string(value.get_string());
    else if (value.is_int64())
      fields[name] = std::to_string(value.get_int64());
    else if (!value.is_null())
      return fail(ErrorCode::invalid, name + "-invalid", "expected a text", name);
  }
  return fields;
}

http::Response limited(std::chrono::seconds wait, bool page, const CapturePages& pages) {
  Error error{ErrorCode::rate_limited,
              "too-many-requests",
              "too many requests from here; try again later",
              {}};
  auto response = page ? pages.refused({}, error) : http::problem(error);
  response.set("Retry-After", std::to_string(wait.count()));
  return response;
}

http::Response outbox_page(const std::vector<capture_store::OutboxRow>& rows) {
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& row : rows)
    json.begin_object()
        .member("id", std::to_string(row.id))
        .member("sku", row.sku)
        .member("site", row.site)
        .member("state", row.state)
        .member("attempts", row.attempts)
        .member("reason", row.reason)
        .member("queued_at", to_rfc3339(row.queued_at))
        .end_object();
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_capture_routes(http::Router& router, CaptureService& capture, RateLimiter& limiter,
                        const Clock& clock, const Sites& sites, CapturePages pages) {
  http::Route post{"POST", "/api/v1/notification-requests", http::Role::anonymous, {}};
  post.cross_origin = true;
  post.body_limit = 16 * 1024;
  post.handler = [&capture, &limiter, &clock, &sites,
                  pages](const http::Request& request) -> Result<http::Response> {
    // A shop's own server asks with a key for many shoppers; it is not one client.
    if (request.principal.role == http::Role::anonymous)
      if (auto wait = limiter.take(request.client_address); wait.count() > 0)
        return limited(wait, is_form(request), pages);
    SB_TRY(fields, fields_of(request));
    CaptureContext context{
        .sites = &sites, .referer = request.header("Referer"), .now = clock.now()};
    Result<> accepted;
    if (auto parsed = parse_capture(fields, context))
      accepted = capture.accept(*parsed);
    else
      accepted = fail(std::move(parsed).error());
    if (is_form(request))
      return accepted ? pages.received(fields) : pages.refused(fields, accepted.error());
    if (!accepted) return fail(std::move(accepted).error());
    return http::Response::json(202, std::string(kAccepted));
  };
  router.add(std::move(post));

  http::Route list{"GET", "/api/v1/intake-outbox", http::Role::readonly, {}};
  list.handler = [&capture](const http::Request&) -> Result<http::Response> {
    SB_TRY(rows, capture.list_outbox(kOutboxRows));
    return outbox_page(rows);
  };
  router.add(std::move(list));

  http::Route retry{"POST", "/api/v1/intake-outbox/{id}/retry", http::Role::admin, {}};
  retry.handler = [&capture](const http::Request& request) -> Result<http::Response> {
    const auto& text = request.parameter("id");
    std::int64_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    SB_CHECK(capture.release(id));
    return http::Response::empty(204);
  };
  router.add(std::move(retry));
}

}  // namespace stockbell::commerce
