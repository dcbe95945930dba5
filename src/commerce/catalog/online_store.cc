#include "commerce/catalog/online_store.h"

#include "commerce/catalog/catalog_store.h"
#include "platform/text/json.h"
#include "sql/commerce_online.sql.h"

namespace stockbell::commerce::online_store {
namespace {

namespace sql = stockbell::sql::commerce_online;
constexpr std::string_view kSites = "sites";

std::string json_list(const std::vector<std::string>& words) {
  text::JsonWriter list;
  list.begin_array();
  for (const auto& word : words) list.value(word);
  list.end_array();
  return std::move(list).str();
}

Result<std::vector<std::string>> first_column(Result<db::Rows> rows) {
  if (!rows) return fail(std::move(rows).error());
  std::vector<std::string> words;
  for (const auto& row : *rows) words.push_back(row.text(0));
  return words;
}

std::set<Offline> offline_of(const db::Rows& rows) {
  std::set<Offline> found;
  for (const auto& row : rows) found.insert({row.text(0), row.text(1)});
  return found;
}

}  // namespace

Result<bool> is_offline(db::Session& session, const std::string& site, const std::string& sku) {
  SB_TRY(row, session.query_one(sql::is_offline, {sku, site}));
  return row.has_value();
}

Result<std::set<Offline>> list_offline(db::Session& session, const std::vector<std::string>& skus) {
  if (skus.empty()) return std::set<Offline>();
  SB_TRY(rows, session.query(sql::list_offline, {json_list(skus)}));
  return offline_of(rows);
}

Result<std::vector<std::string>> items_under(db::Session& session,
                                             const std::vector<std::string>& ids) {
  if (ids.empty()) return std::vector<std::string>();
  return first_column(session.query(sql::items_under, {json_list(ids)}));
}

Result<std::vector<std::string>> derive(db::Session& session, const std::vector<std::string>& ids,
                                        const std::vector<std::string>& sites, Time now) {
  if (ids.empty()) return std::vector<std::string>();
  SB_CHECK(session.execute(sql::insert_boundaries, {json_list(ids), to_ms(now)}));
  SB_TRY(skus, items_under(session, ids));
  auto every_site = sites;
  every_site.emplace_back();
  SB_TRY(rows, session.query(sql::derive_offline,
                             {json_list(skus), json_list(every_site), to_ms(now)}));
  const auto now_offline = offline_of(rows);
  SB_TRY(before, list_offline(session, skus));
  std::set<std::string> changed;
  std::vector<db::Params> inserts, deletes;
  for (const auto& row : now_offline)
    if (!before.contains(row)) {
      inserts.push_back({row.sku, row.site});
      changed.insert(row.sku);
    }
  for (const auto& row : before)
    if (!now_offline.contains(row)) {
      deletes.push_back({row.sku, row.site});
      changed.insert(row.sku);
    }
  if (!inserts.empty()) SB_CHECK(session.execute_batch(sql::insert_offline, inserts));
  if (!deletes.empty()) SB_CHECK(session.execute_batch(sql::delete_offline, deletes));
  std::vector<std::string> skus_changed(changed.begin(), changed.end());
  SB_CHECK(catalog_store::touch(session, skus_changed));
  return skus_changed;
}

Result<std::vector<std::string>> take_passed(db::Session& session, Time now, int limit) {
  SB_TRY(rows, session.query(sql::passed_boundaries, {to_ms(now), limit}));
  std::vector<std::string> ids;
  std::vector<db::Params> taken;
  for (const auto& row : rows) {
    ids.push_back(row.text(1));
    taken.push_back({row.i64(0), row.text(1)});
  }
  if (!taken.empty()) SB_CHECK(session.execute_batch(sql::delete_boundary, taken));
  return ids;
}

Result<std::optional<Time>> next_boundary(db::Session& session) {
  SB_TRY(row, session.query_one(sql::next_boundary));
  if (!row || row->is_null(0)) return std::optional<Time>();
  return std::optional<Time>(from_ms(row->i64(0)));
}

Result<std::string> derived_sites(db::Session& session) {
  SB_TRY(row, session.query_one(sql::find_setting, {kSites}));
  return row ? row->text(0) : std::string();
}

Result<> put_derived_sites(db::Session& session, const std::string& sites) {
  SB_CHECK(session.execute(sql::put_setting, {kSites, sites}));
  return {};
}

Result<std::vector<std::string>> products_after(db::Session& session, const std::string& id,
                                                int limit) {
  return first_column(session.query(sql::products_after, {id, limit}));
}

}  // namespace stockbell::commerce::online_store
