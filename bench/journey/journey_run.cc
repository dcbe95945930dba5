#include "journey/journey_run.h"

#include <fmt/format.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "engagement/engagement_box.h"
#include "engagement/extensions/status_outbox.h"
#include "engagement/journeys/journey_service.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/restocks/stock_ledger.h"
#include "frame/apart.h"
#include "frame/report.h"

namespace stockbell::bench {
namespace {

namespace fs = std::filesystem;
using namespace engagement;
constexpr int kPage = 1000;

template <class Value>
Value checked(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

std::string sku_of(std::int64_t number) { return fmt::format("SKU-{:07}", number); }

// What the box is made of, without importer, renderer and mail server.
struct Engine {
  explicit Engine(const fs::path& folder) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    database =
        checked(db::open_database({.url = "sqlite", .data_dir = folder, .name = "engagement"}));
    checked(database->migrate(EngagementBox::migrations()));
    outbox = std::make_unique<StatusOutbox>(*database);
    library = std::make_unique<JourneyLibrary>(*database, clock, JourneyLibrary::TemplateExists());
    checked(library->load());
    gate = std::make_unique<RestockGate>(*database, clock, ids);
    stock = std::make_unique<StockLedger>(
        *database, clock, random, *gate,
        [](db::Session&, const std::vector<std::string>&) { return Result<>(); });
    journeys = std::make_unique<JourneyService>(
        JourneyService::Parts{*database, clock, random, ids, *outbox, suppressions, *gate,
                              [this](const std::string& sku) { return stock->available(sku); },
                              [this](const std::string& sku) { return stock->find(sku)->ats; },
                              *library, "Shop <shop@shop.example>"});
  }

  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  SuppressionList suppressions;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<StatusOutbox> outbox;
  std::unique_ptr<JourneyLibrary> library;
  std::unique_ptr<RestockGate> gate;
  std::unique_ptr<StockLedger> stock;
  std::unique_ptr<JourneyService> journeys;
};

std::int64_t number(Engine& engine, std::string_view sql) {
  const db::Statement statement{sql, sql, sql};
  return checked(engine.database->read([&](db::Session& session) -> Result<std::int64_t> {
    SB_TRY(row, session.query_one(statement));
    return row ? row->i64(0) : 0;
  }));
}

void fill(Engine& engine, std::int64_t entrants, std::int64_t per_sku) {
  static constexpr std::string_view kContact =
      "INSERT INTO ext_contact (id, email, address_key, first_name, last_name, phone) "
      "VALUES ($1, $2, $3, 'Ada', 'Byron', '')";
  static constexpr std::string_view kRequest =
      "INSERT INTO ext_request (id, contact_id, sku, site, locale, quantity, status, stage, "
      "requested_at, synchronized_at, asked_at) "
      "VALUES ($1, $1, $2, 'default', 'en-GB', 1, 'Requested', 'waiting', $3, $3, $3)";
  const auto start = to_ms(engine.clock.now()) - entrants;
  for (std::int64_t from = 0; from < entrants; from += 20'000) {
    std::vector<db::Params> contacts, requests;
    for (auto i = from; i < std::min(entrants, from + 20'000); ++i) {
      contacts.push_back({i + 1, fmt::format("shopper{}@example.com", i),
                          fmt::format("{:064x}", i * 0x9E3779B97F4A7C15ULL)});
      requests.push_back({i + 1, sku_of(i / per_sku), start + i});
    }
    checked(engine.database->write([&](db::Session& session) -> Result<> {
      SB_CHECK(session.execute_batch({"bench.contact", kContact, kContact}, contacts));
      SB_CHECK(session.execute_batch({"bench.request", kRequest, kRequest}, requests));
      return {};
    }));
  }
  std::vector<StockObservation> seen;
  for (std::int64_t sku = 0; sku * per_sku < entrants; ++sku)
    seen.push_back({sku_of(sku), true, per_sku, engine.clock.now()});
  for (std::size_t at = 0; at < seen.size(); at += 1000)
    checked(engine.stock->observe(
        std::span(seen).subspan(at, std::min<std::size_t>(1000, seen.size() - at)), "bench"));
}

void admit_all(Engine& engine, std::int64_t entrants, std::int64_t per_sku) {
  std::vector<std::string> skus;
  for (std::int64_t sku = 0; sku * per_sku < entrants; ++sku) skus.push_back(sku_of(sku));
  while (!skus.empty()) {  // as Audience does
    auto admitted = checked(engine.journeys->admit(skus, kPage));
    skus.erase(skus.begin(), skus.begin() + static_cast<std::ptrdiff_t>(admitted.skus));
    skus.insert(skus.begin(), admitted.more.begin(), admitted.more.end());
  }
}

// What senders do, with a server that takes everything.
std::size_t deliver_some(Engine& engine) {
  const auto leased = checked(engine.database->write([&](db::Session& session) {
    return MessageStore().lease(session, engine.ids.next(), engine.clock.now(), kPage);
  }));
  if (leased.empty()) return 0;
  std::vector<DeliveryOutcome> outcomes;
  outcomes.reserve(leased.size());
  for (const auto& message : leased)
    outcomes.push_back({message.id, DeliveryState::delivered, 250, "250 2.0.0 queued"});
  checked(engine.journeys->record(outcomes));
  return leased.size();
}

}  // namespace

JourneyRunResult run_journey(const fs::path& folder, std::int64_t entrants, std::int64_t per_sku) {
  Engine engine(folder);
  JourneyRunResult result;
  result.fill_seconds = seconds_of([&] { fill(engine, entrants, per_sku); });
  std::atomic<bool> entered = false;
  std::exception_ptr failure;
  result.all_seconds = seconds_of([&] {
    std::thread audience([&] {
      try {
        result.enter_seconds = seconds_of([&] { admit_all(engine, entrants, per_sku); });
      } catch (...) {
        failure = std::current_exception();
      }
      entered = true;
    });
    std::int64_t sent = 0;
    while (true) {
      const bool last = entered;
      const auto some = static_cast<std::int64_t>(deliver_some(engine));
      sent += some;
      if (result.resident_early_mb == 0 && sent >= entrants / 10)
        result.resident_early_mb = resident_mb();
      if (some == 0 && last) break;
    }
    audience.join();
  });
  if (failure) std::rethrow_exception(failure);
  result.resident_late_mb = resident_mb();
  result.sent = number(engine, "SELECT COUNT(*) FROM message WHERE state = 'sent'");
  result.updates = number(engine, "SELECT COUNT(*) FROM status_update");
  result.counted = number(engine, "SELECT SUM(entered) FROM journey_count WHERE step = '@done'");
  return result;
}

}  // namespace stockbell::bench
