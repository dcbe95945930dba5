#include "platform/salesforce/marketing_cloud_client.h"

#include <algorithm>

#include "platform/salesforce/api_answer.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::salesforce {

MarketingCloudClient::MarketingCloudClient(ServerOptions options, const Clock& clock)
    : session_(std::move(options), clock,
               [this](ApiSession& session) { return sign_in(session); }) {}

Result<Access> MarketingCloudClient::sign_in(ApiSession& session) {
  const auto& options = session.options();
  text::JsonWriter json;
  json.begin_object()
      .member("grant_type", "client_credentials")
      .member("client_id", options.client_id)
      .member("client_secret", options.client_secret)
      .end_object();
  http::ClientRequest request;
  request.method = "POST";
  request.url = options.url + "/v2/token";
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = std::move(json).str();
  SB_TRY(answer, session.exchange(std::move(request)));
  if (answer.status != 200) return fail(marketing_cloud_error(answer).within("signing in"));
  SB_TRY(body, parse_answer(answer.body));
  Access access{text_of(body, "access_token"), text_of(body, "rest_instance_url")};
  while (access.url.ends_with('/')) access.url.pop_back();
  if (access.url.empty()) access.url = options.url;
  if (access.token.empty() || !access.url.starts_with("http"))
    return fail(ErrorCode::unavailable, "answer-invalid", "signing in: the answer has no token");
  if (weaker_than(options.url, access.url))
    return fail(ErrorCode::unauthorized, "instance-url-insecure",
                "signing in: the server names an address without TLS for its calls");
  const auto* seconds = body.get_object().if_contains("expires_in");
  if (seconds != nullptr && seconds->is_int64())  // renewed a minute early
    access.good_until = session.now() + std::chrono::seconds(std::clamp<std::int64_t>(
                                            seconds->get_int64() - 60, 1, 86'400));
  return access;
}

Result<boost::json::value> MarketingCloudClient::call(ApiCall call) {
  SB_TRY(answer, session_.call(call));
  if (answer.status < 200 || answer.status >= 300) return fail(marketing_cloud_error(answer));
  if (answer.body.empty()) return boost::json::value(nullptr);
  return parse_answer(answer.body);
}

Result<> MarketingCloudClient::upsert_rows(std::string_view extension_key, std::string rows) {
  SB_CHECK(call({"POST", "/hub/v1/dataevents/key:" + text::url_encode(extension_key) + "/rowset",
                 std::move(rows)}));
  return {};
}

}  // namespace stockbell::salesforce
