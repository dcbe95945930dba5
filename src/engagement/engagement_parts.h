// What the Engagement box is made of, in the order of dependence. Private to the box.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "engagement/engagement_box.h"
#include "engagement/engagement_privacy.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/imports/feed_importer.h"
#include "engagement/journeys/audience.h"
#include "engagement/journeys/journey_service.h"
#include "engagement/messages/message_renderer.h"
#include "engagement/messages/sender.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/stock_ledger.h"
#include "engagement/tracking/tracking_routes.h"
#include "engagement/tracking/tracking_service.h"
#include "engagement/worker.h"

namespace stockbell::engagement {

struct EngagementBox::Parts {
  Parts(db::Database& database_in, const Clock& clock_in, Random& random,
        const EngagementOptions& options, MessageChannel& channel, TrackingLinks links_in,
        UnsubscribePages pages_in);

  Result<> make_renderer(const MessageTemplates& templates, SenderIdentity identity);
  Result<> load();
  Result<> record(const std::vector<DeliveryOutcome>& outcomes);
  void wake_senders();
  Result<> apply(const ChangeBatch& batch);

  void file_arrived(const std::filesystem::path& file);
  void take_waiting_files();

  Duration import_due();
  Duration admit_due();
  Duration send_due();

  db::Database& database;
  const Clock& clock;
  IdGenerator ids;
  TrackingLinks links;
  UnsubscribePages pages;
  StatusOutbox outbox;
  SuppressionList suppressions;
  JourneyService journeys;
  StockLedger stock;
  Audience audience;
  FeedImporter importer;
  ExtensionStore extensions;
  std::optional<MessageRenderer> renderer;
  MessageChannel& channel;
  std::unique_ptr<Sender> sender;
  TrackingService tracking;
  EngagementPersonalData personal_data;
  std::unique_ptr<Worker> import_worker, audience_worker;
  std::vector<std::unique_ptr<Worker>> send_workers;
  int sender_threads;
  std::mutex files_mutex;
  std::vector<std::filesystem::path> waiting_files;  // arrived, not yet taken: the store was away
};

}  // namespace stockbell::engagement
