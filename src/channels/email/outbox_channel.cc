#include "channels/email/outbox_channel.h"

#include <charconv>
#include <limits>

#include "channels/email/mime_writer.h"
#include "platform/erasures/erasure_log.h"
#include "sql/email_outbox.sql.h"

namespace stockbell::channels {
namespace {

namespace sql = stockbell::sql::email_outbox;

constexpr std::size_t kGroup =
    64;  // messages per commit: between asking and keeping lie few milliseconds

MailboxMessage message_of(const db::Row& row) {
  return {row.i64(0), row.text(1), row.text(2), row.text(3), row.text(4), from_ms(row.i64(5)), {}};
}

}  // namespace

std::span<const db::Migration> OutboxChannel::migrations() {
  static const std::vector<db::Migration> kMigrations = [] {
    std::vector<db::Migration> all{{"outbox/1", sql::create}};
    for (const auto& migration : erasures::migrations()) all.push_back(migration);
    return all;
  }();
  return kMigrations;
}

Result<> OutboxChannel::store(const std::vector<db::Params>& rows) {
  return database_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute_batch(sql::insert_message, rows));
    return {};
  });
}

void OutboxChannel::deliver(const std::vector<OutgoingMessage>& messages,
                            const std::function<bool(MessageId)>& still_wanted,
                            const std::function<void(DeliveryOutcome)>& report) {
  for (std::size_t from = 0; from < messages.size(); from += kGroup) {
    std::vector<db::Params> rows;
    std::vector<MessageId> kept;
    std::unique_lock next(next_);
    std::shared_lock keeping(keeping_);
    next.unlock();
    for (std::size_t i = from; i < std::min(from + kGroup, messages.size()); ++i) {
      const auto& message = messages[i];
      auto raw = write_mime(message);
      if (!raw) {
        report({message.id, DeliveryState::refused, 0, raw.error().message});
      } else if (!still_wanted(message.id)) {
        report({message.id, DeliveryState::withdrawn, 0, {}});
      } else {
        rows.push_back({ids_.next(), message.message_id, message.from, message.to_address,
                        message.subject, to_ms(clock_.now()), *std::move(raw)});
        kept.push_back(message.id);
      }
    }
    if (rows.empty()) continue;
    auto stored = store(rows);
    for (auto id : kept) {
      if (stored)
        report({id, DeliveryState::delivered, 250, "kept in the local mailbox"});
      else
        report({id, DeliveryState::retry, 0, stored.error().message.substr(0, 200)});
    }
  }
}

Result<std::vector<MailboxMessage>> OutboxChannel::list(int limit, std::int64_t before,
                                                        const std::string& recipient) {
  if (before <= 0) before = std::numeric_limits<std::int64_t>::max();
  auto rows = database_.read([&](db::Session& session) {
    return recipient.empty() ? session.query(sql::list_messages, {before, limit})
                             : session.query(sql::list_messages_of, {before, limit, recipient});
  });
  if (!rows) return std::unexpected(std::move(rows).error());
  std::vector<MailboxMessage> messages;
  for (const auto& row : *rows) messages.push_back(message_of(row));
  return messages;
}

Result<MailboxMessage> OutboxChannel::get(std::int64_t id) {
  SB_TRY(row, database_.read([&](db::Session& session) {
    return session.query_one(sql::find_message, {id});
  }));
  if (!row)
    return fail(ErrorCode::not_found, "mailbox-message-not-found",
                "the mailbox has no message of this id");
  auto message = message_of(*row);
  message.raw = row->text(6);
  return message;
}

}  // namespace stockbell::channels
