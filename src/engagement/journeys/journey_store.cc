#include "engagement/journeys/journey_store.h"

#include <fmt/ranges.h>

#include "platform/text/text.h"
#include "sql/engagement_journey.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_journey;

std::int64_t flags_of(JourneyState state) { return state.mails * 2 + (state.told ? 1 : 0); }

// As one parameter of a statement, whatever their number: [1,2,3].
std::string list_of(std::span<const RequestId> requests) {
  std::string list = "[";
  for (const auto request : requests) {
    if (list.size() > 1) list += ',';
    fmt::format_to(std::back_inserter(list), "{}", request.value);
  }
  return list + "]";
}

std::vector<EntryKey> keys_of(const db::Rows& rows) {
  std::vector<EntryKey> keys;
  keys.reserve(rows.size());
  for (const auto& row : rows) keys.push_back({RestockId{row.i64(0)}, RequestId{row.i64(1)}});
  return keys;
}

Result<std::optional<Time>> first_time(Result<std::optional<db::Row>> row) {
  if (!row) return std::unexpected(std::move(row).error());
  if (!*row || (*row)->is_null(0)) return std::optional<Time>();
  return std::optional(from_ms((*row)->i64(0)));
}

}  // namespace

std::span<const db::Migration> JourneyStore::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.journeys/1", statements::schema_1},
                                                  {"engagement.journeys/2", statements::schema_2},
                                                  {"engagement.journeys/3", statements::schema_3}};
  return kMigrations;
}

Result<> JourneyStore::enter(db::Session& session, std::span<const NewEntry> entries, Time now) {
  std::vector<db::Params> batch;
  batch.reserve(entries.size());
  for (const auto& entry : entries)
    batch.push_back({entry.id.value, entry.restock.value, entry.request.value, entry.journey->key,
                     entry.journey->version, entry.state.step, to_text(entry.state.entry),
                     to_ms(now)});
  SB_CHECK(session.execute_batch(statements::enter, batch));
  return {};
}

Result<std::vector<ActiveEntry>> JourneyStore::list_active(db::Session& session,
                                                           std::span<const RequestId> requests) {
  SB_TRY(rows, session.query(statements::entries_of, {list_of(requests)}));
  std::vector<ActiveEntry> entries;
  entries.reserve(rows.size());
  for (const auto& row : rows)
    entries.push_back({{RestockId{row.i64(0)}, RequestId{row.i64(1)}},
                       row.text(2),
                       static_cast<int>(row.i64(3)),
                       {static_cast<std::size_t>(row.i64(4)), EntryState::active,
                        static_cast<int>(row.i64(5) / 2), row.i64(5) % 2 != 0}});
  return entries;
}

Result<> JourneyStore::move(db::Session& session, std::span<const MovedEntry> moves, Time now) {
  std::vector<db::Params> batch;
  batch.reserve(moves.size());
  for (const auto& [key, state] : moves)
    batch.push_back({key.restock.value, key.request.value, state.step, to_text(state.entry),
                     flags_of(state), to_ms(now)});
  SB_CHECK(session.execute_batch(statements::move_entry, batch));
  return {};
}

Result<> JourneyStore::add_waits(db::Session& session, std::span<const NewWait> waits) {
  std::vector<db::Params> batch;
  for (const auto& wait : waits) {
    db::Params row = {wait.key.restock.value,
                      wait.key.request.value,
                      wait.journey->key,
                      wait.journey->version,
                      wait.sku,
                      to_text(wait.parked.why)};
    row.push_back(wait.parked.until ? db::Value(to_ms(*wait.parked.until)) : db::Value());
    batch.push_back(std::move(row));
  }
  SB_CHECK(session.execute_batch(statements::add_wait, batch));
  return {};
}

Result<> JourneyStore::drop_waits(db::Session& session, std::span<const EntryKey> entries) {
  std::vector<db::Params> batch;
  for (const auto& key : entries) batch.push_back({key.request.value, key.restock.value});
  SB_CHECK(session.execute_batch(statements::drop_wait, batch));
  return {};
}

Result<std::vector<EntryKey>> JourneyStore::due_waits(db::Session& session, Time now, int limit) {
  SB_TRY(rows, session.query(statements::due_waits, {to_ms(now), limit}));
  return keys_of(rows);
}

Result<std::optional<Time>> JourneyStore::next_wait(db::Session& session) {
  return first_time(session.query_one(statements::next_wait));
}

Result<std::vector<EntryKey>> JourneyStore::waits_of_sku(db::Session& session,
                                                         const std::string& sku) {
  SB_TRY(rows, session.query(statements::waits_of_sku, {sku}));
  return keys_of(rows);
}

Result<std::vector<EntryKey>> JourneyStore::waits_of_journey(db::Session& session,
                                                             const std::string& journey,
                                                             int limit) {
  SB_TRY(rows, session.query(statements::waits_of_journey, {journey, limit}));
  return keys_of(rows);
}

Result<std::vector<EntryKey>> JourneyStore::messages_of_journey(db::Session& session,
                                                                const std::string& journey,
                                                                int limit) {
  SB_TRY(rows, session.query(statements::messages_of_journey, {journey, limit}));
  return keys_of(rows);
}

Result<std::vector<EntryKey>> JourneyStore::held_by_older_versions(db::Session& session,
                                                                   int limit) {
  SB_TRY(rows, session.query(statements::held_by_older, {limit}));
  return keys_of(rows);
}

Result<std::vector<JourneyFacts>> JourneyStore::read_facts(db::Session& session,
                                                           std::span<const RequestId> requests) {
  SB_TRY(rows, session.query(statements::facts, {list_of(requests)}));
  std::vector<JourneyFacts> all;
  all.reserve(rows.size());
  for (const auto& row : rows) {
    auto& facts = all.emplace_back();
    facts.request = RequestId{row.i64(0)};
    facts.contact = ContactId{row.i64(1)};
    facts.sku = row.text(2);
    facts.site = row.text(3);
    facts.locale = row.text(4);
    facts.status = row.text(5);
    facts.quantity = row.i64(6);
    facts.requested_at = from_ms(row.i64(7));
    facts.first_name = row.text(8);
    facts.last_name = row.text(9);
    facts.phone = row.text(10);
    if (const auto address = text::parse_email(row.text(11))) facts.email = address->normalized;
    facts.product_name = row.text(12);
    facts.product_variant = row.text(13);
    facts.product_master = row.text(14);
    facts.class_order = static_cast<int>(row.i64(15));
  }
  return all;
}

Result<> JourneyStore::read_emails(db::Session& session, JourneyFacts& facts) {
  SB_TRY(rows, session.query(statements::emails_of_request, {facts.request.value}));
  for (const auto& row : rows)
    facts.emails.push_back(
        {static_cast<std::size_t>(row.i64(0)), !row.is_null(1), !row.is_null(2)});
  return {};
}

Result<> JourneyStore::read_recent(db::Session& session, JourneyFacts& facts, Time now,
                                   Time since) {
  SB_TRY(rows, session.query(statements::recent_of_mailbox,
                             {facts.contact.value, to_ms(now), to_ms(since)}));
  for (const auto& row : rows) facts.recent.push_back(from_ms(row.i64(0)));
  return {};
}

Result<> JourneyStore::add_webhooks(db::Session& session, std::span<const NewWebhook> webhooks,
                                    Time now) {
  std::vector<db::Params> batch;
  for (const auto& one : webhooks)
    batch.push_back({one.id, one.journey->key, one.journey->version, one.step,
                     one.key.restock.value, one.key.request.value, one.url, one.body, to_ms(now)});
  SB_CHECK(session.execute_batch(statements::add_webhook, batch));
  return {};
}

Result<std::vector<DueWebhook>> JourneyStore::due_webhooks(db::Session& session, Time now,
                                                           int limit) {
  SB_TRY(rows, session.query(statements::due_webhooks, {to_ms(now), limit}));
  std::vector<DueWebhook> due;
  for (const auto& row : rows) {
    due.push_back({row.i64(0), row.text(1), row.text(2), row.text(3), row.i64(4), {}});
    if (!row.is_null(5)) due.back().first_attempt_at = from_ms(row.i64(5));
  }
  return due;
}

Result<> JourneyStore::webhook_tried(db::Session& session, std::int64_t id, Time now, Time again) {
  SB_CHECK(session.execute(statements::webhook_tried, {id, to_ms(now), to_ms(again)}));
  return {};
}

Result<> JourneyStore::drop_webhook(db::Session& session, std::int64_t id) {
  SB_CHECK(session.execute(statements::drop_webhook, {id}));
  return {};
}

Result<std::optional<Time>> JourneyStore::next_webhook(db::Session& session) {
  return first_time(session.query_one(statements::next_webhook));
}

}  // namespace stockbell::engagement
