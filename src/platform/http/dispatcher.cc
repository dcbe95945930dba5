#include "platform/http/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <typeinfo>

#include "base/random.h"
#include "platform/http/target.h"
#include "platform/log/log.h"
#include "platform/text/text.h"

namespace stockbell::http {
namespace {

constexpr std::size_t kTargetBytes =
    15'000;  // queries are long; with the headers 16 KB, as at Salesforce

Error invalid(std::string reason, std::string message) {
  return {ErrorCode::invalid, std::move(reason), std::move(message), ""};
}

Response bad_head(int status, std::string reason, std::string message) {
  return problem(invalid(std::move(reason), std::move(message)), status);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

bool same_name(std::string_view a, std::string_view b) {
  auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, fold, fold);
}

std::size_t count(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      request.headers, [&](const auto& header) { return same_name(header.first, name); }));
}

// What two servers in a row could read differently is refused (RFC 9112 sections 3.2, 6.1, 6.3).
std::optional<Response> refuse_ambiguous(const Exchange& exchange) {
  const auto& request = exchange.request;
  auto hosts = count(request, "host");
  if (hosts > 1 || (hosts == 0 && exchange.version >= 11))
    return bad_head(400, "host-invalid", "a request has exactly one Host header");
  auto codings = count(request, "transfer-encoding");
  if (codings == 0) return {};
  if (codings > 1 || count(request, "content-length") > 0 || exchange.version < 11)
    return bad_head(400, "transfer-encoding-invalid",
                    "Transfer-Encoding stands once, in HTTP/1.1, and without Content-Length");
  if (lower(request.header("Transfer-Encoding")) != "chunked")
    return bad_head(501, "transfer-encoding-unknown",
                    "the only known Transfer-Encoding is chunked");
  return {};
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void set_default(Response& response, std::string_view name, std::string_view value) {
  for (const auto& header : response.headers)
    if (same_name(header.first, name)) return;
  response.headers.emplace_back(name, value);
}

std::string content_type(const Response& response) {
  for (const auto& [name, value] : response.headers)
    if (same_name(name, "content-type")) return lower(value);
  return {};
}

}  // namespace

Dispatcher::Dispatcher(const Router& router, const Authenticate& authenticate,
                       const ServerOptions& options)
    : router_(router), authenticate_(authenticate), options_(options) {
  SystemRandom random;
  run_ = fmt::format("{:08x}", random.next() & 0xffffffff);
}

Response Dispatcher::refuse(const Exchange& exchange, const Error& error) const {
  return refuse(exchange, error, status_of(error.code));
}

Response Dispatcher::refuse(const Exchange& exchange, const Error& error, int status,
                            const std::vector<std::string>& allowed) const {
  Response response;
  if (exchange.renderer == nullptr) {
    response = problem(error, status);
  } else {
    // What broke inside is for the log, not for the caller.
    const Error inside{ErrorCode::internal, "internal", "something went wrong on the server", ""};
    response =
        (*exchange.renderer)(error.code == ErrorCode::internal ? inside : error, status, allowed);
    if (response.status == 429) set_default(response, "Retry-After", "60");
    if (response.status == 503) set_default(response, "Retry-After", "5");
  }
  if (!allowed.empty()) set_default(response, "Allow", join(allowed));
  return response;
}

void Dispatcher::begin(Exchange& exchange) const {
  exchange.id = fmt::format("{}-{}", run_, ++count_);
}

std::optional<Response> Dispatcher::route(Exchange& exchange) const {
  exchange.renderer =
      router_.renderer_of(std::string_view(exchange.target).substr(0, exchange.target.find('?')));
  if (exchange.target.size() > kTargetBytes)
    return refuse(exchange,
                  invalid("target-too-long",
                          fmt::format("the request target is longer than {} bytes", kTargetBytes)),
                  414);
  if (auto refused = refuse_ambiguous(exchange)) return refused;
  auto& request = exchange.request;
  if (request.method == "OPTIONS" && exchange.target == "*") return Response::empty(204);
  auto target = parse_target(exchange.target);
  if (!target) return refuse(exchange, target.error(), 400);
  std::string wire_path(target->wire_path);
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  if (options_.rewrite_target) {
    auto rewritten = options_.rewrite_target(wire_path);
    if (rewritten != wire_path) {
      auto path = parse_target(rewritten);
      if (!path) return problem(path.error(), 400);
      request.path = std::move(path->path);
      wire_path = std::move(rewritten);
    }
  }
  exchange.renderer = router_.renderer_of(wire_path);
  return find_route(exchange, wire_path);
}

std::optional<Response> Dispatcher::find_route(Exchange& exchange,
                                               const std::string& wire_path) const {
  auto& request = exchange.request;
  auto found = router_.find(request.method, wire_path);
  if (found.route == nullptr) {
    if (found.allowed.empty())
      return refuse(exchange,
                    {ErrorCode::not_found, "not-found", "there is nothing at this path", ""});
    if (request.method == "OPTIONS") return preflight(exchange, wire_path, found);
    return refuse(exchange, invalid("method-not-allowed", "this path takes " + join(found.allowed)),
                  405, found.allowed);
  }
  exchange.route = found.route;
  request.path_parameters = std::move(found.parameters);
  if (exchange.content_length.value_or(0) > found.route->body_limit)
    return refuse(exchange,
                  {ErrorCode::too_large, "body-too-large",
                   fmt::format("the body may have {} bytes", found.route->body_limit), ""});
  auto expect = lower(request.header("Expect"));
  if (!expect.empty() && expect != "100-continue")
    return refuse(exchange,
                  invalid("expectation-unknown", "the only known expectation is 100-continue"),
                  417);
  return {};
}

std::optional<Response> Dispatcher::preflight(const Exchange& exchange, const std::string& path,
                                              const Router::Match& found) const {
  auto response = Response::empty(204);
  response.set("Allow", join(found.allowed) + ", OPTIONS");
  auto wanted = exchange.request.header("Access-Control-Request-Method");
  auto match = router_.find(wanted, path);
  if (match.route == nullptr || !match.route->cross_origin) return response;
  response.set("Access-Control-Allow-Origin", "*");
  response.set("Access-Control-Allow-Methods", join(found.allowed));
  response.set("Access-Control-Allow-Headers", "Content-Type");
  response.set("Access-Control-Max-Age", "86400");
  return response;
}

std::optional<Response> Dispatcher::admit(Exchange& exchange) const try {
  auto& request = exchange.request;
  auto least = exchange.route->least;
  bool claims = !request.header("Authorization").empty() || !request.header("Cookie").empty();
  if (least == Role::anonymous && !claims) return {};
  auto principal = authenticate_ ? authenticate_(request) : Result<Principal>(Principal{});
  if (principal) {
    request.principal = std::move(*principal);
  } else if (least != Role::anonymous) {
    return refuse(exchange, principal.error());
  }
  if (request.principal.role >= least) return {};
  // Who is known but may nothing (a token of a narrow scope) would only sign in again.
  if (request.principal.role == Role::anonymous && request.principal.name.empty())
    return refuse(exchange,
                  {ErrorCode::unauthorized, "unauthorized", "sign in or send an API key", ""});
  return refuse(exchange,
                {ErrorCode::forbidden, "forbidden", "this key or user may not do that", ""});
} catch (const std::exception& error) {
  log::error("http-authenticate-threw", {{"request", exchange.id}, {"what", error.what()}});
  return refuse(exchange, {ErrorCode::internal, "internal", "", ""});
}

bool Dispatcher::may_prompt(const Exchange& exchange) const {
  const auto& route = *exchange.route;
  return route.prompt && route.least == Role::anonymous && route.body == BodyMode::memory &&
         exchange.request.header("Authorization").empty() &&
         exchange.request.header("Cookie").empty();
}

Response Dispatcher::answer(const Exchange& exchange, Result<Response> outcome) const {
  if (outcome) return std::move(*outcome);
  const auto& route = *exchange.route;
  if (status_of(outcome.error().code) >= 500)
    log::warning("http-request-failed", {{"request", exchange.id},
                                         {"route", route.method + " " + route.pattern},
                                         {"reason", outcome.error().reason},
                                         {"detail", outcome.error().message}});
  return refuse(exchange, outcome.error());
}

Response Dispatcher::handle(const Exchange& exchange) const {
  const auto& route = *exchange.route;
  try {
    return answer(exchange, route.handler(exchange.request));
  } catch (const std::exception& error) {
    log::error("http-handler-threw", {{"request", exchange.id},
                                      {"route", route.method + " " + route.pattern},
                                      {"type", typeid(error).name()},
                                      {"what", error.what()}});
  } catch (...) {
    log::error("http-handler-threw", {{"request", exchange.id}, {"route", route.pattern}});
  }
  return refuse(exchange, {ErrorCode::internal, "internal", "", ""});
}

// Programs are told by a problem document, a person in a browser by a page.
void Dispatcher::show_refusal(const Exchange& exchange, Response& response) const {
  if (!options_.refusal_page || exchange.target.starts_with("/api/") ||
      content_type(response) != "application/problem+json" ||
      exchange.request.header("Accept").find("text/html") == std::string::npos)
    return;
  auto page = options_.refusal_page(response.status);
  response.body = std::move(page.body);
  for (const auto& [name, value] : page.headers) response.set(name, value);
}

void Dispatcher::finish(const Exchange& exchange, Response& response) const {
  show_refusal(exchange, response);
  auto type = content_type(response);
  set_default(response, "X-Content-Type-Options", "nosniff");
  set_default(response, "Referrer-Policy", "strict-origin-when-cross-origin");
  if (type.starts_with("text/html")) {
    set_default(response, "Content-Security-Policy",
                "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                "form-action 'self'; frame-ancestors 'none'");
  } else if (type.starts_with("image/svg")) {  // a picture opened as a page must not run scripts
    set_default(response, "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'");
  } else if (type.find("json") != std::string::npos) {
    set_default(response, "Cache-Control", "no-store");
  }
  if (exchange.route != nullptr && exchange.route->cross_origin)
    set_default(response, "Access-Control-Allow-Origin", "*");
  response.set("X-Request-Id", exchange.id);
  if (!log::writes(log::Level::debug)) return;
  log::debug("http-request",
             {{"request", exchange.id},
              {"method", exchange.route ? exchange.request.method : std::string("?")},
              {"route", exchange.route ? exchange.route->pattern : std::string("none")},
              {"status", std::to_string(response.status)}});
}

}  // namespace stockbell::http
