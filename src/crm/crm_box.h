// The CRM box (the part Service Cloud plays): contacts, back-in-stock records, their timelines and
// the change log. Its four ports are called by commerce (step 3) and Connect (steps 6 and 14);
// app/ makes it and mounts its routes. Thread-safe; one thread writes match keys anew when rules
// have changed, between start() and stop(). Run migrate() before anything else.
#pragma once
#include "contracts/change_feed.h"
#include "contracts/notification_intake.h"
#include "contracts/request_explanation.h"
#include "contracts/status_update.h"
#include "crm/bulk/adapters.h"
#include "crm/bulk/bulk_service.h"
#include "crm/contacts/duplicate_service.h"
#include "crm/housekeeping.h"
#include "crm/records/record_service.h"
#include "crm/requests/purchase_service.h"
#include "crm/requests/request_privacy.h"
#include "crm/requests/request_reader.h"
#include "crm/requests/request_service.h"
#include "crm/requests/requests_of_contacts.h"
#include "crm/rest/rest_api.h"
#include "crm/soql/query_service.h"
#include "platform/http/http.h"

namespace stockbell::crm {

struct CrmOptions {
  objects::Schema schema = objects::Schema::create({}).value();  // with the custom fields
  ClassField class_field{};                                      // one of the custom fields
  contacts::ContactOptions contacts{{}, contacts::default_rules()};
  rest::RestOptions rest{};
  bulk::BulkOptions bulk{};  // without a directory there are no bulk jobs
};

class CrmBox final : public NotificationIntake,
                     public ChangeFeed,
                     public StatusUpdateSink,
                     public Purchases {
 public:
  CrmBox(db::Database& db, const Clock& clock, Random& random, CrmOptions options = {});

  static std::span<const db::Migration> migrations();
  Result<> start();  // its work in the background
  void stop();
  void add_routes(http::Router& router);

  Result<IntakeReceipt> submit(const NotificationRequest& request) override {
    return service_.submit(request);
  }
  std::vector<Result<IntakeReceipt>> submit_all(
      std::span<const NotificationRequest> requests) override {
    return service_.submit_all(requests);
  }
  Result<ChangeBatch> changes_after(const std::string& cursor, int limit) override {
    return service_.changes_after(cursor, limit);
  }
  void on_change(std::function<void()> wake) override { service_.on_change(std::move(wake)); }
  Result<> apply(const std::vector<StatusUpdate>& updates) override {
    return service_.apply(updates);
  }

  Result<> record(const Purchase& purchase) override { return purchases_.record(purchase); }

  PersonalData& personal_data() { return personal_data_; }

  // What Engagement has to add when a request is explained. Set before use.
  void explain_with(RequestExplanations& explanations) { reader_.explain_with(explanations); }

  // For the command line: requests list, export, explain.
  const requests::RequestReader& reader() const { return reader_; }

 private:
  const Clock& clock_;
  const CrmOptions options_;
  IdGenerator ids_;
  objects::ChangeClock changes_;
  contacts::ContactService contacts_;
  requests::RequestService service_;
  requests::PurchaseService purchases_;
  requests::RequestReader reader_;
  requests::RequestsOfContacts requests_of_contacts_;
  contacts::DuplicateService duplicates_;
  records::RecordService records_;
  soql::QueryService queries_;
  rest::RestApi rest_;
  requests::CrmPersonalData personal_data_;
  bulk::RecordWriter bulk_writer_;
  bulk::QueryReader bulk_reader_;
  bulk::BulkService bulk_;
  Housekeeping housekeeping_;  // last: its thread uses the others
};

}  // namespace stockbell::crm
