#include "commerce/capture/capture_routes.h"

#include <charconv>

#include "commerce/protection/cross_origin.h"
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

std::string_view text_of(const CaptureFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

Knock knock_of(const CaptureFields& fields, bool form, const CaptchaOptions& captcha) {
  Knock knock;
  knock.entrance = form ? Entrance::form : Entrance::script;
  knock.page_token = text_of(fields, door_field::page_token);
  knock.hidden = text_of(fields, door_field::hidden);
  knock.challenge = text_of(fields, door_field::challenge);
  knock.solution = text_of(fields, door_field::solution);
  knock.ticket = text_of(fields, door_field::ticket);
  if (!captcha.verify_url.empty()) knock.captcha = text_of(fields, captcha.field);
  return knock;
}

// Tells of an error in the form the sender understands, with Retry-After where it can come again.
http::Response refused(const Error& error, Duration wait, const CaptureFields* form,
                       const CapturePages& pages) {
  auto response = form ? pages.refused(*form, error) : http::problem(error);
  if (response.status != 429 && response.status != 503) return response;
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
  return std::move(
      response.set("Retry-After", wait > Duration(0) ? retry_after(wait) : std::string("5")));
}

// 428 for a script: what to do, and a fresh token.
http::Response ask_script(const Reception& reception, const CaptchaOptions& captcha) {
  text::JsonWriter json;
  json.begin_object()
      .member("type", "about:blank")
      .member("title", "Precondition Required")
      .member("status", 428)
      .member("detail", "solve the challenge and send the same again with its solution")
      .member("reason", "challenge-needed")
      .member("page_token", reception.page_token)
      .key("challenge")
      .begin_object();
  if (const auto& work = reception.challenge)
    json.member("kind", "proof-of-work")
        .member("value", work->value)
        .member("seed", work->seed)
        .member("bits", work->bits)
        .member("count", work->count)
        .member("expires_at", to_rfc3339(work->expires_at));
  else
    json.member("kind", "captcha").member("field", captcha.field);
  json.end_object().end_object();
  auto response = http::Response::json(428, std::move(json).str());
  response.set("Content-Type", "application/problem+json");
  return response;
}

// 428 for a plain form: the page with one button.
http::Response ask_person(CaptureFields fields, const Reception& reception,
                          const CapturePages& pages) {
  for (const auto name : {door_field::challenge, door_field::solution, door_field::hidden})
    if (const auto found = fields.find(name); found != fields.end()) fields.erase(found);
  fields.insert_or_assign(std::string(door_field::page_token), reception.page_token);
  fields.insert_or_assign(std::string(door_field::ticket), reception.ticket);
  return pages.send_again(fields);
}

Error turned_away(const Reception& reception) {
  switch (reception.answer) {
    case Reception::Answer::refuse:
      return reception.error;
    case Reception::Answer::busy:
      return {ErrorCode::unavailable, "site-busy", "the shop takes no more requests just now", {}};
    default:
      return {ErrorCode::rate_limited, "too-many-requests",
              "too many requests from here; try again later", {}};
  }
}

Result<http::Response> post_request(PublicIntake& intake, const CapturePages& pages,
                                    const http::Request& message) {
  const bool form = is_form(message);
  static const CaptureFields nothing;
  if (const auto wait = intake.overrun(message); wait > Duration(0)) {
    Reception slow;
    slow.answer = Reception::Answer::slow_down;
    return refused(turned_away(slow), wait, form ? &nothing : nullptr, pages);
  }
  SB_TRY(fields, fields_of(message));
  const CaptureFields* page = form ? &fields : nullptr;
  const CaptureContext context{
      .sites = &intake.sites(), .referer = message.header("Referer"), .now = intake.now()};
  const auto request = parse_capture(fields, context);
  if (!request) return refused(request.error(), {}, page, pages);
  const auto reception = intake.take(*request, knock_of(fields, form, intake.captcha()), message);
  if (!reception) return refused(reception.error(), {}, page, pages);
  if (reception->answer == Reception::Answer::ask)
    return form ? ask_person(fields, *reception, pages) : ask_script(*reception, intake.captcha());
  if (!reception->passes())
    return refused(turned_away(*reception), reception->wait, page, pages);
  if (form) return pages.received(fields);
  return http::Response::json(202, std::string(kAccepted));
}

// The same for a script's post, without waiting for the disk; false: it belongs on a worker.
bool post_promptly(PublicIntake& intake, const CapturePages& pages, const http::Request& message,
                   http::Reply& reply) {
  if (is_form(message)) return false;
  const auto fields = fields_of(message);
  if (!fields) return false;
  const CaptureContext context{
      .sites = &intake.sites(), .referer = message.header("Referer"), .now = intake.now()};
  const auto request = parse_capture(*fields, context);
  if (!request) return false;
  const auto knock = knock_of(*fields, false, intake.captcha());
  if (!intake.may_keep_promptly(*request, knock)) return false;
  // Counted here alone: a post that goes to a worker is counted there.
  if (const auto wait = intake.overrun(message); wait > Duration(0)) {
    Reception slow;
    slow.answer = Reception::Answer::slow_down;
    auto response = refused(turned_away(slow), wait, nullptr, pages);
    allow_origin(intake.sites(), message, response);
    reply(std::move(response));
    return true;
  }
  const auto reception = intake.admit(*request, knock, message);
  if (reception && reception->passes()) {
    intake.keep_promptly(*request, *reception, [&intake, pages, &message, kept = std::move(reply)](Result<> done) mutable {
      auto response = done ? http::Response::json(202, std::string(kAccepted))
                           : refused(done.error(), {}, nullptr, pages);
      allow_origin(intake.sites(), message, response);
      kept(std::move(response));
    });
    return true;
  }
  auto response = !reception ? refused(reception.error(), {}, nullptr, pages)
                  : reception->answer == Reception::Answer::ask
                      ? ask_script(*reception, intake.captcha())
                      : refused(turned_away(*reception), reception->wait, nullptr, pages);
  allow_origin(intake.sites(), message, response);
  reply(std::move(response));
  return true;
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

void add_capture_routes(http::Router& router, PublicIntake& intake, CaptureService& capture,
                        CapturePages pages) {
  http::Route post{"POST", "/api/v1/notification-requests", http::Role::anonymous, {}};
  post.body_limit = 16 * 1024;
  post.handler = [&intake, pages](const http::Request& request) -> Result<http::Response> {
    auto answer = post_request(intake, pages, request);
    auto response = answer ? std::move(*answer) : http::problem(answer.error());
    allow_origin(intake.sites(), request, response);
    return response;
  };
  post.prompt = [&intake, pages](const http::Request& request, http::Reply& reply) {
    return post_promptly(intake, pages, request, reply);
  };
  router.add(std::move(post));
  http::Route ask{"OPTIONS", "/api/v1/notification-requests", http::Role::anonymous,
                  preflight(intake.sites())};
  router.add(std::move(ask));

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
