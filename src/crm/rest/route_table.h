// The routes of the REST surface: mounted on the server's router, and run directly for the parts of
// a composite call, with the same checks. Filled before the server starts, read-only afterwards.
#pragma once
#include <deque>
#include <map>

#include "crm/rest/rest_call.h"

namespace stockbell::crm::rest {

class RouteTable {
 public:
  explicit RouteTable(ApiUsage& usage) : usage_(usage) {}

  void add(RestRoute route);
  void add(std::string method, std::string pattern, http::Role least, CallHandler handler,
           Kind kind = Kind::plain, std::size_t body_limit = kRowBytes);
  // The handler counted against the daily limit, its errors in Salesforce's form, with
  // Sforce-Limit-Info. `name` is for the log. `this` outlives the handler.
  http::Handler metered(std::string name, http::Handler handler) const;
  // Every pattern answers each method; where there is no route for it, with 405.
  void mount(http::Router& router);

  // A part of a composite call: `target` is "/services/data/v59.0/..." with its query.
  struct Part {
    std::string method, target, body;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  http::Response run(const Part& part, const Call& caller, Transaction* transaction) const;
  // Of a part: which kind of call it is. Empty: there is no such route.
  std::optional<Kind> kind_of(const Part& part) const;

 private:
  Result<http::Response> answer(const RestRoute& route, const http::Request& request,
                                Transaction* transaction) const;
  http::Response answer_metered(const std::string& name, const http::Handler& handler,
                                const http::Request& request) const;
  const RestRoute* find(std::string_view method, const std::string& wire_path,
                        http::Router::Match& match) const;

  ApiUsage& usage_;
  std::deque<RestRoute> routes_;
  http::Router router_;  // of patterns alone, for find()
  std::map<std::pair<std::string, std::string>, const RestRoute*> by_pattern_;
};

// "59.0" of "v59.0"; empty for what is no version, or below 20.0.
std::optional<std::string> parse_version(std::string_view segment);

}  // namespace stockbell::crm::rest
