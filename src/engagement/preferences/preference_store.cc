#include "engagement/preferences/preference_store.h"

#include "engagement/preferences/preference_rules.h"
#include "sql/engagement_preference.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_preference;

constexpr int kMostItems = 200;

Result<Stage> stage_of(const std::string& text) {
  const auto stage = parse_enum<Stage>(text);
  if (!stage) return fail(ErrorCode::internal, "stage-unknown", "ext_request: " + text);
  return *stage;
}

Result<PreferenceItem> item_of(const db::Row& row) {
  SB_TRY(stage, stage_of(row.text(3)));
  const auto status = parse_enum<RequestStatus>(row.text(4)).value_or(RequestStatus::cancelled);
  PreferenceItem item;
  item.request = RequestId{row.i64(0)};
  item.sku = row.text(1);
  item.locale = row.text(2);
  item.state = shown_state(stage, status, row.flag(6));
  item.requested_at = from_ms(row.i64(5));
  std::string* const fields[] = {&item.name, &item.variant_text, &item.picture_url, &item.link,
                                 &item.master_id};
  for (std::size_t i = 0; i < std::size(fields); ++i) *fields[i] = row.text(7 + i);
  if (item.name.empty()) item.name = item.sku;
  return item;
}

}  // namespace

std::span<const db::Migration> PreferenceStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.preferences/1", statements::create_indexes}};
  return kMigrations;
}

Result<std::optional<NoticeView>> PreferenceStore::find_notice(db::Session& session,
                                                               MessageId notice) {
  SB_TRY(row, session.query_one(statements::find_notice, {notice.value}));
  if (!row) return std::optional<NoticeView>();
  NoticeView view{row->text(0), row->text(2), {}};
  SB_TRY(rows, session.query(statements::items_of_notice, {notice.value}));
  for (const auto& one : rows) {
    SB_TRY(item, item_of(one));
    view.items.push_back(std::move(item));
  }
  return std::optional(std::move(view));
}

Result<MailboxView> PreferenceStore::mailbox(db::Session& session,
                                             const std::string& address_key) {
  MailboxView view;
  SB_TRY(email, find_email(session, address_key));
  view.email = email.value_or("");
  SB_TRY(suppression, session.query_one(statements::find_suppression, {address_key}));
  view.suppressed = suppression && suppression->text(0) == "unsubscribed";
  SB_TRY(rows, session.query(statements::items_of_mailbox, {address_key, kMostItems}));
  std::map<std::string, std::vector<Variant>> products;
  for (const auto& row : rows) {
    SB_TRY(item, item_of(row));
    if (view.locale.empty()) view.locale = item.locale;
    if (item.open() && !item.master_id.empty()) {
      auto [product, first] = products.try_emplace(item.master_id);
      if (first) {
        SB_TRY(variants, session.query(statements::variants_of, {item.master_id}));
        for (const auto& one : variants)
          product->second.push_back({one.text(0), one.text(1).empty() ? one.text(0) : one.text(1)});
      }
      for (const auto& variant : product->second)
        if (variant.sku != item.sku) item.variants.push_back(variant);
    }
    view.items.push_back(std::move(item));
  }
  return view;
}

Result<std::optional<std::string>> PreferenceStore::find_email(db::Session& session,
                                                               const std::string& address_key) {
  SB_TRY(row, session.query_one(statements::find_mailbox, {address_key}));
  if (!row) return std::optional<std::string>();
  return std::optional(row->text(0));
}

Result<std::optional<PreferenceStore::Place>> PreferenceStore::find_request(
    db::Session& session, RequestId request, const std::string& address_key) {
  SB_TRY(row, session.query_one(statements::find_request, {request.value, address_key}));
  if (!row) return std::optional<Place>();
  SB_TRY(stage, stage_of(row->text(1)));
  return std::optional(Place{row->text(0), row->text(3), stage, ContactId{row->i64(2)}});
}

Result<std::optional<RequestId>> PreferenceStore::find_rival(db::Session& session,
                                                             RequestId request, const Place& place,
                                                             const std::string& sku) {
  SB_TRY(row, session.query_one(statements::find_rival,
                                {place.contact.value, sku, place.site, request.value}));
  if (!row) return std::optional<RequestId>();
  return std::optional(RequestId{row->i64(0)});
}

Result<bool> PreferenceStore::same_product(db::Session& session, const std::string& a,
                                           const std::string& b) {
  SB_TRY(row, session.query_one(statements::same_product, {a, b}));
  return row.has_value();
}

Result<bool> PreferenceStore::leave(db::Session& session, RequestId request, Stage from, Stage to) {
  SB_TRY(changed, session.execute(statements::leave_stage,
                                  {request.value, to_text(from), to_text(to)}));
  return changed > 0;
}

Result<> PreferenceStore::change_sku(db::Session& session, RequestId request,
                                     const std::string& sku, Stage stage) {
  SB_CHECK(session.execute(statements::change_sku, {request.value, sku, to_text(stage)}));
  return {};
}

Result<bool> PreferenceStore::keep(db::Session& session, RequestId request, Time now) {
  SB_TRY(changed, session.execute(statements::keep_request, {request.value, to_ms(now)}));
  return changed > 0;
}

Result<bool> PreferenceStore::allow(db::Session& session, const std::string& address_key) {
  SB_TRY(changed, session.execute(statements::allow, {address_key}));
  return changed > 0;
}

}  // namespace stockbell::engagement
