#include "access/oauth/token_request.h"

#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::access::oauth {
namespace {

constexpr std::size_t kMostFields = 32;

std::unexpected<Error> refuse(std::string error, std::string description) {
  return fail(ErrorCode::invalid, std::move(error), std::move(description));
}

bool is_basic(const std::string& authorization) {
  constexpr std::string_view kBasic = "basic ";
  if (authorization.size() < kBasic.size()) return false;
  for (std::size_t i = 0; i < kBasic.size(); ++i)
    if ((authorization[i] | 0x20) != kBasic[i]) return false;
  return true;
}

}  // namespace

Result<std::map<std::string, std::string>> read_fields(const http::Request& request) {
  auto form = request.form();
  if (!form) return std::unexpected(form.error());
  if (form->size() > kMostFields) return refuse("invalid_request", "too many parameters");
  std::map<std::string, std::string> fields;
  for (auto& [name, value] : *form)
    if (!fields.emplace(name, std::move(value)).second)
      return refuse("invalid_request", "a parameter stands twice");
  return fields;
}

std::string field(const std::map<std::string, std::string>& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

Result<ClientCredentials> read_client_credentials(const std::map<std::string, std::string>& fields,
                                                  const http::Request& request) {
  ClientCredentials out{field(fields, "client_id"), field(fields, "client_secret")};
  const auto authorization = request.header("Authorization");
  if (is_basic(authorization)) {
    const auto bytes = crypto::base64_decode(text::trim(std::string_view(authorization).substr(6)));
    const auto colon = bytes ? bytes->find(':') : std::string::npos;
    if (colon == std::string::npos || !text::valid_utf8(*bytes))
      return refuse("invalid_request", "the Authorization header is not Basic ID:SECRET");
    if (!out.secret.empty() || (!out.id.empty() && out.id != bytes->substr(0, colon)))
      return refuse("invalid_request", "credentials stand in the header and in the form");
    out = {bytes->substr(0, colon), bytes->substr(colon + 1)};
  }
  if (out.id.empty() || out.id.size() > 200 || text::has_control(out.id))
    return refuse("invalid_client_id", "client identifier invalid");
  return out;
}

http::Response oauth_refusal(const Error& error, int status, const std::vector<std::string>&) {
  // Reasons with a hyphen are those of the server's own refusals, not words of OAuth.
  const bool ours = error.reason.contains('-') || status != http::status_of(ErrorCode::invalid);
  std::string_view word = error.reason;
  if (ours)
    word = status == 503   ? "temporarily_unavailable"
           : status >= 500 ? "server_error"
                           : "invalid_request";
  if (error.reason == "form-expected") status = 415;
  if (status == http::status_of(ErrorCode::invalid)) status = 400;
  text::JsonWriter json;
  json.begin_object().member("error", word).member("error_description", error.message).end_object();
  auto response = http::Response::json(status, json.str());
  response.set("Content-Type", "application/json;charset=UTF-8");
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace stockbell::access::oauth
