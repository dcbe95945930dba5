// Why a request was, or was not, messaged, out of what was recorded when it was decided: restocks
// and what held them, waves, entries, waits, messages. One consistent read. Thread-safe. For the
// CRM's explanation (contracts/request_explanation.h) and GET
// /api/v1/requests/{id}/engagement-explanation.
#pragma once
#include <functional>
#include <optional>

#include "contracts/request_explanation.h"
#include "engagement/allocation/allocation_rules.h"
#include "engagement/journey_definitions/journey_library.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/hold_store.h"
#include "engagement/restocks/stock_rules.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

class RequestExplainer final : public RequestExplanations {
 public:
  struct Parts {
    db::Database& database;
    const Clock& clock;
    JourneyLibrary& journeys;
    const SuppressionList& suppressions;
    std::function<std::optional<KnownStock>(const std::string& sku)> stock;
    AllocationPolicy allocation;
  };
  explicit RequestExplainer(Parts parts) : parts_(std::move(parts)) {}

  Result<std::vector<std::string>> explain(RequestId request) override;

 private:
  struct Subject;
  using Lines = std::vector<std::string>;
  Result<Lines> explain_in(db::Session& session, RequestId request);
  static Time end_of(const Subject& subject);
  Result<> tell_restocks(db::Session& session, Subject& subject);
  Result<> tell_closed(db::Session& session, const db::Row& restock, Subject& subject);
  Result<> tell_holds(db::Session& session, Subject& subject);
  Result<> tell_entered(db::Session& session, Subject& subject);
  Result<> tell_waiting(db::Session& session, Subject& subject);
  Result<> tell_available(db::Session& session, Subject& subject);
  Result<> tell_line(db::Session& session, const db::Row& restock, Subject& subject);
  Result<> tell_held_feeds(db::Session& session, Subject& subject);
  std::string message_sentence(const db::Row& message) const;
  std::optional<std::string> no_journey(const Subject& subject) const;

  Parts parts_;
};

void add_explanation_routes(http::Router& router, RequestExplainer& explainer);

}  // namespace stockbell::engagement
