#include "channels/email/mailbox_privacy.h"

#include "platform/erasures/erasure_log.h"
#include "platform/text/json.h"
#include "platform/text/text.h"
#include "sql/email_privacy.sql.h"

namespace stockbell::channels {
namespace {

namespace sql = stockbell::sql::email_privacy;

// Recipients as they were written to, whose address is one of `addresses`: a local part may differ
// in case.
Result<std::vector<std::string>> recipients_of(db::Session& session,
                                               const std::set<std::string>& addresses) {
  std::vector<std::string> recipients;
  auto read = session.for_each(sql::recipients, {}, [&](const db::Row& row) -> Result<> {
    const auto address = text::parse_email(row.text(0));
    if (address && addresses.contains(address->normalized)) recipients.push_back(row.text(0));
    return {};
  });
  SB_CHECK(read);
  return recipients;
}

void write_message(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", std::to_string(row.i64(0)))
      .member("message_id", row.text(1))
      .member("sender", row.text(2))
      .member("recipient", row.text(3))
      .member("subject", row.text(4))
      .member("received_at", to_rfc3339(from_ms(row.i64(5))))
      .member("raw", row.text(6))
      .end_object();
}

}  // namespace

Result<std::string> MailboxPersonalData::export_of(const std::string& address) {
  return mailbox_.database().read([&](db::Session& session) -> Result<std::string> {
    SB_TRY(recipients, recipients_of(session, {address}));
    text::JsonWriter json;
    json.begin_object().key("messages").begin_array();
    for (const auto& recipient : recipients) {
      SB_TRY(messages, session.query(sql::messages_of_recipient, {recipient}));
      for (const auto& row : messages) write_message(json, row);
    }
    json.end_array().end_object();
    return std::move(json).str();
  });
}

Result<ErasedRows> MailboxPersonalData::erase(const std::vector<std::string>& addresses,
                                              const std::vector<std::string>& receipts) {
  auto paused = mailbox_.pause_keeping();
  SB_TRY(recipients, mailbox_.database().read([&](db::Session& session) {
    return recipients_of(session, {addresses.begin(), addresses.end()});
  }));
  return mailbox_.database().write([&](db::Session& session) -> Result<ErasedRows> {
    ErasedRows erased{{"messages", 0}};
    for (const auto& recipient : recipients) {
      SB_TRY(messages, session.execute(sql::erase_messages, {recipient}));
      erased["messages"] += messages;
    }
    SB_CHECK(erasures::note(session, receipts, mailbox_.clock().now()));
    return erased;
  });
}

Result<std::vector<std::string>> MailboxPersonalData::find_unerased(
    const std::vector<std::string>& receipts) {
  return mailbox_.database().read(
      [&](db::Session& session) { return erasures::find_missing(session, receipts); });
}

Result<> MailboxPersonalData::for_each_address(const std::function<void(std::string_view)>& each) {
  return mailbox_.database().read([&](db::Session& session) {
    return session.for_each(sql::recipients, {}, [&](const db::Row& row) -> Result<> {
      if (const auto address = text::parse_email(row.text(0))) each(address->normalized);
      return {};
    });
  });
}

}  // namespace stockbell::channels
