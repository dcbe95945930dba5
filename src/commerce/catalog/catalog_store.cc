#include "commerce/catalog/catalog_store.h"

#include <set>

#include "platform/text/json.h"
#include "sql/commerce_catalog.sql.h"

namespace stockbell::commerce::catalog_store {
namespace {

namespace sql = stockbell::sql::commerce_catalog;

Result<std::int64_t> run(db::Session& session, const db::Statement& statement,
                         const std::vector<db::Params>& batch) {
  if (batch.empty()) return 0;
  return session.execute_batch(statement, batch);
}

std::string json_list(const std::vector<std::string>& words) {
  text::JsonWriter list;
  list.begin_array();
  for (const auto& word : words) list.value(word);
  list.end_array();
  return std::move(list).str();
}

db::Value flag(const Said<bool>& said) { return said ? db::Value(*said ? 1 : 0) : db::Value(); }

// The rows of each table that a batch of products makes.
struct Batches {
  std::vector<db::Params> products, ids, sites, texts, images_end, images, sets, set_members,
      bundles, bundle_members;

  void take(const Product& p, std::int64_t sequence) {
    products.push_back({p.id, flag(p.is_master), p.name, p.short_description, p.description,
                        p.brand, p.category, p.image, flag(p.online), p.color, p.size,
                        p.price_minor, p.sale_price_minor, p.currency, p.online_from, p.online_to,
                        flag(p.searchable), sequence});
    ids.push_back({p.id});
    for (const auto& s : p.sites)
      sites.push_back({p.id, s.site, flag(s.online), s.online_from, s.online_to});
    for (const auto& t : p.texts)
      texts.push_back({p.id, t.locale, t.name, t.short_description, t.description});
    if (p.images) take_images(p.id, *p.images);
    std::int64_t position = 0;
    if (p.set_members) sets.push_back({p.id});
    if (p.set_members)
      for (const auto& member : *p.set_members)
        set_members.push_back({p.id, member.sku, position++});
    if (p.bundle_members) bundles.push_back({p.id});
    if (p.bundle_members)
      for (const auto& member : *p.bundle_members)
        bundle_members.push_back({p.id, member.sku, member.quantity});
  }

 private:
  // One image for all variants stands in the product's own row and needs none here.
  void take_images(const std::string& id, const std::vector<ProductImage>& all) {
    bool one = all.size() == 1 && all.front().value.empty();
    std::int64_t position = 0;
    if (!one)
      for (const auto& i : all)
        images.push_back({id, position++, i.view_type, i.attribute, i.value, i.path});
    images_end.push_back({id, position});
  }
};

// A variant without a picture shows its master's picture of its colour.
Result<> give_variants_images(db::Session& session, const CatalogChanges& changes,
                              std::int64_t sequence) {
  std::set<std::string> masters;
  for (const auto& product : changes.products)
    if (product.images)
      for (const auto& image : *product.images)
        if (!image.value.empty()) masters.insert(product.id);
  for (const auto& variation : changes.variations) masters.insert(variation.master);
  if (masters.empty()) return {};
  SB_CHECK(session.execute(sql::give_variants_images,
                           {json_list({masters.begin(), masters.end()}), sequence}));
  return {};
}

std::vector<Member>& member_of(std::vector<ProductGroup>& groups, ProductGroup::Kind kind,
                               const std::string& id) {
  if (groups.empty() || groups.back().id != id || groups.back().kind != kind)
    groups.push_back({kind, id, {}});
  return groups.back().members;
}

}  // namespace

std::span<const db::Migration> migrations() {
  static constexpr std::array kMigrations{db::Migration{"catalog/1", sql::schema},
                                          db::Migration{"catalog/2", sql::members_and_sites},
                                          db::Migration{"catalog/3", sql::change_sequence}};
  return kMigrations;
}

Result<std::int64_t> apply(db::Session& session, const CatalogChanges& changes) {
  Batches rows;
  SB_TRY(sequence, next_sequence(session));
  for (const auto& product : changes.products) rows.take(product, sequence);
  std::vector<db::Params> removed, removed_at, variations, moved, categories;
  for (const auto& id : changes.removed) {
    removed.push_back({id});
    removed_at.push_back({id, sequence});
  }
  for (const auto& v : changes.variations) {
    variations.push_back({v.sku, v.master, v.position});
    moved.push_back({v.sku, sequence, v.master});
  }
  for (const auto& [id, name] : changes.categories) categories.push_back({id, name, sequence});
  SB_TRY(upserted, run(session, sql::upsert_product, rows.products));
  SB_CHECK(run(session, sql::forget_removed, rows.ids));
  SB_CHECK(run(session, sql::upsert_site, rows.sites));
  SB_CHECK(run(session, sql::upsert_text, rows.texts));
  SB_CHECK(run(session, sql::delete_images, rows.images_end));
  SB_CHECK(run(session, sql::insert_image, rows.images));
  SB_CHECK(run(session, sql::delete_set_members, rows.sets));
  SB_CHECK(run(session, sql::insert_set_member, rows.set_members));
  SB_CHECK(run(session, sql::delete_bundle_members, rows.bundles));
  SB_CHECK(run(session, sql::insert_bundle_member, rows.bundle_members));
  SB_CHECK(run(session, sql::note_removed, removed_at));
  SB_CHECK(run(session, sql::touch_variants, removed_at));
  SB_TRY(deleted, run(session, sql::delete_product, removed));
  if (!removed.empty()) {
    for (const auto* statement :
         {&sql::delete_texts, &sql::delete_all_images, &sql::delete_sites, &sql::delete_variations,
          &sql::delete_set_members, &sql::delete_bundle_members})
      SB_CHECK(run(session, *statement, removed));
  }
  SB_CHECK(run(session, sql::touch_variant_of_another, moved));
  SB_CHECK(run(session, sql::upsert_variation, variations));
  SB_CHECK(run(session, sql::assign_category, categories));
  SB_CHECK(give_variants_images(session, changes, sequence));
  return upserted + deleted;
}

Result<std::int64_t> next_sequence(db::Session& session) {
  SB_TRY(row, session.query_one(sql::next_sequence));
  return row ? row->i64(0) : 0;
}

Result<std::int64_t> last_sequence(db::Session& session) {
  SB_TRY(row, session.query_one(sql::last_sequence));
  return row ? row->i64(0) : 0;
}

Result<> touch(db::Session& session, const std::vector<std::string>& skus) {
  if (skus.empty()) return {};
  SB_TRY(sequence, next_sequence(session));
  std::vector<db::Params> batch;
  for (const auto& sku : skus) batch.push_back({sku, sequence});
  SB_CHECK(session.execute_batch(sql::touch, batch));
  return {};
}

Result<SkuKind> sku_kind(db::Session& session, const std::string& sku) {
  SB_TRY(row, session.query_one(sql::sku_kind, {sku}));
  if (!row) return SkuKind::unknown;
  return row->flag(0) ? SkuKind::master : SkuKind::item;
}

Result<bool> sku_exists(db::Session& session, const std::string& sku) {
  SB_TRY(kind, sku_kind(session, sku));
  return kind == SkuKind::item;
}

Result<std::vector<ProductGroup>> groups_of(db::Session& session,
                                            const std::vector<std::string>& skus) {
  std::vector<ProductGroup> groups;
  if (skus.empty()) return groups;
  const auto list = json_list(skus);
  SB_TRY(sets, session.query(sql::set_members, {list}));
  for (const auto& row : sets)
    member_of(groups, ProductGroup::Kind::set, row.text(0)).push_back({row.text(1), 1});
  SB_TRY(bundles, session.query(sql::bundle_members, {list}));
  for (const auto& row : bundles)
    member_of(groups, ProductGroup::Kind::bundle, row.text(0))
        .push_back({row.text(1), row.i64(2), row.flag(3)});
  return groups;
}

Result<std::map<std::string, std::vector<std::string>>> variants_of(
    db::Session& session, const std::vector<std::string>& ids) {
  std::map<std::string, std::vector<std::string>> variants;
  if (ids.empty()) return variants;
  SB_TRY(rows, session.query(sql::variants_of, {json_list(ids)}));
  for (const auto& row : rows) variants[row.text(0)].push_back(row.text(1));
  return variants;
}

Result<std::vector<ProductText>> texts_of(db::Session& session, const std::string& id) {
  SB_TRY(rows, session.query(sql::find_texts, {id}));
  std::vector<ProductText> texts;
  for (const auto& row : rows)
    texts.push_back({row.text(1), row.text(2), row.text(3), row.text(4)});
  return texts;
}

Result<std::vector<ProductImage>> images_of(db::Session& session, const std::string& id) {
  SB_TRY(rows, session.query(sql::find_images, {id}));
  std::vector<ProductImage> images;
  for (const auto& row : rows)
    images.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
  return images;
}

Item item_of(const db::Row& row, bool in_stock_by_default) {
  Item item;
  item.sku = row.text(0);
  item.product_id = row.text(1);
  item.is_variant = row.flag(2);
  item.name = row.text(3);
  item.short_description = row.text(4);
  item.description = row.text(5);
  item.brand = row.text(6);
  item.category = row.text(7);
  item.image = row.text(8);
  item.online = row.flag(9);
  item.color = row.text(10);
  item.size = row.text(11);
  if (!row.is_null(12)) item.price_minor = row.i64(12);
  if (!row.is_null(13)) item.sale_price_minor = row.i64(13);
  item.currency = row.text(14);
  if (!row.is_null(15)) {
    item.availability = row.text(15);
    item.ats = row.i64(16);
    item.stock_changed_at = from_ms(row.i64(17));
  } else {
    item.availability = in_stock_by_default ? "in_stock" : "out_of_stock";
    item.ats = in_stock_by_default ? 999999 : 0;
  }
  return item;
}

}  // namespace stockbell::commerce::catalog_store
