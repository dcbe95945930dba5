#include "commerce/remote/remote_intake.h"

#include <array>
#include <numeric>

#include "platform/salesforce/api_answer.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kMostAtOnce = 64;
constexpr int kMostAlone = 2;  // failures of single requests in a round: each may be a time-out
constexpr const char* kNoFlow = "calling the flow";
constexpr const char* kFlow = "/actions/custom/flow/BackInStockRequest";

void write_input(text::JsonWriter& json, const NotificationRequest& request) {
  const auto optional = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) json.member(name, text);
  };
  json.begin_object()
      .member("Request_Key__c", request.request_key)
      .member("Email", request.email)
      .member("Product_SKU__c", request.sku)
      .member("Site__c", request.site)
      .member("Quantity__c", request.quantity)
      .member("Requested_Date__c", to_rfc3339(request.requested_at));
  optional("FirstName", request.first_name);
  optional("LastName", request.last_name);
  optional("Phone", request.phone);
  optional("Locale__c", request.locale);
  optional("Consent_Text_Version__c", request.consent.text_version);
  optional("Consent_Page_URL__c", request.consent.page_url);
  if (request.consent.given_at != Time{})
    json.member("Consent_Given_Date__c", to_rfc3339(request.consent.given_at));
  if (request.needs_confirmation) json.member("Needs_Confirmation__c", true);
  json.end_object();
}

// What the server says is wrong with one request. A code that only configuration mends is no reason
// to give a request up.
Error of_one(Error error) {
  static constexpr std::array<std::string_view, 9> kOurs = {
      "INVALID_EMAIL_ADDRESS",
      "REQUIRED_FIELD_MISSING",
      "STRING_TOO_LONG",
      "NUMBER_OUTSIDE_VALID_RANGE",
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      "FIELD_CUSTOM_VALIDATION_EXCEPTION",
      "DUPLICATES_DETECTED",
      "JSON_PARSER_ERROR",
      "INVALID_INPUT"};
  const bool final_code = std::ranges::find(kOurs, error.reason) != kOurs.end();
  error.code = final_code ? ErrorCode::invalid : ErrorCode::internal;
  return error;
}

Result<IntakeReceipt> read_outcome(const boost::json::value& outcome) {
  if (!salesforce::true_in(outcome, "isSuccess")) {
    const auto* errors = salesforce::array_in(outcome, "errors");
    if (errors == nullptr || errors->empty())
      return fail(ErrorCode::internal, "flow-failed", "the flow failed and does not say why");
    return fail(of_one(salesforce::error_of_element(errors->front(), 400)));
  }
  const auto* outputs = outcome.get_object().if_contains("outputValues");
  if (outputs == nullptr || !outputs->is_object())
    return fail(ErrorCode::internal, "flow-failed", "the flow's answer has no output values");
  // The second level: the flow ran, and says no.
  const auto* said = outputs->get_object().if_contains("isSuccess");
  if (said != nullptr && said->is_bool() && !said->get_bool()) {
    boost::json::object element;
    element["errorCode"] = salesforce::text_of(*outputs, "errorCode");
    element["message"] = salesforce::text_of(*outputs, "ErrorMessage");
    auto error = salesforce::error_of_element(element, 400);
    if (error.reason.empty()) error.reason = "flow-refused";
    if (!error.temporary()) return fail(std::move(error));
    error.code = ErrorCode::internal;  // this request later; the others go on
    return fail(std::move(error));
  }
  IntakeReceipt receipt;
  // Ids of another make do not fit ours; nobody needs them here.
  receipt.contact.value =
      parse_record_id(kContactPrefix, salesforce::text_of(*outputs, "contactId")).value_or(0);
  receipt.request.value =
      parse_record_id(kRequestPrefix, salesforce::text_of(*outputs, "requestId")).value_or(0);
  receipt.contact_created = salesforce::true_in(*outputs, "contactCreated");
  receipt.request_created = salesforce::true_in(*outputs, "requestCreated");
  return receipt;
}

// A time-out, or an answer 5xx: what one request in the call may cause, or their number. Not a
// server that cannot be reached, wants to be left alone or lets nobody sign in.
bool may_be_of_a_request(const Error& error) {
  static constexpr std::array<std::string_view, 6> kOfTheServer = {
      "http-unreachable",      "http-tls", "server-paused", "answer-invalid", "flow-answer-invalid",
      "REQUEST_LIMIT_EXCEEDED"};
  return error.code == ErrorCode::unavailable && !error.message.starts_with("signing in") &&
         !error.message.starts_with(kNoFlow) &&
         std::ranges::find(kOfTheServer, error.reason) == kOfTheServer.end();
}

// An array whose elements are outcomes of inputs, not errors of the call.
bool tells_of_each(const boost::json::value& body, std::size_t count) {
  if (!body.is_array() || body.get_array().size() != count) return false;
  return std::ranges::all_of(body.get_array(), [](const boost::json::value& element) {
    return element.is_object() && element.get_object().contains("isSuccess");
  });
}

}  // namespace

Result<std::vector<Result<IntakeReceipt>>> RemoteIntake::call(
    std::span<const NotificationRequest> requests) {
  text::JsonWriter json;
  json.begin_object().key("inputs").begin_array();
  for (const auto& request : requests) write_input(json, request);
  json.end_array().end_object();
  SB_TRY(answer, crm_.ask({"POST", kFlow, std::move(json).str()}));
  if (tells_of_each(answer.body, requests.size())) {
    std::vector<Result<IntakeReceipt>> receipts;
    for (const auto& outcome : answer.body.get_array()) receipts.push_back(read_outcome(outcome));
    return receipts;
  }
  auto error = answer.body.is_array() && !answer.body.get_array().empty()
                   ? salesforce::error_of_element(answer.body.get_array().front(), answer.status)
                   : Error{ErrorCode::unavailable, "flow-answer-invalid",
                           "the answer does not tell what became of each request", ""};
  // Anything but 400 and 413: the flow or a right to it is missing.
  const bool of_these_requests = answer.status == 400 || answer.status == 413;
  error.code = of_these_requests ? ErrorCode::internal : ErrorCode::unavailable;
  if (!of_these_requests) error = std::move(error).within(kNoFlow);
  return fail(std::move(error));
}

std::vector<Result<IntakeReceipt>> RemoteIntake::submit_all(
    std::span<const NotificationRequest> requests) {
  std::lock_guard lock(mutex_);
  std::vector<Result<IntakeReceipt>> receipts(
      requests.size(), fail(ErrorCode::unavailable, "not-tried", "another request comes first"));
  auto waiting = unsuspected(requests);
  bool answered = false;
  int alone = 0;
  while (!waiting.empty()) {
    const auto count = std::min(at_once_, waiting.size());
    std::vector<NotificationRequest> part;
    for (std::size_t i = 0; i < count; ++i) part.push_back(requests[waiting[i]]);
    auto outcome = call(part);
    if (outcome) {
      answered = true;
      at_once_ = std::min(at_once_ * 2, kMostAtOnce);
      for (std::size_t i = 0; i < count; ++i) receipts[waiting[i]] = std::move((*outcome)[i]);
      waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
      continue;
    }
    const bool refused = outcome.error().code == ErrorCode::internal;  // one of them is to blame
    const bool choked = may_be_of_a_request(outcome.error());
    if (refused && count == 1)
      receipts[waiting.front()] = fail(outcome.error());
    else
      for (const auto one : waiting) receipts[one] = fail(outcome.error());
    if (!refused && !choked) break;
    if (count > 1) {
      at_once_ = count / 2;
      if (choked) break;  // the next try carries fewer
      continue;
    }
    if (choked) suspects_.insert(part.front().request_key);
    waiting.erase(waiting.begin());
    if (choked && ++alone == kMostAlone) break;
  }
  if (answered) blame_suspects(requests, receipts);
  return receipts;
}

// Which to try: who failed alone lately waits until it is known whether the server works at all.
std::vector<std::size_t> RemoteIntake::unsuspected(std::span<const NotificationRequest> requests) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (!suspects_.contains(requests[i].request_key)) chosen.push_back(i);
  if (!chosen.empty()) return chosen;
  suspects_.clear();
  chosen.resize(requests.size());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  return chosen;
}

// The server works: who failed alone has itself to blame, and lets the others by.
void RemoteIntake::blame_suspects(std::span<const NotificationRequest> requests,
                                  std::vector<Result<IntakeReceipt>>& receipts) {
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (suspects_.contains(requests[i].request_key))
      receipts[i] = fail(ErrorCode::internal, "flow-failed-alone",
                         "the server fails at this request and answers others");
  suspects_.clear();
}

Result<IntakeReceipt> RemoteIntake::submit(const NotificationRequest& request) {
  auto receipts = call({&request, 1});
  if (!receipts) return fail(std::move(receipts).error());
  return std::move(receipts->front());
}

}  // namespace stockbell::commerce
