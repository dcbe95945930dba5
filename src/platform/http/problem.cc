#include "platform/http/http.h"
#include "platform/text/json.h"

namespace stockbell::http {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return 422;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

std::string_view status_title(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

Response problem(const Error& error, int status) {
  text::JsonWriter json;
  json.begin_object().member("type", "about:blank").member("title", status_title(status));
  json.member("status", status);
  // What broke inside is for the log, not for the caller.
  json.member("detail", error.code == ErrorCode::internal ? "something went wrong on the server"
                                                          : std::string_view(error.message));
  json.member("reason",
              error.code == ErrorCode::internal ? "internal" : std::string_view(error.reason));
  if (!error.field.empty()) json.member("field", error.field);
  json.end_object();
  Response response = Response::json(status, json.str());
  response.set("Content-Type", "application/problem+json");
  if (status == 401) response.set("WWW-Authenticate", "Bearer realm=\"stockbell\"");
  if (status == 429) response.set("Retry-After", "60");
  if (status == 503) response.set("Retry-After", "5");
  return response;
}

Response problem(const Error& error) { return problem(error, status_of(error.code)); }

}  // namespace stockbell::http
