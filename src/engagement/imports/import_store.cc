#include "engagement/imports/import_store.h"

#include "engagement/imports/catalog_store.h"
#include "sql/engagement_import.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_import;

namespace {

FeedImport read_import(const db::Row& row) {
  FeedImport feed{ImportId{row.i64(0)}, row.text(1), row.text(2),         row.text(3),
                  row.text(4),          row.i64(5),  row.i64(6),          row.i64(7),
                  row.i64(8),           row.text(9), from_ms(row.i64(10))};
  if (!row.is_null(11)) feed.finished_at = from_ms(row.i64(11));
  if (!row.is_null(12)) feed.rows_before = row.i64(12);
  feed.opened = row.i64(13);
  feed.closed = row.i64(14);
  feed.people = row.i64(15);
  feed.released = row.flag(16);
  if (!row.is_null(17)) feed.built_at = from_ms(row.i64(17));
  return feed;
}

// "default_catalogFeed_20260131T0815.psv" and the one of the next day are the same feed.
std::string pattern_of(std::string name) {
  std::erase_if(name, [](char c) { return c >= '0' && c <= '9'; });
  return name;
}

db::Value maybe_ms(const std::optional<Time>& time) {
  return time ? db::Value(to_ms(*time)) : db::Value();
}

Result<std::vector<FeedImport>> read_imports(Result<db::Rows> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  std::vector<FeedImport> feeds;
  for (const auto& row : *rows) feeds.push_back(read_import(row));
  return feeds;
}

}  // namespace

std::span<const db::Migration> ImportStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.imports/1", statements::schema_1},
                                                  {"engagement.imports/2", statements::schema_2},
                                                  {"engagement.imports/3", statements::schema_3}};
  return kMigrations;
}

Result<> ImportStore::insert(db::Session& session, const FeedImport& feed) {
  SB_CHECK(session.execute(
      statements::insert_import,
      {feed.id.value, feed.name, feed.path, to_ms(feed.arrived_at), pattern_of(feed.name)}));
  return {};
}

Result<> ImportStore::erase(db::Session& session, ImportId id) {
  SB_CHECK(session.execute(statements::delete_import, {id.value}));
  return {};
}

Result<std::vector<FeedImport>> ImportStore::list_unfinished(db::Session& session) {
  return read_imports(session.query(statements::list_unfinished));
}

Result<std::optional<FeedImport>> ImportStore::find(db::Session& session, ImportId id) {
  SB_TRY(row, session.query_one(statements::find_import, {id.value}));
  return row ? std::optional(read_import(*row)) : std::optional<FeedImport>();
}

Result<std::vector<FeedImport>> ImportStore::list(db::Session& session, std::int64_t before,
                                                  const std::string& state, int limit) {
  return read_imports(session.query(statements::list_imports, {before, state, limit}));
}

Result<std::string> ImportStore::failure_since(db::Session& session, Time since) {
  SB_TRY(row, session.query_one(statements::failure_since, {to_ms(since)}));
  if (!row) return std::string();
  return fmt::format("the import of {} {}: {}", row->text(1),
                     row->text(0) == "held" ? "is held" : "failed", row->text(2));
}

Result<std::string> ImportStore::last_done_hash(db::Session& session) {
  SB_TRY(row, session.query_one(statements::last_done_hash));
  return row ? row->text(0) : std::string();
}

Result<std::optional<std::int64_t>> ImportStore::last_rows(db::Session& session,
                                                           const std::string& name) {
  SB_TRY(row, session.query_one(statements::last_full, {pattern_of(name)}));
  return row ? std::optional(row->i64(0)) : std::nullopt;
}

Result<std::optional<Time>> ImportStore::last_built(db::Session& session) {
  SB_TRY(row, session.query_one(statements::last_built));
  return row && !row->is_null(0) ? std::optional(from_ms(row->i64(0))) : std::nullopt;
}

Result<> ImportStore::save_guarded(db::Session& session, const FeedImport& feed) {
  SB_CHECK(session.execute(statements::save_guarded,
                           {feed.id.value, feed.full ? 1 : 0, feed.rows_before, feed.opened,
                            feed.closed, feed.people, maybe_ms(feed.built_at)}));
  return {};
}

Result<> ImportStore::hold(db::Session& session, const FeedImport& feed,
                           std::span<const RefusedLine> refused,
                           std::span<const PreviewedItem> preview) {
  SB_CHECK(session.execute(statements::hold_import,
                           {feed.id.value, feed.reason, feed.rows_read, feed.rows_refused}));
  SB_CHECK(session.execute(statements::clear_preview, {feed.id.value}));
  std::vector<db::Params> items;
  for (const auto& item : preview)
    items.push_back({feed.id.value, item.sku, item.quantity, item.people});
  SB_CHECK(session.execute_batch(statements::insert_preview, items));
  return save_refused(session, feed.id, refused);
}

Result<bool> ImportStore::release(db::Session& session, ImportId id) {
  SB_TRY(changed, session.execute(statements::release_import, {id.value}));
  return changed > 0;
}

Result<bool> ImportStore::discard(db::Session& session, ImportId id, Time now) {
  SB_TRY(changed, session.execute(statements::discard_import, {id.value, to_ms(now)}));
  return changed > 0;
}

Result<std::vector<PreviewedItem>> ImportStore::list_preview(db::Session& session, ImportId id,
                                                             int limit) {
  SB_TRY(rows, session.query(statements::list_preview, {id.value, limit}));
  std::vector<PreviewedItem> items;
  for (const auto& row : rows) items.push_back({row.text(0), row.i64(1), row.i64(2)});
  return items;
}

Result<> ImportStore::start(db::Session& session, ImportId id, const std::string& hash,
                            std::int64_t bytes) {
  SB_CHECK(session.execute(statements::start_import, {id.value, hash, bytes}));
  SB_CHECK(session.execute(statements::clear_errors, {id.value}));
  return {};
}

Result<> ImportStore::add_changed(db::Session& session, ImportId id, std::int64_t changed,
                                  std::int64_t read, std::int64_t refused) {
  SB_CHECK(session.execute(statements::add_changed, {id.value, changed, read, refused}));
  return {};
}

Result<> ImportStore::save_refused(db::Session& session, ImportId id,
                                   std::span<const RefusedLine> refused) {
  std::vector<db::Params> batch;
  for (const auto& line : refused)
    batch.push_back({id.value, line.line, line.reason, line.message});
  SB_CHECK(session.execute_batch(statements::insert_error, batch));
  return {};
}

Result<> ImportStore::finish(db::Session& session, const FeedImport& feed,
                             std::span<const RefusedLine> refused) {
  SB_CHECK(save_refused(session, feed.id, refused));
  SB_CHECK(session.execute(statements::clear_preview, {feed.id.value}));
  SB_CHECK(session.execute(statements::finish_import,
                           {feed.id.value, feed.state, feed.reason, feed.rows_read,
                            feed.rows_refused, to_ms(*feed.finished_at)}));
  return {};
}

Result<std::vector<RefusedLine>> ImportStore::list_refused(db::Session& session, ImportId id,
                                                           std::int64_t after_line, int limit) {
  SB_TRY(rows, session.query(statements::list_errors, {id.value, after_line, limit}));
  std::vector<RefusedLine> lines;
  for (const auto& row : rows) lines.push_back({row.i64(0), row.text(1), row.text(2)});
  return lines;
}

}  // namespace stockbell::engagement
