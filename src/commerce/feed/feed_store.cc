#include "commerce/feed/feed_store.h"

#include "commerce/catalog/catalog_store.h"
#include "sql/commerce_feed.sql.h"

namespace stockbell::commerce::feed_store {
namespace {

namespace sql = stockbell::sql::commerce_feed;

std::vector<FeedRun> runs_of(const db::Rows& rows) {
  std::vector<FeedRun> runs;
  for (const auto& row : rows) {
    FeedRun run;
    run.id = row.i64(0);
    run.state = parse_enum<FeedState>(row.text(1)).value_or(FeedState::failed);
    run.trigger = parse_enum<FeedTrigger>(row.text(2)).value_or(FeedTrigger::demand);
    run.requested_at = from_ms(row.i64(3));
    run.finished_at = from_ms(row.i64(4));
    run.attempts = static_cast<int>(row.i64(5));
    run.rows = row.i64(6);
    run.bytes = row.i64(7);
    run.file_name = row.text(8);
    run.error = row.text(9);
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"feed/1", sql::schema}};
  return kMigrations;
}

Result<> put(db::Session& session, const FeedRun& run) {
  SB_CHECK(session.execute(
      sql::put_run,
      {run.id, to_text(run.state), to_text(run.trigger), to_ms(run.requested_at),
       to_ms(run.finished_at), run.attempts, run.rows, run.bytes, run.file_name, run.error}));
  return {};
}

Result<std::vector<FeedRun>> list(db::Session& session, int limit) {
  SB_TRY(rows, session.query(sql::list_runs, {limit}));
  return runs_of(rows);
}

Result<std::optional<FeedRun>> find(db::Session& session, std::int64_t id) {
  SB_TRY(rows, session.query(sql::find_run, {id}));
  auto runs = runs_of(rows);
  return runs.empty() ? std::optional<FeedRun>() : std::optional(std::move(runs.front()));
}

Result<> for_each_item(db::Session& session, const std::function<Result<>(const Item&)>& each) {
  SB_TRY(setting, session.query_one(sql::default_in_stock));
  bool in_stock_by_default = setting && setting->text(0) == "1";
  return session.for_each(sql::all_items, {}, [&](const db::Row& row) -> Result<> {
    return each(catalog_store::item_of(row, in_stock_by_default));
  });
}

}  // namespace stockbell::commerce::feed_store
