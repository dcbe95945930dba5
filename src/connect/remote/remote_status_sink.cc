#include "connect/remote/remote_status_sink.h"

#include <array>
#include <cctype>

#include "platform/log/log.h"
#include "platform/salesforce/api_answer.h"
#include "platform/text/json.h"

namespace stockbell::connect {
namespace {

constexpr std::string_view kReason = "Status_Reason__c", kSequence = "Update_Sequence__c",
                           kDate = "Status_Date__c", kSku = "Product_SKU__c",
                           kAsked = "Last_Asked_Date__c", kDecidedOn = "Decided_On_Asking__c";

// Where an org without Status_Date__c keeps the time of a status.
std::string_view date_field_of(RequestStatus status) {
  switch (status) {
    case RequestStatus::queued:
      return "Queued_Date__c";
    case RequestStatus::sent:
      return "Sent_Date__c";
    case RequestStatus::opened:
      return "Opened_Date__c";
    case RequestStatus::clicked:
      return "Clicked_Date__c";
    default:
      return "";
  }
}

bool names(std::string_view text, std::string_view field) {
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (auto at = text.find(field); at != text.npos; at = text.find(field, at + 1)) {
    const auto end = at + field.size();
    if ((at == 0 || !in_name(text[at - 1])) && (end == text.size() || !in_name(text[end])))
      return true;
  }
  return false;
}

// A right or a licence that Connect's user lacks: a person will mend it. A field that the user may
// not write looks like one that is not there.
bool is_access_error(const Error& error) {
  return error.reason.starts_with("INSUFFICIENT_ACCESS") ||
         (error.reason.starts_with("INVALID_FIELD") &&
          (names(error.message, "Status__c") || names(error.field, "Status__c")));
}

bool is_temporary(const Error& error) {
  return error.temporary() || error.reason == "ENTITY_IS_LOCKED" ||
         error.message.find("UNABLE_TO_LOCK_ROW") != error.message.npos;
}

// What a record answers that cannot take the status and never will.
bool is_final(std::string_view reason) {
  return reason == "FIELD_CUSTOM_VALIDATION_EXCEPTION" || reason == "ENTITY_IS_DELETED" ||
         reason == "NOT_FOUND" || reason == "INVALID_CROSS_REFERENCE_KEY";
}

// Of a record that cannot take its status while others take theirs: some minutes, with the pauses
// between two tries.
constexpr int kMostTries = 20;

}  // namespace

// The k-th round holds the k-th update of each record: no server takes a record twice in one call.
Result<> RemoteStatusSink::apply(const std::vector<StatusUpdate>& updates) {
  wrote_ = false;
  std::vector<std::vector<const StatusUpdate*>> rounds;
  std::map<RequestId, std::size_t> count;
  for (const auto& update : updates) {
    if (settled_.contains(update.sequence)) continue;
    const auto round = count[update.request]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(&update);
  }
  for (const auto& round : rounds) SB_CHECK(write(round));
  settled_.clear();
  merged_.clear();
  tries_.clear();
  wrote_in_batch_ = false;
  return {};
}

Result<std::string> RemoteStatusSink::body_of(const std::vector<const StatusUpdate*>& round) {
  text::JsonWriter json;
  json.begin_object().member("allOrNone", false).key("records").begin_array();
  for (const auto* update : round) {
    SB_TRY(id, ids_.foreign(kRequestKind, update->request.value));
    json.begin_object()
        .key("attributes")
        .begin_object()
        .member("type", "Back_In_Stock__c")
        .end_object()
        .member("id", id);
    const bool merges = merged_.contains(update->sequence);
    const auto status = merges ? RequestStatus::cancelled : update->status;
    if (!update->asked_again) json.member("Status__c", to_text(status));
    const auto add = [&](std::string_view field, const auto& value) {
      if (!field.empty() && !missing_.contains(std::string(field))) json.member(field, value);
    };
    const bool no_date = missing_.contains(std::string(kDate));
    if (!update->asked_again)
      add(no_date ? date_field_of(update->status) : kDate, to_rfc3339(update->at));
    add(kReason, std::string_view(update->reason).substr(0, 255));
    add(kSequence, update->sequence);
    if (!update->sku.empty() && !merges) json.member(kSku, update->sku);
    if (update->asked_again) add(kAsked, to_rfc3339(update->at));
    if (update->decided_on) add(kDecidedOn, to_rfc3339(*update->decided_on));
    json.end_object();
  }
  json.end_array().end_object();
  return std::move(json).str();
}

bool RemoteStatusSink::note_missing(const Error& error) {
  if (!error.reason.starts_with("INVALID_FIELD")) return false;
  for (const std::string_view field :
       {kReason, kSequence, kDate, kAsked, kDecidedOn, date_field_of(RequestStatus::queued),
        date_field_of(RequestStatus::sent), date_field_of(RequestStatus::opened),
        date_field_of(RequestStatus::clicked)}) {
    if (missing_.contains(std::string(field))) continue;
    if (error.message.find(field) == error.message.npos &&
        error.field.find(field) == error.field.npos)
      continue;
    log::warning("crm-field-missing", {{"field", std::string(field)}});
    missing_.emplace(field);
    return true;
  }
  return false;
}

Result<> RemoteStatusSink::write(const std::vector<const StatusUpdate*>& round) {
  auto rest = round;
  for (;;) {
    SB_TRY(body, body_of(rest));
    auto answer = crm_.call({"PATCH", "/composite/sobjects", std::move(body)});
    if (!answer) {
      if (note_missing(answer.error())) continue;
      return fail(std::move(answer).error());
    }
    SB_TRY(outcome, read(*answer, rest));
    if (outcome == Outcome::settled) return {};
    std::erase_if(rest, [&](const auto* update) { return settled_.contains(update->sequence); });
  }
}

Result<RemoteStatusSink::Outcome> RemoteStatusSink::read(
    const boost::json::value& answer, const std::vector<const StatusUpdate*>& round) {
  const auto* results = answer.if_array();
  if (!results || results->size() != round.size())
    return fail(ErrorCode::unavailable, "answer-invalid",
                "the answer does not tell what became of each record");
  std::optional<Error> busy;
  std::vector<std::pair<std::int64_t, Error>> refused, temporary;
  bool field_missing = false;
  for (std::size_t i = 0; i < round.size(); ++i) {
    const auto sequence = round[i]->sequence;
    if (salesforce::true_in((*results)[i], "success")) {
      settled_.insert(sequence);
      wrote_ = wrote_in_batch_ = true;
      continue;
    }
    const auto* errors = salesforce::array_in((*results)[i], "errors");
    auto error = errors && !errors->empty() ? salesforce::error_of_element(errors->front(), 400)
                                            : Error{ErrorCode::invalid, "unexplained", "", ""};
    if (is_temporary(error)) {
      error.code = ErrorCode::unavailable;
      temporary.emplace_back(sequence, std::move(error));
    } else if (error.reason == "DUPLICATE_VALUE" && !round[i]->sku.empty() &&
               merged_.insert(sequence).second) {
      field_missing = true;  // the other size is asked for already: this one is cancelled instead
    } else if (is_access_error(error)) {
      refused.emplace_back(sequence, std::move(error));
    } else if (note_missing(error) ||
               (field_missing && error.reason.starts_with("INVALID_FIELD"))) {
      field_missing = true;
    } else {
      pass_over(sequence, error);
    }
  }
  if (field_missing) return Outcome::field_missing;  // the rest is asked for again
  // Others were taken: it is this record that is out of reach, not the right that is missing.
  if (wrote_) {
    for (const auto& [sequence, error] : refused) pass_over(sequence, error);
  } else if (!refused.empty()) {
    refused.front().second.code = ErrorCode::forbidden;
    return fail(std::move(refused.front().second));
  }
  for (auto& [sequence, error] : temporary) {
    if (wrote_in_batch_ && ++tries_[sequence] >= kMostTries)
      pass_over(sequence, error);
    else
      busy = std::move(error);
  }
  if (busy) return fail(std::move(*busy));
  return Outcome::settled;
}

void RemoteStatusSink::pass_over(std::int64_t sequence, const Error& error) {
  const auto note = is_final(error.reason) ? log::info : log::warning;
  note("status-passed-over", {{"sequence", std::to_string(sequence)}, {"reason", error.reason}});
  settled_.insert(sequence);
}

}  // namespace stockbell::connect
