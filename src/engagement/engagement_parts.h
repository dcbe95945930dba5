// What the Engagement box is made of, in the order of dependence. Private to the box.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "engagement/automations/automation_service.h"
#include "engagement/claims/claim_token.h"
#include "engagement/data_extensions/data_extensions.h"
#include "engagement/engagement_box.h"
#include "engagement/engagement_privacy.h"
#include "engagement/explanations/request_explainer.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/import_definitions/import_definition_service.h"
#include "engagement/imports/feed_importer.h"
#include "engagement/journey_definitions/journey_library.h"
#include "engagement/journeys/audience.h"
#include "engagement/journeys/journey_service.h"
#include "engagement/journeys/journey_webhooks.h"
#include "engagement/journeys/restock_sweep.h"
#include "engagement/messages/message_renderer.h"
#include "engagement/messages/notice_sender.h"
#include "engagement/messages/sender.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/preferences/preference_routes.h"
#include "engagement/preferences/preference_sweep.h"
#include "engagement/queries/query_service.h"
#include "engagement/restocks/restock_gate.h"
#include "engagement/restocks/stock_ledger.h"
#include "engagement/tracking/tracking_routes.h"
#include "engagement/tracking/tracking_service.h"
#include "engagement/worker.h"

namespace stockbell::engagement {

struct EngagementBox::Parts {
  Parts(db::Database& database_in, const Clock& clock_in, Random& random_in,
        const EngagementOptions& options, MessageChannel& channel, crypto::Signer signer,
        ClaimTokens claims_in, UnsubscribePages pages_in, Texts texts_in);

  Result<> make_renderer(const NamedTemplates& templates, SenderIdentity identity);
  Result<> make_preferences(const EngagementOptions& options, SenderIdentity identity);
  Result<> load();
  Result<> record(const std::vector<DeliveryOutcome>& outcomes);
  std::string landing_of(const TrackedMessage& message) const;
  void wake_senders();
  Result<> apply(const ChangeBatch& batch);

  void file_arrived(const std::filesystem::path& file);
  void take_waiting_files();
  Result<> take_file(const std::filesystem::path& file);

  Duration import_due();
  Duration admit_due();
  Result<std::size_t> admit();
  Duration repair_due();
  Duration step_due();
  Duration call_due();
  Result<std::size_t> step();
  void may_enter(const std::vector<std::string>& skus);
  Duration sweep_due();
  Duration send_due();
  Duration rows_due();
  Duration queries_due();
  Duration automations_due();
  Duration file_imports_due();
  Result<ImportDefinitionService::State> feed_state(db::Session& session, Time since);

  db::Database& database;
  const Clock& clock;
  Random& random;
  IdGenerator ids;
  TrackingLinks links;
  PreferenceLinks preference_links;
  UnsubscribePages pages;
  Texts texts;
  StatusOutbox outbox;
  SuppressionList suppressions;
  JourneyLibrary library;
  RestockGate gate;
  JourneyService journeys;
  JourneyWebhooks webhooks;
  StockLedger stock;
  Audience audience;
  RestockSweep restock_sweep;
  RequestExplainer explainer;
  bool swept = false;
  FeedImporter importer;
  ExtensionStore extensions;
  DataExtensions data_extensions;
  QueryService queries;
  EventService events;
  ImportDefinitionService file_imports;
  AutomationService automations;
  std::optional<MessageRenderer> renderer;
  MessageChannel& channel;
  std::unique_ptr<Sender> sender;
  std::optional<NoticeRenderer> notice_renderer;
  std::unique_ptr<NoticeSender> notices;
  std::optional<PreferencePages> preference_pages;
  std::unique_ptr<PreferenceService> preferences;
  std::unique_ptr<PreferenceSweep> sweep;
  TrackingService tracking;
  EngagementPersonalData personal_data;
  std::unique_ptr<Worker> import_worker, audience_worker, journey_worker, webhook_worker,
      preference_worker, repair_worker, row_worker, query_worker, automation_worker,
      file_import_worker;
  std::vector<std::unique_ptr<Worker>> send_workers;
  ClaimTokens claims;
  std::string claim_parameter;
  Duration invitation_window;
  std::vector<RequestClass> classes;
  int sender_threads;
  bool takes_synchronised_rows;
  std::function<Result<http::Principal>(const std::string&)> token_holder;
  std::mutex files_mutex;
  std::vector<std::filesystem::path> waiting_files;  // arrived, not yet taken: the store was away
};

}  // namespace stockbell::engagement
