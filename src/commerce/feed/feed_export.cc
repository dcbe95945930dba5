#include "commerce/feed/feed_export.h"

#include <sys/resource.h>

#include <condition_variable>
#include <thread>

#include "commerce/catalog/catalog_store.h"
#include "commerce/feed/feed_output.h"
#include "sql/commerce_feed.sql.h"

namespace stockbell::commerce {
namespace {

namespace sql = stockbell::sql::commerce_feed;
constexpr int kRange = 4096;     // products read in one snapshot
constexpr std::size_t kListed = 1000;  // items of an incremental feed looked up together

// The ranges of one full feed, in order, and the turn to write them.
class Ranges {
 public:
  Ranges(db::Database& database, std::string last)
      : database_(database), last_(std::move(last)), last_taken_(last_.empty()) {}

  struct Range {
    std::int64_t number = 0;
    std::string after, through;
  };
  // Empty: there are no more, or somebody failed.
  Result<std::optional<Range>> take() {
    std::lock_guard lock(taking_);
    if (last_taken_ || stopped()) return std::optional<Range>();
    auto end = database_.read(
        [&](db::Session& s) { return s.query_one(sql::range_end, {after_, kRange - 1}); });
    if (!end) return fail(std::move(end).error());
    // Which SKU comes first only the store knows: PostgreSQL goes by its language.
    last_taken_ = !*end;
    Range range{taken_++, after_, *end ? (*end)->text(0) : last_};
    after_ = range.through;
    return std::optional(std::move(range));
  }

  // Calls `write` when every earlier range is written.
  Result<> in_turn(std::int64_t number, const std::function<Result<>()>& write) {
    std::unique_lock lock(turn_mutex_);
    turn_changed_.wait(lock, [&] { return turn_ == number || failure_; });
    if (failure_) return {};
    lock.unlock();  // the turn is ours alone until it is passed on
    auto written = write();
    lock.lock();
    ++turn_;
    turn_changed_.notify_all();
    return written;
  }

  void stop(Error error) {
    std::lock_guard lock(turn_mutex_);
    if (!failure_) failure_ = std::move(error);
    turn_changed_.notify_all();
  }
  bool stopped() {
    std::lock_guard lock(turn_mutex_);
    return failure_.has_value();
  }
  Result<> outcome() {
    if (failure_) return fail(*failure_);
    return {};
  }

 private:
  db::Database& database_;
  const std::string last_;
  bool last_taken_;
  std::mutex taking_;
  std::string after_;
  std::int64_t taken_ = 0;
  std::mutex turn_mutex_;
  std::condition_variable turn_changed_;
  std::int64_t turn_ = 0;
  std::optional<Error> failure_;
};

// Renders rows into a block and counts them.
struct Rendering {
  const FeedRenderer& renderer;
  FeedBlock block;
  FeedFile counts;

  void add(const FeedRow& row) {
    if (renderer.render(row, block)) {
      ++counts.rows;
    } else {
      if (counts.rows_incomplete++ == 0) counts.first_incomplete = row.sku;
    }
  }
  void begin() {
    block.clear();
    counts = {};
  }
  Result<> put(FeedOutput& output, FeedFile& total) {
    SB_CHECK(output.write(block.view()));
    total.rows += counts.rows;
    total.rows_incomplete += counts.rows_incomplete;
    if (total.first_incomplete.empty()) total.first_incomplete = counts.first_incomplete;
    return {};
  }
};

Result<> work(db::Database& database, const FeedExport& how, const FeedPosition& position,
              const FeedRenderer& renderer, Ranges& ranges, FeedOutput& output, FeedFile& total) {
  if (how.yielding) ::setpriority(PRIO_PROCESS, 0, 5);  // this thread's alone on Linux
  FeedReader reader(how.target, position.default_in_stock);
  Rendering rendering{renderer, {}, {}};
  const FeedReader::Each each = [&](const FeedRow& row) -> Result<> {
    rendering.add(row);
    return {};
  };
  while (true) {
    SB_TRY(range, ranges.take());
    if (!range) return {};
    SB_CHECK(database.read([&](db::Session& session) {
      rendering.begin();
      return reader.read_range(session, range->after, range->through, each);
    }));
    SB_CHECK(ranges.in_turn(range->number, [&] { return rendering.put(output, total); }));
  }
}

using Pass = std::pair<const db::Statement*, db::Params>;

// The items that changed after `from`, each in one of these.
std::vector<Pass> passes(const std::string& site, const FeedPosition& from) {
  return {{&sql::changed_products, {from.catalog}},
          {&sql::changed_by_master, {from.catalog}},
          {&sql::changed_stock, {from.catalog, site, from.stock}}};
}

// What was removed after `from`, in short snapshots.
Result<> write_removed(db::Database& database, const FeedRenderer& renderer, std::int64_t from,
                       Time built_at, FeedOutput& output, FeedFile& total) {
  std::string after;
  FeedBlock block;
  for (std::int64_t found = kRange; found == kRange;) {
    auto rows = database.read([&](db::Session& session) {
      return session.query(sql::removed_products, {from, after, kRange});
    });
    if (!rows) return fail(std::move(rows).error());
    block.clear();
    for (const auto& row : *rows) renderer.render_removed(row.text(0), to_ms(built_at), block);
    SB_CHECK(output.write(block.view()));
    found = static_cast<std::int64_t>(rows->size());
    if (found > 0) after = rows->back().text(0);
    total.rows += found;
    total.rows_removed += found;
  }
  return {};
}

Result<FeedFile> finish(FeedOutput& output, FeedFile total, bool sync) {
  SB_CHECK(output.finish(sync));
  total.bytes = output.bytes();
  total.sha256 = output.sha256();
  return total;
}

}  // namespace

Result<FeedPosition> find_position(db::Database& database, const std::string& site) {
  return database.read([&](db::Session& session) -> Result<FeedPosition> {
    FeedPosition position;
    SB_TRY(catalog, catalog_store::last_sequence(session));
    position.catalog = catalog;
    SB_TRY(stock, session.query_one(sql::stock_sequence));
    if (stock) position.stock = std::atoll(stock->text(0).c_str());
    SB_TRY(setting, session.query_one(sql::default_in_stock, {"default-instock:" + site}));
    position.default_in_stock = setting && setting->text(0) == "1";
    return position;
  });
}

Result<FeedFile> export_all(db::Database& database, const FeedExport& how,
                            const FeedPosition& position) {
  SB_TRY(output, FeedOutput::create(how.file));
  const FeedRenderer renderer(how.target, how.public_url, how.built_at);
  SB_CHECK(output.write(renderer.header()));
  auto last = database.read([](db::Session& s) { return s.query_one(sql::last_product); });
  if (!last) return fail(std::move(last).error());
  Ranges ranges(database, *last ? (*last)->text(0) : "");
  FeedFile total;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::max(1, how.threads); ++i)
    threads.emplace_back([&] {
      try {
        if (auto done = work(database, how, position, renderer, ranges, output, total); !done)
          ranges.stop(std::move(done).error());
      } catch (const std::exception& thrown) {
        ranges.stop({ErrorCode::internal, "feed-threw", thrown.what(), ""});
      }
    });
  for (auto& thread : threads) thread.join();
  SB_CHECK(ranges.outcome());
  if (how.removed_after)
    SB_CHECK(write_removed(database, renderer, *how.removed_after, how.built_at, output, total));
  return finish(output, std::move(total), how.sync);
}

Result<FeedFile> export_changes(db::Database& database, const FeedExport& how,
                                const FeedPosition& from, const FeedPosition& position) {
  SB_TRY(output, FeedOutput::create(how.file));
  const FeedRenderer renderer(how.target, how.public_url, how.built_at);
  SB_CHECK(output.write(renderer.header()));
  FeedReader reader(how.target, position.default_in_stock);
  FeedFile total;
  // FeedService bounds how many an incremental feed has. Their rows are read in short snapshots:
  // what changes meanwhile is in the next one.
  std::vector<std::string> changed;
  const auto listed = database.read([&](db::Session& session) -> Result<> {
    changed.clear();
    const std::function<Result<>(const db::RowView&)> next = [&](const db::RowView& row) -> Result<> {
      changed.emplace_back(row.text(0));
      return {};
    };
    const auto all = passes(how.target.site, from);
    for (const auto& [pass, since] : all) SB_CHECK(session.scan(*pass, since, next));
    return {};
  });
  if (!listed) return fail(listed.error());
  Rendering rendering{renderer, {}, {}};
  const FeedReader::Each each = [&](const FeedRow& row) -> Result<> {
    rendering.add(row);
    return {};
  };
  for (std::size_t at = 0; at < changed.size(); at += kListed) {
    const std::vector<std::string> skus(changed.begin() + static_cast<std::ptrdiff_t>(at),
                                        changed.begin() + static_cast<std::ptrdiff_t>(
                                                              std::min(at + kListed, changed.size())));
    SB_CHECK(database.read([&](db::Session& session) {
      rendering.begin();
      return reader.read_list(session, skus, each);
    }));
    SB_CHECK(rendering.put(output, total));
  }
  SB_CHECK(write_removed(database, renderer, from.catalog, how.built_at, output, total));
  return finish(output, std::move(total), how.sync);
}

Result<std::int64_t> count_changes(db::Database& database, const std::string& site,
                                   const FeedPosition& from, std::int64_t most) {
  return database.read([&](db::Session& session) -> Result<std::int64_t> {
    std::int64_t count = 0;
    const auto stop = fail(ErrorCode::too_large, "feed-enough", "");
    auto all = passes(site, from);
    all.emplace_back(&sql::removed_products, db::Params{from.catalog, "", most});
    for (const auto& [pass, since] : all) {
      auto counted = session.scan(*pass, since, [&](const db::RowView&) -> Result<> {
        if (++count < most) return {};
        return stop;
      });
      if (!counted && counted.error().reason != "feed-enough")
        return fail(std::move(counted).error());
      if (count >= most) break;
    }
    return count;
  });
}

}  // namespace stockbell::commerce
