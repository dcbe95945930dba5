#include "engagement/engagement_box.h"

#include "engagement/claims/claim_routes.h"
#include "engagement/data_extensions/data_extension_routes.h"
#include "engagement/engagement_parts.h"
#include "engagement/import_definitions/import_definition_routes.h"
#include "engagement/imports/import_routes.h"
#include "engagement/journey_definitions/journey_routes.h"
#include "engagement/messages/delivery_routes.h"
#include "engagement/rest/rest_routes.h"
#include "engagement/restocks/restock_routes.h"
#include "engagement/soap/soap_routes.h"
#include "platform/erasures/erasure_log.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

Result<std::string> read_asset(const EngagementOptions& options, const std::string& path) {
  const auto text = options.assets ? options.assets(path) : std::nullopt;
  if (!text) return fail(ErrorCode::internal, "asset-missing", "there is no template " + path);
  return std::string(*text);
}

Result<UnsubscribePages> load_pages(const EngagementOptions& options) {
  SB_TRY(top, read_asset(options, "pages/page_top.mustache"));
  SB_TRY(end, read_asset(options, "pages/page_end.mustache"));
  SB_TRY(ask, read_asset(options, "pages/unsubscribe.mustache"));
  SB_TRY(done, read_asset(options, "pages/unsubscribed.mustache"));
  const std::map<std::string, std::string> partials = {{"page_top", top}, {"page_end", end}};
  SB_TRY(ask_page, templates::Template::compile(ask, partials));
  SB_TRY(done_page, templates::Template::compile(done, partials));
  return UnsubscribePages{std::move(ask_page), std::move(done_page), options.shop_name};
}

// Those that an e-mail step of a journey may name.
Result<NamedTemplates> load_messages(const EngagementOptions& options) {
  NamedTemplates named;
  for (const std::string name : {"back_in_stock", "back_in_stock_reminder"}) {
    SB_TRY(subject, read_asset(options, "messages/" + name + ".subject.mustache"));
    SB_TRY(html, read_asset(options, "messages/" + name + ".html.mustache"));
    SB_TRY(text, read_asset(options, "messages/" + name + ".text.mustache"));
    named[name] = {std::move(subject), std::move(html), std::move(text)};
  }
  return named;
}

SenderIdentity identity_of(const EngagementOptions& options) {
  SenderIdentity identity{options.from, options.list_id, options.shop_name,
                          options.public_url + "/"};
  if (identity.list_id.empty()) {
    const auto address = address_of(options.from);
    identity.list_id = "back-in-stock." + address.substr(address.rfind('@') + 1);
  }
  return identity;
}

}  // namespace

std::span<const db::Migration> EngagementBox::migrations() {
  static const auto kMigrations = [] {
    std::vector<db::Migration> all;
    for (const auto part :
         {ExtensionStore::migrations(), RestockStore::migrations(), HoldStore::migrations(),
          StockJournal::migrations(), CatalogStore::migrations(), ImportStore::migrations(),
          MessageStore::migrations(), JourneyStore::migrations(),
          JourneyDefinitionStore::migrations(), NoticeStore::migrations(),
          PreferenceStore::migrations(), WaveStore::migrations(), erasures::migrations(),
          DataExtensions::migrations(), QueryService::migrations(), EventService::migrations(),
          ImportDefinitionService::migrations(), AutomationService::migrations()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kMigrations;
}

Result<std::unique_ptr<EngagementBox>> EngagementBox::create(db::Database& database,
                                                             const Clock& clock, Random& random,
                                                             EngagementOptions options,
                                                             MessageChannel& channel) {
  while (options.public_url.ends_with('/')) options.public_url.pop_back();
  SB_TRY(key, crypto::load_or_create_key(options.key_file, random));
  SB_TRY(pages, load_pages(options));
  SB_TRY(templates, load_messages(options));
  SB_TRY(texts, Texts::load(options.assets));
  auto parts = std::make_unique<Parts>(
      database, clock, random, options, channel, crypto::Signer(key),
      ClaimTokens(options.public_url, crypto::keyed_digest_hex(key, "claim tokens")),
      std::move(pages), std::move(texts));
  SB_CHECK(parts->make_renderer(templates, identity_of(options)));
  SB_CHECK(parts->make_preferences(options, identity_of(options)));
  SB_CHECK(parts->load());
  return std::unique_ptr<EngagementBox>(new EngagementBox(std::move(parts)));
}

EngagementBox::EngagementBox(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  auto& p = *parts_;
  p.import_worker = std::make_unique<Worker>([&p] { return p.import_due(); });
  p.journey_worker = std::make_unique<Worker>([&p] { return p.step_due(); });
  p.webhook_worker = std::make_unique<Worker>([&p] { return p.call_due(); });
  p.audience_worker = std::make_unique<Worker>([&p] { return p.admit_due(); });
  p.repair_worker = std::make_unique<Worker>([&p] { return p.repair_due(); });
  p.row_worker = std::make_unique<Worker>([&p] { return p.rows_due(); });
  p.query_worker = std::make_unique<Worker>([&p] { return p.queries_due(); });
  p.file_import_worker = std::make_unique<Worker>([&p] { return p.file_imports_due(); });
  p.automation_worker = std::make_unique<Worker>([&p] { return p.automations_due(); });
  p.preference_worker = std::make_unique<Worker>([&p] { return p.sweep_due(); });
  for (int i = 0; i < p.sender_threads; ++i)
    p.send_workers.push_back(std::make_unique<Worker>([&p] { return p.send_due(); }));
}

EngagementBox::~EngagementBox() { stop(); }

Result<> EngagementBox::start() {
  parts_->import_worker->start();
  parts_->audience_worker->start();
  parts_->journey_worker->start();
  parts_->webhook_worker->start();
  parts_->preference_worker->start();
  parts_->repair_worker->start();
  parts_->row_worker->start();
  parts_->query_worker->start();
  parts_->file_import_worker->start();
  parts_->automation_worker->start();
  for (const auto& worker : parts_->send_workers) worker->start();
  return {};
}

void EngagementBox::stop() {
  parts_->import_worker->stop();
  parts_->audience_worker->stop();
  parts_->journey_worker->stop();
  parts_->webhook_worker->stop();
  parts_->preference_worker->stop();
  parts_->repair_worker->stop();
  parts_->row_worker->stop();
  parts_->file_import_worker->stop();
  parts_->automation_worker->stop();
  parts_->query_worker->stop();
  for (const auto& worker : parts_->send_workers) worker->stop();
}

void EngagementBox::add_routes(http::Router& router) {
  add_data_extension_routes(router, parts_->data_extensions);
  add_restock_routes(router, parts_->database);
  add_delivery_routes(router, parts_->database);
  add_explanation_routes(router, parts_->explainer);
  add_claim_routes(router, parts_->database, parts_->clock, parts_->claims);
  add_journey_routes(router, parts_->database, parts_->library);
  const auto release = [this](ImportId id) -> Result<> {
    SB_CHECK(parts_->importer.release(id));
    parts_->import_worker->wake();
    return {};
  };
  add_import_routes(router, parts_->database,
                    {release, [this](ImportId id) { return parts_->importer.discard(id); }});
  add_import_definition_routes(router, parts_->file_imports);
  add_tracking_routes(router, parts_->tracking, parts_->links, parts_->pages);
  add_preference_routes(router, {*parts_->preferences, parts_->preference_links,
                                 *parts_->preference_pages, parts_->clock});
  add_rest_routes(router,
                  {*this, *this, *this, parts_->clock, parts_->data_extensions, parts_->queries,
                   parts_->automations, parts_->events, parts_->takes_synchronised_rows});
  add_soap_routes(router, parts_->data_extensions,
                  {parts_->queries, parts_->file_imports, parts_->automations, parts_->random},
                  parts_->token_holder);
}

Result<ImportId> EngagementBox::import_file(const std::filesystem::path& file) {
  auto id = parts_->importer.accept(file);
  if (id) parts_->import_worker->wake();
  return id;
}

void EngagementBox::file_arrived(const std::filesystem::path& file) { parts_->file_arrived(file); }

Result<> EngagementBox::apply(const ChangeBatch& batch) { return parts_->apply(batch); }

Result<> EngagementBox::observe(const std::vector<StockObservation>& observations) {
  const std::span all(observations);
  for (std::size_t at = 0; at < all.size(); at += 1000)
    SB_CHECK(parts_->stock.observe(all.subspan(at, std::min<std::size_t>(1000, all.size() - at)),
                                   "live"));
  return {};
}

Result<std::vector<StatusUpdate>> EngagementBox::updates_after(std::int64_t after, int limit) {
  return parts_->outbox.updates_after(after, limit);
}

Result<> EngagementBox::discard_through(std::int64_t sequence) {
  return parts_->outbox.discard_through(sequence);
}

void EngagementBox::on_update(std::function<void()> wake) {
  parts_->outbox.on_update(std::move(wake));
}

RequestExplanations& EngagementBox::explanations() { return parts_->explainer; }

PersonalData& EngagementBox::personal_data() { return parts_->personal_data; }

Result<Repaired> EngagementBox::repair() {
  Repaired repaired;
  for (bool over = false; !over;) {
    SB_TRY(round_over, parts_->restock_sweep.run_page(repaired));
    over = round_over;
  }
  return repaired;
}

Result<> EngagementBox::run_due() {
  for (;;) {
    SB_TRY(files, parts_->importer.run());
    SB_TRY(served, parts_->admit());
    SB_TRY(stepped, parts_->step());
    SB_TRY(called, parts_->webhooks.call_due());
    SB_TRY(decided, parts_->sweep->run());
    SB_TRY(noticed, parts_->notices->send_batch());
    SB_TRY(sent, parts_->sender->send_batch());
    SB_TRY(written, parts_->data_extensions.requests().run());
    SB_TRY(queried, parts_->queries.run());
    SB_TRY(imported, parts_->file_imports.run());
    SB_TRY(advanced, parts_->automations.run());
    const auto worked = files + served + stepped + called + decided + noticed + sent;
    if (worked + static_cast<std::size_t>(written + queried + imported + advanced) == 0) return {};
  }
}

}  // namespace stockbell::engagement
