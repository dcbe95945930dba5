// HTTP values and routes, as the boxes see them: synchronous handlers, no sockets. Handlers run on worker threads.
// A Router is filled before the server starts and only read afterwards.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"

namespace stockbell::http {

// Who calls: nobody, an API key or a console user. Roles in rising order of power.
enum class Role { anonymous, intake, readonly, admin };

struct Principal {
  Role role = Role::anonymous;
  std::string name;
};

struct Request {
  std::string method;                          // "GET", upper case
  std::string path;                            // decoded, without query: "/api/v1/inventory/A1"
  std::map<std::string, std::string> path_parameters;  // {sku} of the pattern, decoded
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;                            // BodyMode::memory
  std::filesystem::path body_file;             // BodyMode::spooled: the whole body in a temporary file, removed afterwards
  std::string client_address;                  // "203.0.113.9", IPv6 without brackets
  bool secure = false;                         // came over TLS
  Principal principal;

  std::optional<std::string> query_value(std::string_view name) const;
  std::vector<std::string> query_values(std::string_view name) const;
  std::string header(std::string_view name) const;  // case-insensitive; "" when absent
  std::string cookie(std::string_view name) const;
  // Fields of an application/x-www-form-urlencoded body.
  Result<std::vector<std::pair<std::string, std::string>>> form() const;
  const std::string& parameter(std::string_view name) const { return path_parameters.at(std::string(name)); }
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Length and Date are added
  std::string body;
  std::filesystem::path file;                  // set: this file is sent instead of body

  static Response json(int status, std::string body);
  static Response html(int status, std::string body);
  static Response text(int status, std::string body);
  static Response empty(int status) { return Response{status, {}, {}, {}}; }
  static Response redirect(std::string location, int status = 303);
  Response& set(std::string name, std::string value);
};

// problem+json (RFC 9457) of an error: {"type":"about:blank","title","status","detail","reason","field"?}.
Response problem(const Error& error);
Response problem(const Error& error, int status);  // where the code's own status is not the right one
int status_of(ErrorCode code);
std::string_view status_title(int status);  // "Not Found"

enum class BodyMode { memory, spooled };
using Handler = std::function<Result<Response>(const Request&)>;

// The answer to one request, given once, from any thread; not given at all it says that the server failed.
class Reply {
 public:
  using Take = std::move_only_function<void(Result<Response>)>;
  explicit Reply(Take take) : take_(std::move(take)) {}
  Reply(Reply&& other) noexcept : take_(std::exchange(other.take_, nullptr)) {}
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (take_) (*this)(fail(ErrorCode::internal, "reply-missing", "the handler gave no answer"));
  }
  void leave() { take_ = nullptr; }  // the server's, when the handler did not want it
  void operator()(Result<Response> answer) { std::exchange(take_, nullptr)(std::move(answer)); }

 private:
  Take take_;
};
// Called on the I/O thread: must not block. Gives `reply` its answer now or later and returns true, or leaves it alone and
// returns false: then the handler is called on a worker as usual. The request lives until the answer is given.
using PromptHandler = std::function<bool(const Request&, Reply& reply)>;

struct Route {
  std::string method;    // GET also answers HEAD
  // "/api/v1/inventory/{sku}"; "{rest*}" at the end takes the remaining path: its segments decoded one by one, joined by "/"
  std::string pattern;
  Role least = Role::admin;       // anonymous: public
  Handler handler;
  BodyMode body = BodyMode::memory;
  std::size_t body_limit = 64 * 1024;  // bytes; more is 413
  // For routes that many call and that wait for something (a sync) rather than work; only asked for requests without
  // Authorization and Cookie, on public routes with BodyMode::memory.
  PromptHandler prompt{};
  bool cross_origin = false;      // answers CORS requests of any origin (public intake only)
};

// Renders what the server itself refuses under a path prefix, where problem+json is not that surface's form. `error` says
// nothing of what broke inside; `allowed` is the methods of a 405, otherwise empty. Called from any thread.
using RefusalRenderer =
    std::function<Response(const Error& error, int status, const std::vector<std::string>& allowed)>;

class Router {
 public:
  void add(Route route);
  // Every refusal of a path that is `prefix` or lies below it goes through `renderer`: 401, 403, 404, 405, 408, 413, and
  // the errors that handlers return or throw. The longest prefix wins. Allow and Retry-After are added where it leaves them out.
  void refuse_with(std::string prefix, RefusalRenderer renderer);
  const RefusalRenderer* renderer_of(std::string_view path) const;  // null: problem+json
  // The route of a request: fills `parameters`; not-found or (405 with Allow) method-not-allowed.
  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string> parameters;
    std::vector<std::string> allowed;  // methods there, when the path is known and the method isn't
  };
  // `path` as on the wire: an escaped slash stays inside its segment. Literal segments win over parameters, those over rests.
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> segments;  // of the pattern
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::vector<std::size_t>> literal_;  // patterns without parameters: their entries
  std::vector<std::pair<std::string, RefusalRenderer>> renderers_;  // longest prefix first
};

}  // namespace stockbell::http
