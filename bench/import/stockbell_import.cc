#include "import/stockbell_import.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "engagement/engagement_box.h"
#include "engagement/imports/import_store.h"
#include "engagement/restocks/stock_journal.h"
#include "engagement/test_assets.h"
#include "frame/apart.h"
#include "frame/report.h"
#include "import/known_store.h"
#include "platform/db/database.h"

namespace stockbell::bench {
namespace {

namespace fs = std::filesystem;
constexpr auto kLook = std::chrono::milliseconds(2);
constexpr auto kPatience = std::chrono::minutes(60);

template <class Value>
Value checked(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

class NoChannel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>&, const std::function<bool(MessageId)>&,
               const std::function<void(DeliveryOutcome)>&) override {}
};

// The box with its store, as `stockbell serve` opens them.
struct Opened {
  explicit Opened(const fs::path& folder) {
    database =
        checked(db::open_database({.url = "sqlite", .data_dir = folder, .name = "engagement"}));
    checked(database->migrate(engagement::EngagementBox::migrations()));
    engagement::EngagementOptions options;
    options.public_url = "https://shop.example";
    options.from = "Shop <shop@shop.example>";
    options.shop_name = "Shop";
    options.key_file = folder / "keys" / "links";
    options.feed_dir = folder / "feeds";
    options.assets = engagement::find_test_asset;
    options.sender_threads = 0;
    options.guard.people = 0;  // of ten million, more wait than the guard allows of itself
    options.expire_after = options.remind_before = Duration(0);
    fs::create_directories(folder / "keys");
    box = checked(engagement::EngagementBox::create(*database, clock, random, options, channel));
  }

  SystemClock clock;
  SystemRandom random;
  NoChannel channel;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<engagement::EngagementBox> box;
};

StartUp start_up(const fs::path& folder, std::unique_ptr<Opened>& opened) {
  StartUp found;
  const auto before = resident_mb();
  found.seconds = seconds_of([&] { opened = std::make_unique<Opened>(folder); });
  found.resident_mb = resident_mb() - before;
  return found;
}

std::int64_t number(db::Database& database, std::string_view sql) {
  const db::Statement statement{sql, sql, sql};
  return checked(database.read([&](db::Session& session) -> Result<std::int64_t> {
    SB_TRY(row, session.query_one(statement));
    return row ? row->i64(0) : 0;
  }));
}

struct Durable {
  std::int64_t restocks = 0, matches = 0;
};

// In one look: rows of their own, or still written down.
Durable count_durable(db::Database& database) {
  static constexpr db::Statement kRestocks{"bench_restocks", "SELECT COUNT(*) FROM restock",
                                           "SELECT COUNT(*) FROM restock"};
  constexpr const char* kActive = "SELECT COUNT(*) FROM journey_entry WHERE state = 'active'";
  static constexpr db::Statement kEntries{"bench_entries", kActive, kActive};
  return checked(database.read([&](db::Session& session) -> Result<Durable> {
    SB_TRY(restocks, session.query_one(kRestocks));
    SB_TRY(entries, session.query_one(kEntries));
    Durable found{restocks->i64(0), entries->i64(0)};
    SB_CHECK(engagement::StockJournal().each(session, [&](const auto& chunk) {
      for (const auto& row : chunk.rows) {
        found.restocks += row.change == engagement::StockChange::opened;
        found.matches += static_cast<std::int64_t>(row.waiting.size());
      }
    }));
    return found;
  }));
}

void wait_until(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the import does not end");
    std::this_thread::sleep_for(kLook);
  }
}

// Checkpoints come a little after what they copy.
void wait_until_quiet() {
  auto last = bytes_written();
  for (int quiet = 0; quiet < 20; ++quiet) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (const auto now = bytes_written(); now > last) {
      last = now;
      quiet = 0;
    }
  }
}

// Hands the box a link to the file, and waits until it is worked off.
void import_link(Opened& opened, const fs::path& feed, const std::string& wanted) {
  const auto link = feed.parent_path() / "upload.psv";
  fs::remove(link);
  fs::create_hard_link(feed, link);
  const auto id = checked(opened.box->import_file(link));
  wait_until([&] {
    const auto feed_import = checked(opened.database->read(
        [&](db::Session& session) { return engagement::ImportStore().find(session, id); }));
    if (!feed_import || feed_import->state == "queued" || feed_import->state == "running")
      return false;
    if (feed_import->state != wanted || feed_import->rows_refused > 0)
      throw std::runtime_error("the import is " + feed_import->state + ": " + feed_import->reason);
    return true;
  });
}

struct Again {
  double seconds = 0;
  std::int64_t written = 0;
};

Again import_again(Opened& opened, const fs::path& feed, const std::string& wanted) {
  wait_until_quiet();
  const auto before = bytes_written();
  Again again;
  again.seconds = seconds_of([&] { import_link(opened, feed, wanted); });
  wait_until_quiet();
  again.written = bytes_written() - before;
  return again;
}

void append_blank_line(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  std::ofstream(to, std::ios::binary | std::ios::app) << "\r\n";
}

StockbellTimes import_feed(const fs::path& folder, const fs::path& feed, const FeedData& data) {
  std::unique_ptr<Opened> opened;
  StockbellTimes times;
  times.start = start_up(folder, opened);
  auto& store = *opened->database;
  checked(opened->box->start());
  const auto begin = std::chrono::steady_clock::now();
  const auto since = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  import_link(*opened, feed, "completed");
  // Restocks and who enters by them are written down in one transaction.
  times.restocks_s = times.matches_s = since();
  const auto durable = count_durable(store);
  times.restocks = durable.restocks;
  times.matches = durable.matches;
  // A status update for the CRM is written with every entry, beside its message.
  wait_until([&] { return number(store, "SELECT last FROM status_counter") >= data.matches(); });
  times.queued_s = since();
  times.resident_mb = resident_mb();
  if (const auto active =
          number(store, "SELECT COUNT(*) FROM journey_entry WHERE state = 'active'");
      active != data.matches())
    throw std::runtime_error(fmt::format("{} entries are active", active));
  const auto duplicate = import_again(*opened, feed, "duplicate");
  times.duplicate_s = duplicate.seconds;
  times.duplicate_written = duplicate.written;
  const auto other = feed.parent_path() / "other.psv";
  append_blank_line(feed, other);
  const auto unchanged = import_again(*opened, other, "completed");
  times.unchanged_s = unchanged.seconds;
  times.unchanged_written = unchanged.written;
  opened->box->stop();
  return times;
}

}  // namespace

StockbellImport::StockbellImport(fs::path folder, const fs::path& feed_before, const FeedData& data)
    : folder_(std::move(folder)), data_(data) {
  const auto known = folder_ / "known";
  fs::remove_all(folder_);
  fs::create_directories(known);
  const auto start = [&] {
    return apart<StartUp>([&] {
      std::unique_ptr<Opened> opened;
      return start_up(known, opened);
    });
  };
  const auto size = [&] { return static_cast<double>(fs::file_size(known / "engagement.db")); };
  start();  // makes the empty store
  load_catalog(known, feed_before);
  const auto before = size();
  without_requests_ = start();
  load_requests(known, data);
  bytes_a_request_ = (size() - before) / static_cast<double>(data.rows());
}

StockbellTimes StockbellImport::run(const fs::path& feed) const {
  const auto folder = folder_ / "run";
  fs::remove_all(folder);
  fs::copy(folder_ / "known", folder, fs::copy_options::recursive);
  return apart<StockbellTimes>([&] { return import_feed(folder, feed, data_); });
}

}  // namespace stockbell::bench
