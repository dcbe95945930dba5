// A client of the Salesforce core REST API: client-credentials sign-in, JSON calls below
// /services/data, the daily limit. Used by commerce/remote (step 3) and connect/remote (steps 6,
// 14). Synchronous and thread-safe. It knows nothing of who runs the server.
#pragma once
#include <boost/json/value.hpp>
#include <string>

#include "platform/salesforce/api_session.h"

namespace stockbell::salesforce {

struct SalesforceOptions {
  ServerOptions server;
  std::string api_version = "59.0";
  Duration clock_tolerance = std::chrono::seconds(2);  // a smaller difference of clocks is none
};

struct ApiUsage {
  std::int64_t used = 0, most = 0;  // of the day's calls; 0 of 0: the server does not say
  bool near_limit() const { return most > 0 && used * 10 > most * 9; }
};

class SalesforceClient {
 public:
  SalesforceClient(SalesforceOptions options, const Clock& clock);

  // `target` is below /services/data/vNN.N ("/limits", "/query?q=..."), or a whole path that begins
  // with /services (a nextRecordsUrl). A 2xx answer's body, null when it has none. Errors are the
  // server's own: reason = its errorCode; unavailable for what passes by itself.
  Result<boost::json::value> get(const std::string& target) { return call({"GET", target, ""}); }
  Result<boost::json::value> call(ApiCall call);
  // The same, but any status with a JSON body is a value: for answers that tell of each part.
  struct Answer {
    int status = 0;
    boost::json::value body;
  };
  Result<Answer> ask(ApiCall call);

  Result<> check();  // signs in and reads the limits
  ApiUsage usage() const;
  // The server's clock, by the Date of its last answer.
  Time server_now() const;

 private:
  Result<Access> sign_in(ApiSession& session);
  void note(const http::Response& answer);

  const SalesforceOptions options_;
  ApiSession session_;
  mutable std::mutex mutex_;  // guards what follows
  ApiUsage usage_;
  Duration ahead_{0};  // the server's clock less ours
};

}  // namespace stockbell::salesforce
