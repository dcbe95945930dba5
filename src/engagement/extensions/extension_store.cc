#include "engagement/extensions/extension_store.h"

#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"
#include "sql/engagement_extension.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_extension;

constexpr const char* kProviderRules = "address keys by the rules of their provider";

Stage stage_of(const SyncedRequest& request) {
  if (request.deleted || !is_open(request.status)) return Stage::closed;
  return request.status == RequestStatus::pending ? Stage::pending : Stage::waiting;
}

// Bought, withdrawn or undeliverable, where an invitation ends before its time.
bool takes_up_nothing(const SyncedRequest& request) {
  using enum RequestStatus;
  return request.deleted || request.status == purchased || request.status == cancelled ||
         request.status == expired || request.status == undeliverable;
}

db::Value class_value(const std::optional<std::string>& name) {
  return name ? db::Value(class_key(*name)) : db::Value();
}

}  // namespace

std::string class_key(std::string_view name) { return text::ascii_lower(text::trim(name)); }

std::string address_key(std::string_view email) {
  const auto address = text::parse_email(email);
  return address ? crypto::sha256_hex(address->normalized) : std::string();
}

std::span<const db::Migration> ExtensionStore::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.extensions/1", statements::schema_1},
      {"engagement.extensions/2", statements::schema_2},
      {"engagement.extensions/3", statements::schema_3},
      {"engagement.extensions/4", statements::schema_4},
      {"engagement.extensions/5", statements::schema_5}};
  return kMigrations;
}

Result<AppliedChanges> ExtensionStore::apply(db::Session& session, const ChangeBatch& batch,
                                             Time now) {
  AppliedChanges applied;
  SB_TRY(class_known, session.query_one(statements::has_classes));
  const bool ranked = class_known.has_value();
  for (const auto& contact : batch.contacts) {
    if (contact.deleted) continue;
    SB_CHECK(session.execute(
        statements::upsert_contact,
        {contact.id.value, contact.email, address_key(contact.email), contact.first_name,
         contact.last_name, contact.phone, class_value(contact.class_name)}));
    if (ranked && contact.class_name)
      SB_CHECK(session.execute(statements::rank_of_contact, {contact.id.value}));
    SB_TRY(skus, session.query(statements::waiting_skus_of_contact, {contact.id.value}));
    for (const auto& row : skus) applied.waiting_skus.push_back(row.text(0));
  }
  for (const auto& request : batch.requests) {
    SB_TRY(has_left, apply_request(session, request, now, ranked));
    if (has_left) applied.left.push_back(request.id);
    applied.unconfirmed |= !request.deleted && request.status == RequestStatus::pending;
    applied.waiting_skus.push_back(request.sku);
  }
  // Last: the requests of a contact that was merged away belong to another by now, or will after a
  // later batch. Until then they keep their place; those that the CRM deletes it names itself.
  for (const auto& contact : batch.contacts) {
    if (!contact.deleted) continue;
    SB_TRY(entered, session.query(statements::entered_of_contact, {contact.id.value}));
    for (const auto& row : entered) applied.unreachable.push_back(RequestId{row.i64(0)});
    SB_CHECK(session.execute(statements::forget_mailbox, {contact.id.value}));
    SB_CHECK(session.execute(statements::delete_contact, {contact.id.value}));
  }
  return applied;
}

Result<> ExtensionStore::renew_address_keys(db::Session& session) {
  SB_TRY(done, session.query_one(statements::find_step, {kProviderRules}));
  if (done) return {};
  std::vector<db::Params> renewed;
  SB_CHECK(session.for_each(statements::all_addresses, {}, [&](const db::Row& row) -> Result<> {
    const auto key = address_key(row.text(1));
    if (key != row.text(2)) renewed.push_back({row.i64(0), key, row.text(2)});
    return {};
  }));
  for (const auto& contact : renewed) {
    SB_CHECK(session.execute(statements::renew_key, {contact[0], contact[1]}));
    SB_CHECK(session.execute(statements::renew_suppression, {contact[1], contact[2]}));
  }
  SB_CHECK(session.execute(statements::save_step, {kProviderRules}));
  return {};
}

Result<bool> ExtensionStore::apply_request(db::Session& session, const SyncedRequest& request,
                                           Time now, bool ranked) {
  const auto stage = stage_of(request);
  bool left = false;
  if (stage == Stage::closed) {
    SB_TRY(row, session.query_one(statements::find_stage, {request.id.value}));
    left = row && row->text(0) == to_text(Stage::entered);
  }
  if (stage == Stage::closed && takes_up_nothing(request))
    SB_CHECK(
        session.execute(statements::end_invitations_of_request, {request.id.value, to_ms(now)}));
  if (request.deleted) {
    SB_CHECK(session.execute(statements::delete_request, {request.id.value}));
    return left;
  }
  SB_CHECK(session.execute(
      statements::upsert_request,
      {request.id.value, request.contact.value, request.sku, request.site, request.locale,
       request.quantity, to_text(request.status), to_text(stage), to_ms(request.requested_at),
       to_ms(now), to_ms(std::max(request.requested_at, request.asked_at)),
       class_value(request.class_name)}));
  if (ranked) SB_CHECK(session.execute(statements::rank_of_request, {request.id.value}));
  return left;
}

Result<> ExtensionStore::set_classes(db::Session& session, std::span<const std::string> names) {
  SB_TRY(rows, session.query(statements::all_classes));
  std::vector<std::string> known, wanted;
  for (const auto& row : rows) known.push_back(row.text(0));
  for (const auto& name : names) wanted.push_back(class_key(name));
  if (known == wanted) return {};
  SB_CHECK(session.execute(statements::forget_classes));
  for (std::size_t i = 0; i < wanted.size(); ++i)
    SB_CHECK(session.execute(statements::add_class, {wanted[i], i + 1}));
  SB_CHECK(session.execute(statements::rank_all));
  return {};
}

namespace {
std::vector<WaitingRequest> waiting_of(const db::Rows& rows) {
  std::vector<WaitingRequest> waiting;
  waiting.reserve(rows.size());
  for (const auto& row : rows)
    waiting.push_back({RequestId{row.i64(0)}, ContactId{row.i64(1)}, from_ms(row.i64(2)),
                       row.text(3), row.i64(4), row.text(5), static_cast<int>(row.i64(6))});
  return waiting;
}
}  // namespace

Result<std::vector<WaitingRequest>> ExtensionStore::list_waiting(
    db::Session& session, const std::string& sku, int class_order, int limit,
    std::span<const std::string> sites) {
  text::JsonWriter listed;
  listed.begin_array();
  for (const auto& site : sites) listed.value(site);
  listed.end_array();
  SB_TRY(rows, sites.empty() ? session.query(statements::waiting_of_sku, {sku, class_order, limit})
                             : session.query(statements::waiting_of_sites,
                                             {sku, class_order, limit, listed.str()}));
  return waiting_of(rows);
}

Result<std::vector<WaitingRequest>> ExtensionStore::find_waiting(
    db::Session& session, std::span<const RequestId> requests) {
  text::JsonWriter ids;
  ids.begin_array();
  for (const auto request : requests) ids.value(request.value);
  ids.end_array();
  SB_TRY(rows, session.query(statements::find_waiting, {ids.str()}));
  return waiting_of(rows);
}

Result<> ExtensionStore::each_waiting(db::Session& session, std::span<const std::string_view> skus,
                                      const std::function<void(const WaitingAt&)>& each) {
  text::JsonWriter listed;
  listed.begin_array();
  for (const auto& sku : skus) listed.value(sku);
  listed.end_array();
  return session.scan(statements::each_waiting, {listed.str()},
                      [&](const db::RowView& row) -> Result<> {
                        each({static_cast<std::size_t>(row.i64(0)), row.i64(1), from_ms(row.i64(2)),
                              RequestId{row.i64(3)}});
                        return {};
                      });
}

Result<> ExtensionStore::each_waiting_sku(db::Session& session,
                                          const std::function<void(std::string_view)>& each) {
  return session.scan(statements::waiting_skus, {}, [&](const db::RowView& row) -> Result<> {
    each(row.text(0));
    return {};
  });
}

Result<std::vector<std::string>> ExtensionStore::list_waiting_skus(db::Session& session,
                                                                   const std::string& after,
                                                                   int limit) {
  SB_TRY(rows, session.query(statements::waiting_skus_after, {after, limit}));
  std::vector<std::string> skus;
  for (const auto& row : rows) skus.push_back(row.text(0));
  return skus;
}

Result<> ExtensionStore::move(db::Session& session, std::span<const RequestId> requests, Stage from,
                              Stage to) {
  std::vector<db::Params> batch;
  batch.reserve(requests.size());
  for (const auto request : requests) batch.push_back({request.value, to_text(from), to_text(to)});
  SB_CHECK(session.execute_batch(statements::move_stage, batch));
  return {};
}

Result<bool> ExtensionStore::close(db::Session& session, RequestId request) {
  SB_TRY(changed, session.execute(statements::close_request, {request.value}));
  return changed > 0;
}

Result<std::optional<Time>> ExtensionStore::end(db::Session& session, RequestId request, Stage from,
                                                Time asked_before) {
  SB_TRY(row, session.query_one(statements::end_asked_before,
                                {request.value, to_text(from), to_ms(asked_before)}));
  return row ? std::optional(from_ms(row->i64(0))) : std::nullopt;
}

Result<std::vector<RequestId>> ExtensionStore::list_open_of_address(db::Session& session,
                                                                    const std::string& key) {
  SB_TRY(rows, session.query(statements::open_of_address, {key}));
  std::vector<RequestId> requests;
  for (const auto& row : rows) requests.push_back(RequestId{row.i64(0)});
  return requests;
}

}  // namespace stockbell::engagement
