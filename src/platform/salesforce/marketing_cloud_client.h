// A client of the Marketing Cloud REST API: client-credentials sign-in at /v2/token and JSON calls.
// Used where Engagement runs apart: by commerce/remote (live stock) and connect/remote (steps 7,
// 14). Synchronous and thread-safe.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "platform/salesforce/api_session.h"

namespace stockbell::salesforce {

class MarketingCloudClient {
 public:
  MarketingCloudClient(ServerOptions options, const Clock& clock);

  // `target` is path and query. A 2xx answer's body. Errors: unavailable and rate_limited pass by
  // themselves.
  Result<boost::json::value> call(ApiCall call);
  // Upserts rows of a data extension: `rows` is a JSON array of {"keys":{...},"values":{...}}.
  Result<> upsert_rows(std::string_view extension_key, std::string rows);

 private:
  Result<Access> sign_in(ApiSession& session);
  ApiSession session_;
};

}  // namespace stockbell::salesforce
