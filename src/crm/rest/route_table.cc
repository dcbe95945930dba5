#include "crm/rest/route_table.h"

#include <typeinfo>

#include "platform/http/target.h"
#include "platform/log/log.h"

namespace stockbell::crm::rest {
namespace {

constexpr const char* kPrefix = "/services/data/{version}";

bool has_body(std::string_view method) {
  return method == "POST" || method == "PATCH" || method == "PUT";
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

Result<> check_content_type(const http::Request& request) {
  if (!has_body(request.method) || request.body.empty()) return {};
  auto type = lower(request.header("Content-Type"));
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  if (type.empty() || type == "application/json") return {};
  if (type.ends_with("xml"))
    return fail(ErrorCode::invalid, "UNSUPPORTED_MEDIA_TYPE",
                "XML is not there: send and accept application/json");
  return fail(
      ErrorCode::invalid, "UNSUPPORTED_MEDIA_TYPE",
      "Content-Type header specified in HTTP request is not supported: " + type.substr(0, 100));
}

// As the server finds a handler (app/path_aliases): without one slash at the end, unless that may
// belong to the value of /sobjects/X/Field/value.
std::string routed(std::string_view wire_path) {
  constexpr std::string_view kRows = "/sobjects/";
  const auto at = wire_path.find(kRows);
  const bool value =
      at != wire_path.npos && std::ranges::count(wire_path.substr(at + kRows.size()), '/') >= 3;
  if (wire_path.ends_with('/') && !value) wire_path.remove_suffix(1);
  return std::string(wire_path);
}

http::Response not_allowed(std::string_view method, const std::vector<std::string>& allowed) {
  std::string listed, header;
  for (const auto& word : allowed) {
    listed += (listed.empty() ? "" : ",") + word;
    header += (header.empty() ? "" : ", ") + word;
  }
  auto response = refusal(
      Error{ErrorCode::invalid, "METHOD_NOT_ALLOWED",
            fmt::format("HTTP Method '{}' not allowed. Allowed are {}", method, listed), ""});
  response.set("Allow", header);
  return response;
}

}  // namespace

std::optional<std::string> parse_version(std::string_view segment) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (segment.size() < 5 || segment.size() > 6 || segment[0] != 'v') return {};
  const auto number = segment.substr(1);
  const auto whole = number.substr(0, number.size() - 2);
  if (number[whole.size()] != '.' || !digit(number.back()) || !std::ranges::all_of(whole, digit) ||
      whole.front() == '0')
    return {};
  if (whole.size() == 2 && whole < "20") return {};
  return std::string(number);
}

soql::QueryOptions Call::query_options() const {
  soql::QueryOptions options;
  options.version = version;
  options.user = request.principal.name;
  const auto header = request.header("Sforce-Query-Options");
  if (const auto at = header.find("batchSize="); at != header.npos) {
    int size = 0;
    for (const char c : header.substr(at + 10, 6)) {
      if (c < '0' || c > '9') break;
      size = size * 10 + (c - '0');
    }
    if (size > 0) options.batch_size = std::clamp(size, 200, 2000);
  }
  return options;
}

records::WriteOptions Call::write_options() const {
  records::WriteOptions options;
  options.user = request.principal.name;
  auto header = lower(request.header("Sforce-Duplicate-Rule-Header"));
  std::erase(header, ' ');
  options.allow_duplicates = header.find("allowsave=true") != header.npos;
  options.path = base();
  return options;
}

std::string record_url(const Call& call, const objects::Object& object, std::int64_t id) {
  return fmt::format("{}/sobjects/{}/{}", call.base(), object.name,
                     to_record_id(object.key_prefix, id));
}

void RouteTable::add(RestRoute route) {
  route.pattern = kPrefix + route.pattern;
  routes_.push_back(std::move(route));
  const auto& added = routes_.back();
  by_pattern_[{added.method, added.pattern}] = &added;
  http::Route pattern;
  pattern.method = added.method;
  pattern.pattern = added.pattern;
  pattern.handler = [](const http::Request&) { return http::Response::empty(500); };
  router_.add(std::move(pattern));
}

void RouteTable::add(std::string method, std::string pattern, http::Role least, CallHandler handler,
                     Kind kind, std::size_t body_limit) {
  add({std::move(method), std::move(pattern), least, std::move(handler), kind, body_limit});
}

Result<http::Response> RouteTable::answer(const RestRoute& route, const http::Request& request,
                                          Transaction* transaction) const {
  const auto version = parse_version(request.parameter("version"));
  if (!version)
    return fail(ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist");
  SB_CHECK(check_content_type(request));
  return route.handler(Call{request, *version, transaction});
}

http::Handler RouteTable::metered(std::string name, http::Handler handler) const {
  return [this, name = std::move(name),
          handler = std::move(handler)](const http::Request& request) -> Result<http::Response> {
    return answer_metered(name, handler, request);
  };
}

http::Response RouteTable::answer_metered(const std::string& name, const http::Handler& handler,
                                          const http::Request& request) const {
  if (!usage_.admit()) {
    auto response = refusal(
        Error{ErrorCode::forbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", ""});
    response.set("Sforce-Limit-Info", usage_.header());
    return response;
  }
  auto answered = handler(request);
  if (!answered && status_of_code(in_their_words(answered.error()).reason) >= 500)
    log::warning("crm-api-failed", {{"route", name},
                                    {"reason", answered.error().reason},
                                    {"detail", answered.error().message}});
  auto response = answered ? std::move(*answered) : refusal(answered.error());
  if (response.status == 503) response.set("Retry-After", "5");
  response.set("Sforce-Limit-Info", usage_.header());
  return response;
}

void RouteTable::mount(http::Router& router) {
  std::map<std::string, std::vector<std::string>> methods;
  for (const auto& route : routes_) {
    auto& known = methods[route.pattern];
    if (route.method == "GET") known.push_back("HEAD");
    known.push_back(route.method);
    http::Route mounted;
    mounted.method = route.method;
    mounted.pattern = route.pattern;
    mounted.least = route.least;
    mounted.body_limit = route.body_limit;
    mounted.handler = metered(
        route.method + " " + route.pattern,
        [this, &route](const http::Request& request) { return answer(route, request, nullptr); });
    router.add(std::move(mounted));
  }
  for (const auto& [pattern, allowed] : methods) {
    for (const char* method : {"GET", "POST", "PATCH", "PUT", "DELETE"}) {
      if (std::ranges::find(allowed, method) != allowed.end()) continue;
      http::Route refused;
      refused.method = method;
      refused.pattern = pattern;
      refused.least = http::Role::intake;
      refused.handler = [this, allowed](const http::Request& request) -> Result<http::Response> {
        auto response = not_allowed(request.method, allowed);
        response.set("Sforce-Limit-Info", usage_.header());
        return response;
      };
      router.add(std::move(refused));
    }
  }
}

const RestRoute* RouteTable::find(std::string_view method, const std::string& wire_path,
                                  http::Router::Match& match) const {
  match = router_.find(method, wire_path);
  if (!match.route) return nullptr;
  return by_pattern_.at({match.route->method, match.route->pattern});
}

std::optional<Kind> RouteTable::kind_of(const Part& part) const {
  const auto target = http::parse_target(part.target);
  if (!target) return {};
  http::Router::Match match;
  const auto* route = find(part.method, routed(target->wire_path), match);
  return route ? std::optional(route->kind) : std::nullopt;
}

http::Response RouteTable::run(const Part& part, const Call& caller, Transaction* transaction) const
    try {
  auto target = http::parse_target(part.target);
  if (!target || !part.target.starts_with("/services/data/"))
    return refusal(
        Error{ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist", ""});
  http::Router::Match match;
  const auto* route = find(part.method, routed(target->wire_path), match);
  if (!route && !match.allowed.empty()) return not_allowed(part.method, match.allowed);
  if (!route)
    return refusal(
        Error{ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist", ""});
  // A reference may have made a composite call of it, which would begin a transaction in this one.
  if (route->kind == Kind::composite)
    return refusal(Error{ErrorCode::invalid, "INVALID_INPUT",
                         "a composite call cannot be inside another", ""});
  http::Request request;
  request.method = part.method;
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  request.headers = part.headers;
  request.body = part.body;
  request.principal = caller.request.principal;
  request.path_parameters = std::move(match.parameters);
  if (request.principal.role < route->least)
    return refusal(Error{ErrorCode::forbidden, "forbidden", "", ""});
  auto answered = answer(*route, request, transaction);
  return answered ? std::move(*answered) : refusal(answered.error());
} catch (const std::exception& error) {
  log::error("crm-api-part-threw", {{"type", typeid(error).name()}});
  return refusal(Error{ErrorCode::internal, "internal", "", ""});
}

}  // namespace stockbell::crm::rest
