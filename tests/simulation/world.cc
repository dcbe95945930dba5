#include "simulation/world.h"

#include <fstream>
#include <sstream>

#include "connect/sync/sync_flow.h"
#include "connect/writeback/writeback_flow.h"
#include "engagement/journeys/restock_sweep.h"

namespace stockbell::simulation {
namespace {

constexpr const char* kShop = "https://shop.example";

// The files of web/, as the binary embeds them.
std::optional<std::string_view> find_asset(std::string_view path) {
  static std::map<std::string, std::string, std::less<>> read;
  const auto [file, first] = read.try_emplace(std::string(path));
  if (first) {
    std::ifstream in(std::string(STOCKBELL_SOURCE_DIR) + "/web/" + std::string(path));
    std::ostringstream text;
    text << in.rdbuf();
    file->second = text.str();
  }
  return file->second.empty() ? std::nullopt : std::optional<std::string_view>(file->second);
}

// The path of the first link to `place` in a message: "/c/token".
std::string link_in(const std::string& html, const std::string& place) {
  const auto from = html.find(kShop + place);
  if (from == html.npos) return "";
  const auto begin = from + std::string_view(kShop).size();
  return html.substr(begin, html.find_first_of("\"' <>", begin) - begin);
}

commerce::CommerceBox::Options commerce_options(const std::filesystem::path& folder) {
  commerce::CommerceBox::Options options;
  options.sites = commerce::Sites::one({});
  options.public_url = kShop;
  options.data_dir = folder;
  options.assets = find_asset;
  options.feed_interval = std::chrono::milliseconds(0);
  options.front_door.with_token = options.front_door.without_token = {};
  options.front_door.mailbox_hour = options.front_door.mailbox_day = {};
  return options;
}

// Half of the worlds have rules; those of an item, or of all.
engagement::RestockRules rules_of(std::uint64_t seed) {
  using namespace std::chrono_literals;
  if (seed % 4 == 2) return engagement::RestockRules({0, 0, 10min, 1h});
  if (seed % 4 != 3) return engagement::RestockRules();
  return engagement::RestockRules(
      {}, {{{"S0"}, {5, 0, 0ms, 0ms}}, {{"S1"}, {0, 0, 30s, 0ms}}, {{"S*"}, {0, 0, 0ms, 2h}}});
}

engagement::EngagementOptions engagement_options(const std::filesystem::path& folder,
                                                 const engagement::RestockRules& rules) {
  engagement::EngagementOptions options;
  options.public_url = kShop;
  options.from = "Shop <shop@example.com>";
  options.shop_name = "Shop";
  options.key_file = folder / "keys" / "links";
  options.restocks = rules;
  options.assets = find_asset;
  options.write_down_from = 2;  // so that feeds go both ways
  options.allocation.classes = {{"vip", 30}};
  return options;
}

}  // namespace

// In the order they are made; destroyed the other way round.
struct World::Boxes {
  std::map<std::string, std::unique_ptr<FaultyDatabase>> stores;
  std::unique_ptr<crm::CrmBox> crm_box;
  std::unique_ptr<engagement::EngagementBox> engagement_box;
  std::optional<IntakeArrow> intake;
  std::optional<StockArrow> stock;
  std::optional<ChangesArrow> changes;
  std::optional<StatusArrow> statuses;
  std::optional<connect::CursorStore> cursors;
  std::optional<connect::SyncFlow> sync;
  std::optional<connect::WritebackFlow> writeback;
  std::unique_ptr<commerce::CommerceBox> commerce_box;
  http::Router shop, messages;

  Result<FaultyDatabase*> open(const std::filesystem::path& folder, const std::string& name,
                               std::span<const db::Migration> migrations, Process& process) {
    SB_TRY(store, db::open_database({.url = "sqlite", .data_dir = folder, .name = name}));
    auto& faulty = stores[name] = std::make_unique<FaultyDatabase>(std::move(store), process);
    SB_CHECK(faulty->migrate(migrations));
    return faulty.get();
  }
};

World::World(std::filesystem::path folder, std::uint64_t seed, int skus, Mutation mutation)
    : restock_rules(rules_of(seed)),
      trouble(mutation),
      witness(clock,
              [this](const std::string& sku) { return restock_rules.rule_for(sku).must_hold; }),
      mail(trouble, witness, clock),
      drop(trouble, witness, folder / "drop"),
      folder_(std::move(folder)),
      random_(seed) {
  for (const auto* name : {"drop", "keys", "feeds", "pictures"})
    std::filesystem::create_directories(folder_ / name);
  start(0);
  if (const auto filled = fill_catalog(skus); !filled)
    throw std::runtime_error("the catalog: " + filled.error().message);
}

World::~World() = default;

void World::start(int die_at_write) {
  boxes_.reset();
  trouble.process.live();
  if (die_at_write > 0) trouble.process.die_at(die_at_write, die_at_write % 2 == 0);
  for (int attempt = 1;; ++attempt) {
    const auto opened = open_boxes();
    if (opened) return;
    if (!dead() || attempt == 10) throw std::runtime_error("starting: " + opened.error().message);
    trouble.count("death while starting");
    boxes_.reset();
    trouble.process.live();
  }
}

Result<> World::open_boxes() {
  boxes_ = std::make_unique<Boxes>();
  auto& b = *boxes_;
  auto& process = trouble.process;
  SB_TRY(crm_store, b.open(folder_, "crm", crm::CrmBox::migrations(), process));
  b.crm_box = std::make_unique<crm::CrmBox>(*crm_store, clock, random_);
  SB_TRY(engagement_store,
         b.open(folder_, "engagement", engagement::EngagementBox::migrations(), process));
  mail.record_into(engagement_store);
  const auto rules =
      trouble.mutation == Mutation::rules_are_ignored ? engagement::RestockRules() : restock_rules;
  SB_TRY(made, engagement::EngagementBox::create(*engagement_store, clock, random_,
                                                 engagement_options(folder_, rules), mail));
  b.engagement_box = std::move(made);
  SB_TRY(connect_store, b.open(folder_, "connect", connect::ConnectBox::migrations(), process));
  b.intake.emplace(trouble, *b.crm_box);
  b.stock.emplace(trouble, witness, *b.engagement_box);
  b.changes.emplace(trouble, witness, *b.crm_box, *b.engagement_box);
  b.statuses.emplace(trouble, *b.engagement_box, *b.crm_box);
  b.cursors.emplace(*connect_store, clock);
  b.sync.emplace(*b.cursors, random_, *b.changes, *b.changes);
  b.writeback.emplace(*b.cursors, random_, *b.statuses, *b.statuses);
  SB_TRY(commerce_store, b.open(folder_, "commerce", commerce::CommerceBox::migrations(), process));
  b.commerce_box = std::make_unique<commerce::CommerceBox>(
      *commerce_store, clock, random_, commerce_options(folder_),
      commerce::CommerceBox::Ports{&*b.intake, &*b.stock, &drop, nullptr});
  SB_CHECK(b.commerce_box->open());
  b.commerce_box->start_intake();
  b.commerce_box->add_routes(b.shop);
  b.engagement_box->add_routes(b.messages);
  drop.on_arrival([this](const auto& file) { boxes_->engagement_box->file_arrived(file); });
  drop.rescan();
  return dead() ? Result<>(fail(process_is_dead())) : Result<>();
}

Result<> World::fill_catalog(int skus) {
  const auto file = folder_ / "catalog.csv";
  std::ofstream out(file);
  out << "sku,name\n";
  for (int i = 0; i < skus; ++i) out << fmt::format("S{},Item {}\n", i, i);
  out.close();
  SB_TRY(report, boxes_->commerce_box->import_catalog(file));
  if (report.rows_changed == skus) return {};
  return fail(ErrorCode::internal, "catalog", report.error);
}

void World::crash(int die_at_write) {
  trouble.process.die();
  mail.forget_plans();
  start(die_at_write);
  std::set<RequestId> recorded;
  if (const auto updates = boxes_->engagement_box->updates_after(0, 100'000))
    for (const auto& update : *updates)
      if (update.status == RequestStatus::sent) recorded.insert(update.request);
  witness.recovered(recorded);
}

int World::post(const http::Router& router, const std::string& method, const std::string& path,
                const std::string& type, const std::string& body) {
  if (dead()) return 503;
  http::Request request;
  request.method = method;
  request.path = path;
  request.headers.emplace_back("Content-Type", type);
  request.body = body;
  request.client_address = "192.0.2.1";
  const auto match = router.find(method, path);
  if (!match.route) return 404;
  request.path_parameters = match.parameters;
  const auto answer = match.route->handler(request);
  if (dead()) return 503;  // nobody is there to give it
  return answer ? answer->status : http::status_of(answer.error().code);
}

int World::ask(const std::string& mailbox, const std::string& sku) {
  const auto at = clock.now();
  const auto status =
      post(boxes_->shop, "POST", "/api/v1/notification-requests", "application/json",
           fmt::format(R"({{"sku":"{}","email":"{}"}})", sku, mailbox));
  if (status == 202 || dead()) witness.asked({mailbox, sku}, at, status == 202);
  return status;
}

int World::set_stock(const std::string& sku, std::int64_t units) {
  return post(boxes_->shop, "PUT", "/api/v1/inventory/" + sku, "application/json",
              fmt::format(R"({{"quantity":{}}})", units));
}

int World::unsubscribe(const OutgoingMessage& message) {
  const auto path = message.unsubscribe_url.substr(std::string_view(kShop).size());
  const auto status = trouble.mutation == Mutation::unsubscribing_is_ignored
                          ? 200
                          : post(boxes_->messages, "POST", path,
                                 "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");
  if (status == 200) witness.unsubscribed(message.to_address);
  return status;
}

int World::open(const OutgoingMessage& message) {
  return post(boxes_->messages, "GET", link_in(message.html, "/o/"), "", "");
}

int World::click(const OutgoingMessage& message) {
  return post(boxes_->messages, "GET", link_in(message.html, "/c/"), "", "");
}

Result<> World::run_commerce() { return boxes_->commerce_box->run_due(); }

Result<> World::run_feed() {
  SB_TRY(run, boxes_->commerce_box->run_feed());
  if (run.error.empty()) return {};
  return fail(ErrorCode::unavailable, "feed-failed", run.error);
}

Result<> World::run_sync() {
  for (;;) {
    SB_TRY(progress, boxes_->sync->step());
    if (progress == connect::Progress::idle) return {};
  }
}

Result<> World::run_engagement() {
  witness.begin_engagement_step();
  const auto done = boxes_->engagement_box->run_due();
  witness.end_engagement_step(done.has_value() && !dead());
  return done;
}

Result<std::size_t> World::sweep() {
  SB_TRY(mended, boxes_->engagement_box->repair());
  return mended.served + mended.reloaded + mended.closed;
}

Result<> World::run_writeback() {
  for (;;) {
    SB_TRY(progress, boxes_->writeback->step());
    if (progress == connect::Progress::idle) return {};
  }
}

Result<std::vector<crm::requests::RequestRow>> World::list_requests() {
  std::vector<crm::requests::RequestRow> rows;
  crm::requests::RequestFilter filter;
  filter.limit = 1000;
  for (;;) {
    SB_TRY(page, boxes_->crm_box->reader().list(filter));
    rows.insert(rows.end(), page.rows.begin(), page.rows.end());
    if (page.next_cursor.empty()) return rows;
    filter.cursor = page.next_cursor;
  }
}

Result<std::vector<crm::requests::TimelineEvent>> World::timeline(RequestId request) {
  return boxes_->crm_box->reader().timeline(request);
}

Result<std::string> World::explain(RequestId request) {
  return boxes_->crm_box->reader().explain(request);
}

Result<std::size_t> World::count_untold() {
  SB_TRY(updates, boxes_->engagement_box->updates_after(0, 100'000));
  return updates.size();
}

}  // namespace stockbell::simulation
