#include "commerce/capture/klaviyo_routes.h"

#include <fmt/format.h>

#include "commerce/capture/klaviyo_body.h"
#include "commerce/protection/cross_origin.h"
#include "platform/http/multipart.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kBodyBytes = 64 * 1024;

// An error as the caller's surface words it; `wait` for Retry-After.
using Refuse = std::function<http::Response(const Error& error)>;

const Site* site_of(const PublicIntake& intake, const KlaviyoCompanies& companies,
                    const std::string& company) {
  const auto found = companies.find(company);
  return found == companies.end() ? nullptr : intake.sites().find(found->second);
}

Error too_many() {
  return {ErrorCode::rate_limited, "throttled", "too many requests from here; try again later", {}};
}

// The way of both surfaces from fields to a kept request. Fields of our own form, `site` a key.
Result<Duration> take(PublicIntake& intake, CaptureFields fields, const Site& site,
                      const http::Request& message) {
  const bool with_key = message.principal.role != http::Role::anonymous;
  if (!with_key && !intake.captcha().verify_url.empty() && intake.captcha().always)
    return fail(ErrorCode::forbidden, "captcha-needed",
                "this shop asks every shopper for a captcha, which this snippet cannot show "
                "(commerce.captcha)");
  fields["site"] = site.key;
  const CaptureContext context{
      .sites = &intake.sites(), .referer = message.header("Referer"), .now = intake.now()};
  SB_TRY(request, parse_capture(fields, context));
  Knock knock;
  knock.entrance = Entrance::klaviyo;
  SB_TRY(reception, intake.take(request, knock, message));
  if (reception.passes()) return Duration(0);
  if (reception.answer == Reception::Answer::refuse) return fail(reception.error);
  return std::max(reception.wait, Duration(1000));
}

// JSON:API (jsonapi.org 1.0, "Error Objects"), with the words Klaviyo uses for its codes.
http::Response json_api(const Error& error) {
  const bool invalid = error.code == ErrorCode::invalid;
  const int status = invalid ? 400 : http::status_of(error.code);
  const std::string_view code = invalid         ? "invalid"
                                : status == 429 ? "throttled"
                                : status == 403 ? "permission_denied"
                                : status == 413 ? "payload_too_large"
                                : status == 503 ? "service_unavailable"
                                                : "error";
  text::JsonWriter json;
  json.begin_object().key("errors").begin_array().begin_object();
  json.member("id", error.reason)
      .member("status", status)
      .member("code", code)
      .member("title", invalid ? std::string_view("Invalid input.") : http::status_title(status))
      .member("detail", error.code == ErrorCode::internal ? "something went wrong on the server"
                                                          : std::string_view(error.message));
  if (invalid) {
    const bool parameter = error.field == "company_id" || error.field == "revision";
    const std::string_view pointer =
        error.field.starts_with('/') ? std::string_view(error.field) : klaviyo_pointer(error.field);
    json.key("source").begin_object();
    json.member(parameter ? "parameter" : "pointer", parameter ? error.field : pointer);
    json.end_object();
  }
  json.end_object().end_array().end_object();
  auto response = http::Response::json(status, std::move(json).str());
  response.set("Content-Type", "application/vnd.api+json");
  return response;
}

http::Response legacy(const Error& error) {
  const int status = error.code == ErrorCode::invalid ? 400 : http::status_of(error.code);
  text::JsonWriter json;
  json.begin_object().member("success", false).member(
      "message", error.code == ErrorCode::internal ? "something went wrong on the server"
                                                   : std::string_view(error.message));
  json.end_object();
  return http::Response::json(status, std::move(json).str());
}

http::Response refused(const Refuse& refuse, const Error& error, Duration wait) {
  auto response = refuse(error);
  if (response.status == 429 || response.status == 503)
    response.set("Retry-After", wait > Duration(0) ? retry_after(wait) : std::string("5"));
  return response;
}

bool is_revision(std::string_view text) {
  return text.size() >= 10 && text.size() <= 20 && text[4] == '-' && text[7] == '-' &&
         text.find_first_not_of("0123456789-.abcdefghijklmnopqrstuvwxyz") == text.npos;
}

Result<CaptureFields> json_fields(const http::Request& message) {
  const auto type = message.header("Content-Type");
  if (!type.starts_with("application/vnd.api+json") && !type.starts_with("application/json"))
    return fail(ErrorCode::invalid, "content-type", "send application/vnd.api+json", "/data");
  const auto revision = message.header("revision");
  if (!revision.empty() && !is_revision(revision))
    return fail(ErrorCode::invalid, "revision-invalid", "the revision is a date such as 2026-04-15",
                "revision");
  return read_klaviyo_body(message.body);
}

// a, email, variant, platform, …: urlencoded or multipart.
Result<CaptureFields> form_fields(const http::Request& message) {
  CaptureFields fields;
  const auto type = message.header("Content-Type");
  if (!type.starts_with("multipart/form-data")) {
    SB_TRY(pairs, message.form());
    for (auto& [name, value] : pairs) fields.insert_or_assign(name, std::move(value));
    return fields;
  }
  SB_TRY(boundary, http::multipart_boundary(type));
  std::string* field = nullptr;
  http::PartEvents events;
  events.begin = [&](const http::PartHead& head) -> Result<> {
    field = &fields[head.name];
    return {};
  };
  events.data = [&](std::string_view piece) -> Result<> {
    field->append(piece);
    return {};
  };
  events.end = []() -> Result<> { return {}; };
  SB_CHECK(http::read_multipart(std::string_view(message.body), boundary, events));
  return fields;
}

std::string text_of(const CaptureFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

std::unexpected<Error> no_company(const char* field) {
  return fail(ErrorCode::invalid, "company-unknown",
              "commerce.klaviyo_companies names no site for this company id", field);
}

http::Response subscribe(PublicIntake& intake, const KlaviyoCompanies& companies,
                         const http::Request& message) {
  if (const auto wait = intake.overrun(message); wait > Duration(0))
    return refused(json_api, too_many(), wait);
  auto taken = [&]() -> Result<Duration> {
    const auto* site = site_of(intake, companies, message.query_value("company_id").value_or(""));
    if (!site) return no_company("company_id");
    SB_TRY(fields, json_fields(message));
    return take(intake, fields, *site, message);
  }();
  if (!taken) return refused(json_api, taken.error(), {});
  if (*taken > Duration(0)) return refused(json_api, too_many(), *taken);
  return http::Response::empty(202);
}

http::Response subscribe_by_form(PublicIntake& intake, const KlaviyoCompanies& companies,
                                 const http::Request& message) {
  if (const auto wait = intake.overrun(message); wait > Duration(0))
    return refused(legacy, too_many(), wait);
  std::string email;
  auto taken = [&]() -> Result<Duration> {
    SB_TRY(fields, form_fields(message));
    const auto* site = site_of(intake, companies, text_of(fields, "a"));
    if (!site) return no_company("a");
    email = text_of(fields, "email");
    CaptureFields ours{{"sku", external_id_of(text_of(fields, "variant"))}, {"email", email}};
    return take(intake, std::move(ours), *site, message);
  }();
  if (!taken) return refused(legacy, taken.error(), {});
  if (*taken > Duration(0)) return refused(legacy, too_many(), *taken);
  text::JsonWriter json;
  json.begin_object().member("email", email).member("success", true).end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

Result<KlaviyoCompanies> read_klaviyo_companies(const std::vector<std::string>& texts,
                                                const Sites& sites) {
  KlaviyoCompanies companies;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == text.npos || !sites.find(text.substr(equals + 1)))
      return fail(ErrorCode::invalid, "config-value-invalid",
                  fmt::format("commerce.klaviyo_companies: \"{}\" is not right; expected "
                              "\"company=site\" with the key of a site",
                              text));
    companies[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return companies;
}

void add_klaviyo_routes(http::Router& router, PublicIntake& intake, KlaviyoCompanies companies) {
  const auto add = [&](const char* method, const char* pattern, auto answer) {
    http::Route route{method, pattern, http::Role::anonymous, {}};
    route.body_limit = kBodyBytes;
    route.handler = [&intake, companies,
                     answer](const http::Request& message) -> Result<http::Response> {
      auto response = answer(intake, companies, message);
      allow_origin(intake.sites(), message, response);
      return response;
    };
    router.add(std::move(route));
  };
  const auto ask = [&](const char* method, const char* pattern) {
    router.add({method, pattern, http::Role::anonymous, preflight(intake.sites())});
  };
  add("POST", "/client/back-in-stock-subscriptions", subscribe);
  ask("OPTIONS", "/client/back-in-stock-subscriptions");
  add("POST", "/onsite/components/back-in-stock/subscribe", subscribe_by_form);
  ask("OPTIONS", "/onsite/components/back-in-stock/subscribe");
  add("POST", "/api/v1/catalog/subscribe", subscribe_by_form);
  ask("OPTIONS", "/api/v1/catalog/subscribe");
}

}  // namespace stockbell::commerce
