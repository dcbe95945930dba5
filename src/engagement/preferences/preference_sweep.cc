#include "engagement/preferences/preference_sweep.h"

#include <fmt/format.h>

#include <set>

#include "engagement/preferences/preference_rules.h"
#include "sql/engagement_preference.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_preference;

constexpr int kMailboxes = 100, kRequests = 500;
constexpr Duration kSlowPause = std::chrono::minutes(1);

std::int64_t whole(Duration duration, Duration unit) { return (duration + unit / 2) / unit; }

}  // namespace

Result<std::size_t> PreferenceSweep::run() {
  SB_TRY(asked, ask_to_confirm());
  SB_TRY(unconfirmed, expire_unconfirmed());
  auto done = asked + unconfirmed;
  const auto now = parts_.clock.now();
  if (parts_.times.expire <= Duration(0) || (now >= slow_at_ && now < slow_at_ + kSlowPause))
    return done;
  SB_TRY(reminded, remind());
  SB_TRY(expired, expire_unwanted());
  if (reminded + expired == 0) slow_at_ = now;
  return done + reminded + expired;
}

Result<std::size_t> PreferenceSweep::ask_to_confirm() {
  const auto now = parts_.clock.now();
  SB_TRY(mailboxes, parts_.database.read([&](db::Session& session) {
    return session.query(statements::mailboxes_to_ask, {to_ms(now - kNoticePause), kMailboxes,
                                                        to_ms(now - kNoticeDay), kNoticesPerDay});
  }));
  if (mailboxes.empty()) return std::size_t{0};
  auto done = parts_.database.write([&](db::Session& session) -> Result<std::size_t> {
    std::size_t count = 0;
    for (const auto& row : mailboxes) {
      SB_TRY(asked, ask_mailbox(session, row.text(0), now));
      count += asked;
    }
    return count;
  });
  parts_.outbox.announce();
  return done;
}

Result<std::size_t> PreferenceSweep::ask_mailbox(db::Session& session,
                                                 const std::string& address_key, Time now) {
  SB_TRY(pending, session.query(statements::pending_of_mailbox, {address_key}));
  if (pending.empty()) return std::size_t{0};
  if (parts_.suppressions.contains(address_key))
    // The form can be filled in by anybody; only the holder of the mailbox can undo it.
    return end(session, pending, Stage::pending, RequestStatus::cancelled,
               "address unsubscribed: it is not asked to confirm", Time::max());
  SB_TRY(sent, notices_.count_since(session, address_key, NoticeKind::confirmation,
                                    now - kNoticeDay));
  // Until there is room they stay as they are: not asked, and due.
  if (may_write(sent, now) != MayWrite::now) return std::size_t{0};
  std::vector<db::Params> noted;
  NewNotice notice{parts_.ids.make<MessageId>(), NoticeKind::confirmation, address_key,
                   pending.front().text(1), {}, {}};
  for (const auto& row : pending) {
    noted.push_back({row.i64(0), to_ms(now)});
    notice.requests.push_back(RequestId{row.i64(0)});
  }
  SB_CHECK(session.execute_batch(statements::note_asked, noted));
  notice.message_id = notice_message_id(notice.kind, notice.id, parts_.from);
  SB_CHECK(notices_.queue(session, notice, now));
  return pending.size();
}

Result<std::size_t> PreferenceSweep::expire_unconfirmed() {
  const auto now = parts_.clock.now();
  const auto before = to_ms(now - parts_.times.confirm);
  SB_TRY(rows, parts_.database.read([&](db::Session& session) {
    return session.query(statements::unconfirmed, {before, kRequests});
  }));
  if (rows.empty()) return std::size_t{0};
  const auto reason = fmt::format("not confirmed within {} hours",
                                  whole(parts_.times.confirm, std::chrono::hours(1)));
  auto done = parts_.database.write([&](db::Session& session) {
    return end(session, rows, Stage::pending, RequestStatus::expired, reason,
               now - parts_.times.confirm);
  });
  parts_.outbox.announce();
  return done;
}

Result<std::size_t> PreferenceSweep::remind() {
  if (parts_.times.remind <= Duration(0)) return std::size_t{0};
  const auto now = parts_.clock.now();
  const auto span = parts_.times.expire - parts_.times.remind;
  SB_TRY(rows, parts_.database.read([&](db::Session& session) {
    return session.query(statements::to_remind,
                         {to_ms(now - span), to_ms(Time(span)), kMailboxes});
  }));
  if (rows.empty()) return std::size_t{0};
  return parts_.database.write([&](db::Session& session) -> Result<std::size_t> {
    std::size_t count = 0;
    std::set<std::string> mailboxes;
    for (const auto& row : rows) {
      const auto key = row.text(1);
      if (key.empty() || parts_.suppressions.contains(key)) {  // ends without a word
        SB_CHECK(session.execute(statements::note_reminded,
                                 {row.i64(0), to_ms(now), to_ms(Time(span))}));
        ++count;
      } else if (mailboxes.insert(key).second) {
        SB_TRY(reminded, remind_mailbox(session, key, now));
        count += reminded;
      }
    }
    return count;
  });
}

Result<std::size_t> PreferenceSweep::remind_mailbox(db::Session& session,
                                                    const std::string& address_key, Time now) {
  const auto span = parts_.times.expire - parts_.times.remind;
  SB_TRY(items, session.query(statements::to_remind_with,
                              {address_key, to_ms(now - span + parts_.times.remind),
                               to_ms(Time(span))}));
  if (items.empty()) return std::size_t{0};
  NewNotice notice{parts_.ids.make<MessageId>(), NoticeKind::still_want_it, address_key,
                   items.back().text(1), {}, {}};
  notice.message_id = notice_message_id(notice.kind, notice.id, parts_.from);
  for (const auto& row : items) {
    notice.requests.push_back(RequestId{row.i64(0)});
    SB_CHECK(session.execute(statements::note_reminded,
                             {row.i64(0), to_ms(now), to_ms(Time(span))}));
  }
  SB_CHECK(notices_.queue(session, notice, now));
  return items.size();
}

Result<std::size_t> PreferenceSweep::expire_unwanted() {
  const auto now = parts_.clock.now();
  const auto& times = parts_.times;
  const bool reminds = times.remind > Duration(0);
  SB_TRY(rows, parts_.database.read([&](db::Session& session) {
    return session.query(statements::expired,
                         {to_ms(now - times.expire), reminds ? 1 : 0,
                          to_ms(Time(times.expire - times.remind)), to_ms(now - times.remind),
                          kRequests});
  }));
  if (rows.empty()) return std::size_t{0};
  const auto reason =
      fmt::format("not asked for again within {} days",
                  whole(times.expire, std::chrono::duration_cast<Duration>(std::chrono::days(1))));
  auto done = parts_.database.write([&](db::Session& session) {
    return end(session, rows, Stage::waiting, RequestStatus::expired, reason, now - times.expire);
  });
  parts_.outbox.announce();
  return done;
}

Result<std::size_t> PreferenceSweep::end(db::Session& session, const db::Rows& rows,
                                         Stage from, RequestStatus status,
                                         const std::string& reason, Time asked_before) {
  const auto now = parts_.clock.now();
  std::vector<StatusUpdate> updates;
  for (const auto& row : rows) {
    const RequestId request{row.i64(0)};
    SB_TRY(asked_at, extensions_.end(session, request, from, asked_before));
    if (asked_at) updates.push_back({0, request, status, now, reason, "", false, asked_at});
  }
  SB_CHECK(parts_.outbox.append(session, updates));
  return rows.size();
}

}  // namespace stockbell::engagement
