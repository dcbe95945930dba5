#include "engagement/soap/soap_routes.h"

#include "engagement/soap/changes.h"
#include "engagement/soap/retrieve.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

http::Response xml(int status, std::string body) {
  http::Response response{status, {}, std::move(body), {}};
  response.set("Content-Type", "text/xml; charset=utf-8").set("Cache-Control", "no-store");
  return response;
}

struct Operation {
  std::string_view request, answer;
  http::Role least;
  std::function<Result<std::string>(const soap::Element&)> run;
};

// Faults of SOAP 1.1 come with the status 500, whoever is to blame.
http::Response fault_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid:
      return xml(500, soap::fault("soap:Client", error.message));
    case ErrorCode::unavailable:
    case ErrorCode::rate_limited:
      return xml(503, soap::fault("soap:Server", "the service is busy; ask again later"));
    default:
      log::warning("soap-call-failed", {{"reason", error.reason}, {"error", error.message}});
      return xml(500, soap::fault("soap:Server", "something went wrong on the server"));
  }
}

Result<http::Response> answer_call(const std::vector<Operation>& operations,
                                   const TokenHolder& holder, const http::Request& request) {
  const auto call = soap::parse_call(request.body);
  if (!call) return fault_of(call.error());
  if (!holder || call->token.empty())
    return xml(500, soap::fault("soap:Security", "Not Authorized"));
  const auto who = holder(call->token);
  if (!who) return fault_of(who.error());
  if (who->role == http::Role::anonymous)
    return xml(500, soap::fault("wsse:FailedAuthentication", "Token Expired"));
  for (const auto& operation : operations) {
    if (operation.request != call->message.name) continue;
    if (who->role < operation.least || who->role == http::Role::intake)
      return xml(500,
                 soap::fault("soap:Client", "Insufficient privileges to complete this action."));
    const auto content = operation.run(call->message);
    if (!content) return fault_of(content.error());
    return xml(200, soap::answer(operation.answer, *content));
  }
  return xml(500, soap::fault(
                      "soap:Client",
                      "the operations are Retrieve, Describe, Create, Update, Delete and Perform"));
}

}  // namespace

void add_soap_routes(http::Router& router, DataExtensions& extensions,
                     const soap::Activities& activities, TokenHolder holder) {
  auto& random = activities.random;
  const auto retriever = std::make_shared<soap::Retriever>(extensions, random);
  const auto change = [&extensions, &random](soap::Change kind) {
    return [&extensions, &random, kind](const soap::Element& message) {
      return soap::change_objects(extensions, random, kind, message);
    };
  };
  std::vector<Operation> operations = {
      {"RetrieveRequestMsg", "RetrieveResponseMsg", http::Role::readonly,
       [retriever](const soap::Element& message) { return retriever->retrieve(message); }},
      {"DefinitionRequestMsg", "DefinitionResponseMsg", http::Role::readonly,
       [retriever](const soap::Element& message) { return retriever->describe(message); }},
      {"CreateRequest", "CreateResponse", http::Role::admin, change(soap::Change::create)},
      {"UpdateRequest", "UpdateResponse", http::Role::admin, change(soap::Change::update)},
      {"DeleteRequest", "DeleteResponse", http::Role::admin, change(soap::Change::remove)},
      {"PerformRequestMsg", "PerformResponseMsg", http::Role::admin,
       [activities](const soap::Element& message) { return soap::perform(activities, message); }},
  };
  http::Route route;
  route.method = "POST";
  route.pattern = "/Service.asmx";
  route.least = http::Role::anonymous;  // who asks is in the body
  route.body_limit = soap::kLargestEnvelope;
  route.handler = [operations = std::move(operations),
                   holder = std::move(holder)](const http::Request& request) {
    return answer_call(operations, holder, request);
  };
  router.add(std::move(route));
  router.refuse_with("/Service.asmx", [](const Error& error, int status, const auto&) {
    return xml(status, soap::fault("soap:Client", error.message));
  });
}

}  // namespace stockbell::engagement
