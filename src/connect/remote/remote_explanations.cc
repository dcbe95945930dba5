#include "connect/remote/remote_explanations.h"

#include <fmt/format.h>

#include "platform/salesforce/api_answer.h"

namespace stockbell::connect {

Result<std::vector<std::string>> RemoteExplanations::explain(RequestId request) {
  auto body = engagement_.call({"GET",
                                fmt::format("/api/v1/engagement/requests/{}/explanation",
                                            to_record_id(kRequestPrefix, request.value)),
                                ""});
  if (!body)
    return fail(body.error().code, body.error().reason,
                "Engagement runs elsewhere and does not tell: " + body.error().message);
  const auto* lines = salesforce::array_in(*body, "lines");
  if (!lines) return fail(ErrorCode::unavailable, "answer-invalid", "the answer has no lines");
  std::vector<std::string> sentences;
  for (const auto& line : *lines) {
    if (!line.is_string())
      return fail(ErrorCode::unavailable, "answer-invalid", "a line of the answer is no text");
    sentences.emplace_back(line.get_string());
  }
  return sentences;
}

}  // namespace stockbell::connect
