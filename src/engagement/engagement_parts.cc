#include "engagement/engagement_parts.h"

#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

// After an error, and when nothing wakes a worker: a safety net, not the way work is found.
constexpr Duration kPause = std::chrono::seconds(5);
// Between two rounds of the sweep, and between two of its pages.
constexpr Duration kSweepRound = std::chrono::minutes(10), kSweepPage = Duration(50);

void log_failure(std::string_view event, const Error& error) {
  log::error(event, {{"reason", error.reason}, {"error", error.message}});
}

std::filesystem::path feed_dir(const EngagementOptions& options) {
  if (!options.feed_dir.empty()) return options.feed_dir;
  return options.key_file.parent_path().parent_path() / "feeds";
}

}  // namespace

EngagementBox::Parts::Parts(db::Database& database_in, const Clock& clock_in, Random& random_in,
                            const EngagementOptions& options, MessageChannel& channel_in,
                            crypto::Signer signer, ClaimTokens claims_in, UnsubscribePages pages_in,
                            Texts texts_in)
    : database(database_in),
      clock(clock_in),
      random(random_in),
      ids(clock_in, random_in),
      links(options.public_url, signer),
      preference_links(options.public_url, signer),
      pages(std::move(pages_in)),
      texts(std::move(texts_in)),
      outbox(database_in),
      library(database_in, clock_in,
              [this](std::string_view name) { return renderer && renderer->has(name); }),
      gate(database_in, clock_in, ids, options.restocks),
      journeys({database_in, clock_in, random_in, ids, outbox, suppressions, gate,
                [this](const std::string& sku) { return stock.available(sku); },
                [this](const std::string& sku) {
                  const auto known = stock.find(sku);
                  return known && known->in_stock ? known->ats : 0;
                },
                library, options.from, options.allocation}),
      webhooks(database_in, clock_in, random_in),
      stock(
          database_in, clock_in, random_in, gate,
          [this](db::Session& session, const std::vector<std::string>& skus) {
            return journeys.sold_out(session, skus);
          },
          [this](db::Session& session, std::span<const RecordedRestock> restocks) {
            return journeys.enter_recorded(session, restocks);
          }),
      audience(database_in, clock_in, journeys, stock),
      restock_sweep(database_in, stock, audience),
      explainer({database_in, clock_in, library, suppressions,
                 [this](const std::string& sku) { return stock.find(sku); }, options.allocation}),
      importer(
          database_in, clock_in, ids, stock, feed_dir(options),
          ImportOptions{options.guard, options.write_down_from, !options.allocation.in_waves()}),
      data_extensions(database_in, clock_in, random_in, ids),
      queries(data_extensions, random_in, ids),
      events({data_extensions, ids, random_in,
              [this](const std::string& key) {
                return std::ranges::any_of(
                    library.active(), [&](const auto& journey) { return journey->key == key; });
              },
              [this](const std::vector<std::string>& skus) {
                audience.note(skus);
                if (audience_worker) audience_worker->wake();
              }}),
      file_imports(
          {data_extensions, random_in, ids, feed_dir(options) / "definitions",
           &EventService::rows_arrived,
           [this](const std::string& file) { return automations.imports_of_trigger(file); }}),
      automations({data_extensions, queries, events, ids, random_in, file_imports,
                   [this](db::Session& session, Time since) { return feed_state(session, since); },
                   [this] {
                     if (import_worker) import_worker->wake();
                   }}),
      channel(channel_in),
      tracking({database_in, clock_in, outbox, suppressions, journeys,
                [this](RequestId request) { sender->cancel(request); },
                [this](const TrackedMessage& message) { return landing_of(message); }}),
      personal_data(database_in, clock_in, data_extensions.definitions(),
                    [this](RequestId request) { sender->cancel(request); }),
      claims(std::move(claims_in)),
      claim_parameter(options.claim_parameter),
      invitation_window(options.allocation.invitation_window),
      classes(options.allocation.classes),
      sender_threads(options.sender_threads),
      takes_synchronised_rows(options.takes_synchronised_rows),
      token_holder(options.token_holder) {
  const auto let_in = [this](const std::vector<std::string>& skus) { may_enter(skus); };
  stock.on_available(let_in);
  if (options.allocation.rule == AllocationRule::units) stock.on_more_units(let_in);
  // Whoever waits may enter by the new rules; what was paused goes on.
  library.on_change([this] {
    journeys.empty_stopped();
    const auto noted = audience.load();
    if (!noted) log_failure("audience_waits", noted.error());
    if (audience_worker) audience_worker->wake();
    if (journey_worker) journey_worker->wake();
    wake_senders();
  });
  data_extensions.requests().on_submit([this] {
    if (row_worker) row_worker->wake();
  });
  queries.on_start([this] {
    if (query_worker) query_worker->wake();
  });
  file_imports.on_start([this] {
    if (file_import_worker) file_import_worker->wake();
  });
  automations.on_start([this] {
    if (automation_worker) automation_worker->wake();
  });
  stock.on_written_down([this] {
    if (audience_worker) audience_worker->wake();
  });
  stock.on_sold_out([this](const std::vector<std::string>&) { outbox.announce(); });
}

// A click on a link of an open invitation brings its claim along.
std::string EngagementBox::Parts::landing_of(const TrackedMessage& message) const {
  const auto now = clock.now();
  const auto invited_at = message.invited_at.value_or(now);
  const auto ends = invited_at + invitation_window;
  if (claim_parameter.empty() || now >= ends) return message.target_url;
  return with_claim(
      message.target_url, claim_parameter,
      claims.sign({message.id, message.request, message.sku, message.quantity, invited_at, ends}));
}

Result<> EngagementBox::Parts::make_renderer(const NamedTemplates& templates,
                                             SenderIdentity identity) {
  SB_TRY(made, MessageRenderer::create(templates, std::move(identity), links, preference_links));
  renderer.emplace(std::move(made));
  sender = std::make_unique<Sender>(Sender::Parts{
      database, clock, ids, channel, *renderer, stock, suppressions,
      [this](const std::vector<DeliveryOutcome>& outcomes) { return record(outcomes); }});
  return {};
}

Result<> EngagementBox::Parts::make_preferences(const EngagementOptions& options,
                                                SenderIdentity identity) {
  const RequestTimes times{options.confirm_within, options.expire_after,
                           std::min(options.remind_before, options.expire_after)};
  SB_TRY(made_pages,
         PreferencePages::create(options.assets, texts, identity.shop_name, identity.shop_url));
  preference_pages.emplace(std::move(made_pages));
  SB_TRY(made, NoticeRenderer::create(options.assets, std::move(identity), texts, preference_links,
                                      links, times));
  notice_renderer.emplace(std::move(made));
  notices = std::make_unique<NoticeSender>(
      NoticeSender::Parts{database, clock, ids, random, channel, *notice_renderer, suppressions});
  preferences = std::make_unique<PreferenceService>(
      PreferenceService::Parts{database, clock, ids, outbox, suppressions, journeys, options.from,
                               [this](RequestId request) { sender->cancel(request); },
                               [this](const std::vector<std::string>& skus) {
                                 audience.note(skus);
                                 if (audience_worker) audience_worker->wake();
                               },
                               [this] { wake_senders(); }});
  sweep = std::make_unique<PreferenceSweep>(
      PreferenceSweep::Parts{database, clock, ids, outbox, suppressions, options.from, times});
  return {};
}

Result<> EngagementBox::Parts::load() {
  SB_CHECK(database.write(
      [](db::Session& session) { return ExtensionStore::renew_address_keys(session); }));
  SB_CHECK(database.write([&](db::Session& session) -> Result<> {
    std::vector<std::string> names;
    for (const auto& one : classes) names.push_back(one.name);
    return ExtensionStore().set_classes(session, names);
  }));
  SB_CHECK(suppressions.load(database));
  SB_CHECK(library.load());
  journeys.empty_stopped();
  SB_CHECK(gate.load());
  SB_CHECK(stock.load());
  SB_CHECK(importer.load());
  SB_CHECK(file_imports.load());
  SB_CHECK(sender->recover());
  SB_CHECK(notices->recover());
  return audience.load();
}

Result<> EngagementBox::Parts::record(const std::vector<DeliveryOutcome>& outcomes) {
  auto enter_again = journeys.record(outcomes);
  if (!enter_again) return std::unexpected(std::move(enter_again).error());
  if (!enter_again->empty()) may_enter(*enter_again);
  if (journey_worker) journey_worker->wake();  // who was sent to may wait for the next step
  return {};
}

void EngagementBox::Parts::may_enter(const std::vector<std::string>& skus) {
  audience.note(skus);
  if (audience_worker) audience_worker->wake();
}

void EngagementBox::Parts::wake_senders() {
  for (const auto& worker : send_workers) worker->wake();
}

Result<> EngagementBox::Parts::apply(const ChangeBatch& batch) {
  auto applied = database.write([&](db::Session& session) -> Result<AppliedChanges> {
    SB_TRY(changes, extensions.apply(session, batch, clock.now()));
    SB_CHECK(journeys.leave(session, changes.left));
    return std::move(changes);
  });
  if (!applied) return std::unexpected(std::move(applied).error());
  for (const auto request : applied->left) sender->cancel(request);
  for (const auto request : applied->unreachable) sender->cancel(request);
  audience.note(applied->waiting_skus);
  if (audience_worker && !applied->waiting_skus.empty()) audience_worker->wake();
  if (preference_worker && applied->unconfirmed) preference_worker->wake();
  return {};
}

void EngagementBox::Parts::file_arrived(const std::filesystem::path& file) {
  {
    std::lock_guard lock(files_mutex);
    waiting_files.push_back(file);
  }
  const auto arrived = clock.now();
  take_waiting_files();
  import_worker->wake();
  // After the import is queued: an automation's first step waits for it.
  if (auto noted = automations.file_arrived(file.filename().string(), arrived); !noted)
    log_failure("automation_not_started", noted.error());
}

// By the import definitions that it is for; by the catalog when there is none.
Result<> EngagementBox::Parts::take_file(const std::filesystem::path& file) {
  SB_TRY(taken, file_imports.accept(file));
  if (!taken) SB_CHECK(importer.accept(file));
  return {};
}

// Files that cannot be taken now (disk full, store away) are tried again with the next turn of the
// importer.
void EngagementBox::Parts::take_waiting_files() {
  std::vector<std::filesystem::path> files, again;
  {
    std::lock_guard lock(files_mutex);
    files.swap(waiting_files);
  }
  for (const auto& file : files) {
    const auto taken = take_file(file);
    if (taken) continue;
    log::error("feed_not_taken",
               {{"file", file.filename().string()}, {"error", taken.error().message}});
    if (taken.error().code != ErrorCode::not_found) again.push_back(file);
  }
  std::lock_guard lock(files_mutex);
  waiting_files.insert(waiting_files.begin(), again.begin(), again.end());
}

Duration EngagementBox::Parts::import_due() {
  take_waiting_files();
  const auto files = importer.run();
  if (files) return *files > 0 ? Duration(0) : kPause;
  log_failure("feed_import_waits", files.error());
  return kPause;
}

// In the order in which it was told: who waits is looked at when the tables know all.
Result<std::size_t> EngagementBox::Parts::admit() {
  SB_TRY(carried, stock.carry_out());
  if (carried) {
    outbox.announce();
    return 1;
  }
  SB_TRY(opened, gate.run());
  audience.note(opened);
  return audience.run();
}

Duration EngagementBox::Parts::admit_due() {
  const auto served = admit();
  if (!served) {
    log_failure("audience_waits", served.error());
    return kPause;
  }
  if (*served > 0) wake_senders();
  if (*served > 0) return Duration(0);
  auto pause = kPause;
  const auto held = gate.next_due();
  for (const auto& due : {audience.next_due(), held.value_or(std::nullopt)})
    if (due) pause = std::min(pause, std::clamp(*due - clock.now(), Duration(0), kPause));
  return pause;
}

Duration EngagementBox::Parts::repair_due() {
  if (!std::exchange(swept, true)) return kSweepRound;  // the start has looked at everything
  Repaired repaired;
  const auto round_over = restock_sweep.run_page(repaired);
  if (repaired.served > 0) wake_senders();
  if (round_over) return *round_over ? kSweepRound : kSweepPage;
  log_failure("stock_sweep_waits", round_over.error());
  return kPause;
}

Result<std::size_t> EngagementBox::Parts::step() {
  SB_TRY(stepped, journeys.step());
  if (!stepped.enter_again.empty()) may_enter(stepped.enter_again);
  if (stepped.queued) wake_senders();
  if (stepped.moved > 0 && webhook_worker) webhook_worker->wake();
  return stepped.moved;
}

namespace {
// When a worker is to look again.
Duration pause_of(const Result<std::size_t>& done, const Result<std::optional<Time>>& next,
                  Time now) {
  if (!done) {
    log_failure("journeys_wait", done.error());
    return kPause;
  }
  if (*done > 0) return Duration(0);
  return next && *next ? std::clamp(**next - now, Duration(10), kPause) : kPause;
}
}  // namespace

Duration EngagementBox::Parts::step_due() {
  const auto stepped = step();
  return pause_of(stepped, journeys.next_due(), clock.now());
}

Duration EngagementBox::Parts::call_due() {
  const auto called = webhooks.call_due();
  return pause_of(called, webhooks.next_due(), clock.now());
}

Duration EngagementBox::Parts::sweep_due() {
  const auto decided = sweep->run();
  if (!decided) {
    log_failure("sweep_waits", decided.error());
    return kPause;
  }
  if (*decided > 0) wake_senders();
  return *decided > 0 ? Duration(0) : kPause;
}

Duration EngagementBox::Parts::rows_due() {
  const auto worked = data_extensions.requests().run();
  if (worked) return *worked > 0 ? Duration(0) : kPause;
  log_failure("row_requests_wait", worked.error());
  return kPause;
}

Duration EngagementBox::Parts::queries_due() {
  const auto ran = queries.run();
  if (ran && *ran > 0 && automation_worker) automation_worker->wake();
  if (ran) return *ran > 0 ? Duration(0) : kPause;
  log_failure("queries_wait", ran.error());
  return kPause;
}

Duration EngagementBox::Parts::file_imports_due() {
  const auto ran = file_imports.run();
  if (ran && *ran > 0 && automation_worker) automation_worker->wake();
  if (ran) return *ran > 0 ? Duration(0) : kPause;
  log_failure("file_imports_wait", ran.error());
  return kPause;
}

Result<ImportDefinitionService::State> EngagementBox::Parts::feed_state(db::Session& session,
                                                                        Time since) {
  ImportDefinitionService::State state;
  {
    std::lock_guard lock(files_mutex);
    state.open = !waiting_files.empty();
  }
  SB_TRY(unfinished, ImportStore().list_unfinished(session));
  state.open = state.open || !unfinished.empty() || stock.has_to_carry_out();
  SB_TRY(failure, ImportStore().failure_since(session, since));
  state.error = std::move(failure);
  return state;
}

Duration EngagementBox::Parts::automations_due() {
  const auto moved = automations.run();
  if (!moved) {
    log_failure("automations_wait", moved.error());
    return kPause;
  }
  if (*moved > 0) return Duration(0);
  return automations.has_open_runs() ? Duration(500) : kPause;
}

Duration EngagementBox::Parts::send_due() {
  const auto noticed = notices->send_batch();
  // A turn of the messages all the same: no flood of confirmations holds them up for good.
  const auto sent = sender->send_batch();
  for (const auto* batch : {&noticed, &sent})
    if (!*batch) {
      log_failure("sender_waits", batch->error());
      return kPause;
    }
  if (*noticed + *sent > 0) return Duration(0);
  auto pause = kPause;
  for (const auto& due : {notices->next_due(), sender->next_due()})
    if (due && *due) pause = std::min(pause, std::clamp(**due - clock.now(), Duration(10), kPause));
  return pause;
}

}  // namespace stockbell::engagement
