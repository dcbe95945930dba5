#include "engagement/explanations/request_explainer.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

void add_explanation_routes(http::Router& router, RequestExplainer& explainer) {
  router.add({.method = "GET",
              .pattern = "/api/v1/engagement/requests/{id}/explanation",
              .least = http::Role::readonly,
              .handler = [&explainer](const http::Request& request) -> Result<http::Response> {
                const auto id = parse_record_id(kRequestPrefix, request.parameter("id"));
                if (!id)
                  return fail(ErrorCode::not_found, "request-not-found",
                              "there is no such request");
                SB_TRY(lines, explainer.explain(RequestId{*id}));
                text::JsonWriter json;
                json.begin_object().key("lines").begin_array();
                for (const auto& line : lines) json.value(line);
                json.end_array().end_object();
                return http::Response::json(200, std::move(json).str());
              }});
}

}  // namespace stockbell::engagement
