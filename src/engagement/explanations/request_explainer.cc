#include "engagement/explanations/request_explainer.h"

#include "engagement/allocation/wave_store.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/journeys/journey_rules.h"
#include "engagement/messages/message_store.h"
#include "sql/engagement_explanation.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_explanation;

std::string count_text(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string units_text(std::int64_t units) { return count_text(units, "unit", "units"); }

// Counts stop at ten thousand.
std::string many_text(std::int64_t count) {
  return count > 10'000 ? "more than 10000" : std::to_string(count);
}

std::string moment(const db::Row& row, std::size_t column) {
  return to_rfc3339(from_ms(row.i64(column)));
}

std::string restock_text(const db::Row& restock) {
  return fmt::format("restock of {} at {} ({})", units_text(restock.i64(1)), moment(restock, 3),
                     restock.text(2));
}

std::string wait_text(const db::Row& entry) {
  const auto until = entry.is_null(8) ? std::string() : moment(entry, 8);
  switch (parse_enum<ParkReason>(entry.text(7)).value_or(ParkReason::wait)) {
    case ParkReason::wait:
      return "its next step is due " + until;
    case ParkReason::quiet_hours:
      return "quiet hours: its message leaves after " + until;
    case ParkReason::frequency_cap:
      return "its mailbox had as many messages as the frequency cap allows: not before " + until;
    case ParkReason::held_out:
      return "it is in the hold-out share and gets no message; it keeps its place for the next "
             "restock";
    case ParkReason::test_mode:
      return "the journey is in test mode and writes to its seeds only";
    case ParkReason::passed_over:
      return "its way through the journey held no message; it keeps its place for the next restock";
    default:
      return until.empty() ? "it is held: " + entry.text(7) : entry.text(7) + " until " + until;
  }
}

}  // namespace

struct RequestExplainer::Subject {
  RequestId request;
  std::string sku, site;
  Stage stage = Stage::waiting;
  Time requested_at{};
  bool has_contact = false;
  std::string address_key;
  db::Rows entries, messages;  // newest restock first
  Lines lines = {};
  std::vector<std::int64_t> told = {};  // restocks

  const db::Row* entry_of(std::int64_t restock) const {
    const auto found =
        std::ranges::find_if(entries, [&](const db::Row& row) { return row.i64(0) == restock; });
    return found == entries.end() ? nullptr : &*found;
  }
  // The last one of its turns.
  const db::Row* message_of(std::int64_t restock) const {
    const auto found =
        std::ranges::find_if(messages, [&](const db::Row& row) { return row.i64(0) == restock; });
    return found == messages.end() ? nullptr : &*found;
  }
};

Result<std::vector<std::string>> RequestExplainer::explain(RequestId request) {
  return parts_.database.read([&](db::Session& session) { return explain_in(session, request); });
}

Result<RequestExplainer::Lines> RequestExplainer::explain_in(db::Session& session,
                                                             RequestId request) {
  SB_TRY(row, session.query_one(statements::find_request, {request.value}));
  if (!row)
    return fail(ErrorCode::not_found, "request-not-synchronised",
                "Engagement has not had the request yet, or it was deleted there");
  Subject subject{request,
                  row->text(0),
                  row->text(1),
                  parse_enum<Stage>(row->text(2)).value_or(Stage::waiting),
                  from_ms(row->i64(3)),
                  !row->is_null(4),
                  row->text(4),
                  {},
                  {}};
  SB_TRY(entries, session.query(statements::entries, {request.value}));
  SB_TRY(messages, session.query(statements::messages, {request.value}));
  subject.entries = std::move(entries);
  subject.messages = std::move(messages);
  SB_CHECK(tell_restocks(session, subject));
  SB_CHECK(tell_holds(session, subject));
  switch (subject.stage) {
    case Stage::pending:
      subject.lines.push_back("its mailbox has not confirmed it: nothing is sent before");
      break;
    case Stage::waiting:
      SB_CHECK(tell_waiting(session, subject));
      break;
    case Stage::entered:
      SB_CHECK(tell_entered(session, subject));
      break;
    case Stage::closed:
      if (!subject.messages.empty() &&
          std::ranges::find(subject.told, subject.messages.front().i64(0)) == subject.told.end())
        subject.lines.push_back(message_sentence(subject.messages.front()));
      break;
  }
  return std::move(subject.lines);
}

// Until when it was waited for, as far as is known here: what came after has no say. Who closed it
// otherwise than by a message stands in the CRM's timeline.
Time RequestExplainer::end_of(const Subject& subject) {
  if (subject.stage == Stage::waiting || subject.stage == Stage::entered) return Time::max();
  auto end = subject.requested_at;
  for (const auto& message : subject.messages)
    if (!message.is_null(5) && message.i64(7) == 0) end = from_ms(message.i64(5));
  for (const auto& entry : subject.entries) end = std::max(end, from_ms(entry.i64(5)));
  return end;
}

// The restocks since it was asked for that are over, oldest first.
Result<> RequestExplainer::tell_restocks(db::Session& session, Subject& subject) {
  SB_TRY(closed, session.query(statements::closed_restocks,
                               {subject.sku, to_ms(subject.requested_at), to_ms(end_of(subject))}));
  constexpr std::size_t kTold = 5;
  if (closed.size() > kTold) {
    subject.lines.push_back("earlier restocks are not told here");
    closed.erase(closed.begin() + kTold, closed.end());
  }
  for (auto restock = closed.rbegin(); restock != closed.rend(); ++restock)
    SB_CHECK(tell_closed(session, *restock, subject));
  return {};
}

Result<> RequestExplainer::tell_closed(db::Session& session, const db::Row& restock,
                                       Subject& subject) {
  const auto over = fmt::format("{}, sold out at {}: ", restock_text(restock), moment(restock, 4));
  subject.told.push_back(restock.i64(0));
  if (const auto* message = subject.message_of(restock.i64(0))) {
    subject.lines.push_back(over + message_sentence(*message));
    return {};
  }
  if (subject.entry_of(restock.i64(0)) != nullptr) {
    subject.lines.push_back(over + "it was in the journey, and no message of it had left");
    return {};
  }
  SB_TRY(waves, session.query_one(statements::waves_of, {restock.i64(0)}));
  const auto entered = restock.i64(5);
  if (waves && waves->i64(0) > 0)
    subject.lines.push_back(
        over + fmt::format("sold out before its turn; {} before it in line {} invited, in {}",
                           count_text(waves->i64(1), "request", "requests"),
                           waves->i64(1) == 1 ? "was" : "were",
                           count_text(waves->i64(2), "wave", "waves")));
  else if (entered > 0)
    subject.lines.push_back(over + fmt::format("sold out before its turn; {} had entered",
                                               count_text(entered, "request", "requests")));
  else
    subject.lines.push_back(over + "sold out before anybody entered");
  return {};
}

// Times at which the item was back, a rule kept it from ringing, and it sold out again.
Result<> RequestExplainer::tell_holds(db::Session& session, Subject& subject) {
  SB_TRY(holds, session.query(statements::holds,
                              {subject.sku, to_ms(subject.requested_at), to_ms(end_of(subject))}));
  for (auto row = holds.rbegin(); row != holds.rend(); ++row) {
    Hold hold{
        parse_enum<HoldReason>(row->text(2)).value_or(HoldReason::must_hold), row->i64(3), {}};
    hold.until = from_ms(row->i64(4));
    subject.lines.push_back(fmt::format("back in stock at {}, no restock: {}; sold out at {}",
                                        moment(*row, 0), sentence_of(hold, row->i64(1)),
                                        moment(*row, 5)));
  }
  return {};
}

std::string RequestExplainer::message_sentence(const db::Row& message) const {
  const auto what = message.i64(7) > 0 ? std::string("its reminder") : std::string("its message");
  const auto detail = message.text(2).empty() ? std::string() : ": " + message.text(2);
  switch (parse_enum<MessageState>(message.text(1)).value_or(MessageState::queued)) {
    case MessageState::queued:
      if (message.i64(4) == 0) return what + " is queued";
      return fmt::format("{} was tried {} and is tried again at {}{}", what,
                         count_text(message.i64(4), "time", "times"), moment(message, 3), detail);
    case MessageState::leased:
      return what + " is being handed over";
    case MessageState::sent:
      return fmt::format("{} left at {}{}", what, moment(message, 5), detail);
    case MessageState::withdrawn:
      return what + " was taken back" + detail;
    case MessageState::cancelled:
      return what + " was cancelled" + detail;
    case MessageState::refused:
      return fmt::format("{} was refused for good ({}){}", what, message.i64(6), detail);
    case MessageState::expired:
      return what + " was given up" + detail;
  }
  return what;
}

Result<> RequestExplainer::tell_entered(db::Session& session, Subject& subject) {
  const auto active = std::ranges::find_if(
      subject.entries, [](const db::Row& row) { return row.text(4) == "active"; });
  if (active == subject.entries.end()) return {};
  const auto& key = active->text(1);
  std::string step = "@done";
  SB_TRY(journey, parts_.journeys.get(session, key, static_cast<int>(active->i64(2))));
  if (std::cmp_less(active->i64(3), journey->steps.size()))
    step = journey->steps[static_cast<std::size_t>(active->i64(3))].id;
  auto line = fmt::format("in journey {} (version {}) since {}, at step {}", key, active->i64(2),
                          moment(*active, 5), step);
  const auto* message = subject.message_of(active->i64(0));
  if (!active->is_null(7))
    line += ": " + wait_text(*active);
  else if (message != nullptr)
    line += ": " + message_sentence(*message);
  if (parts_.journeys.status(key) == JourneyStatus::paused)
    line += "; the journey is paused: nothing leaves until it is resumed";
  subject.lines.push_back(std::move(line));
  return {};
}

Result<> RequestExplainer::tell_waiting(db::Session& session, Subject& subject) {
  if (!subject.has_contact || subject.address_key.empty())
    subject.lines.push_back(
        "its contact has no address that can be written to: it keeps its place");
  else if (parts_.suppressions.contains(subject.address_key))
    subject.lines.push_back("its mailbox is unsubscribed: nothing is sent");
  const auto stock = parts_.stock(subject.sku);
  if (stock && stock->in_stock) return tell_available(session, subject);
  if (!stock)
    subject.lines.push_back(
        fmt::format("waits for {} to be available: no feed or event has told of its stock so far",
                    subject.sku));
  else
    subject.lines.push_back(fmt::format("waits for {} to be available: out of stock as of {}",
                                        subject.sku, to_rfc3339(stock->observed_at)));
  return tell_held_feeds(session, subject);
}

std::optional<std::string> RequestExplainer::no_journey(const Subject& subject) const {
  for (const auto& journey : parts_.journeys.active())
    if (takes(*journey, subject.sku) && takes_site(*journey, subject.site)) return {};
  std::string others;
  for (const auto status : {JourneyStatus::paused, JourneyStatus::stopped})
    for (const auto& key : parts_.journeys.keys_in(status))
      others += fmt::format("{}{} is {}", others.empty() ? "; " : ", ", key, to_text(status));
  return fmt::format("{} is in stock, but no running journey takes it on site {}{}", subject.sku,
                     subject.site, others);
}

Result<> RequestExplainer::tell_available(db::Session& session, Subject& subject) {
  if (auto none = no_journey(subject)) {
    subject.lines.push_back(std::move(*none));
    return {};
  }
  SB_TRY(held, HoldStore().find_active(session, subject.sku));
  if (held) {
    subject.lines.push_back(fmt::format("back in stock since {}, no restock yet: {}",
                                        to_rfc3339(held->since),
                                        sentence_of(held->hold, held->units)));
    return {};
  }
  SB_TRY(restock, session.query_one(statements::open_restock, {subject.sku}));
  if (!restock) {
    subject.lines.push_back(
        fmt::format("{} is in stock: its restock opens in a moment", subject.sku));
    return {};
  }
  return tell_line(session, *restock, subject);
}

// It waits under an open restock: how many were invited, and who decides when the next are.
Result<> RequestExplainer::tell_line(db::Session& session, const db::Row& restock,
                                     Subject& subject) {
  const RestockId id{restock.i64(0)};
  SB_TRY(before,
         session.query_one(statements::asked_before,
                           {subject.sku, to_ms(subject.requested_at), subject.request.value}));
  SB_TRY(all, session.query_one(statements::waiting_now, {subject.sku}));
  auto line = fmt::format("{} is open, {} of the {} who wait asked before; ", restock_text(restock),
                          many_text(before->i64(0)), many_text(all->i64(0)));
  const auto& policy = parts_.allocation;
  if (!policy.in_waves()) {
    subject.lines.push_back(line + "everyone is invited, in order: its turn is about to come");
    return {};
  }
  SB_TRY(last, WaveStore().find_last(session, id));
  if (last) {
    line +=
        fmt::format("wave {} invited {} at {}", last->number,
                    count_text(last->invited, "request", "requests"), to_rfc3339(last->decided_at));
    const auto due = next_wave_at(policy, {last->decided_at, last->invited});
    if (due > parts_.clock.now()) line += fmt::format("; next wave at {}", to_rfc3339(due));
  } else {
    line += "no wave so far";
  }
  if (policy.rule == AllocationRule::units) {
    SB_TRY(open, session.query_one(statements::open_units, {subject.sku}));
    const auto stock = parts_.stock(subject.sku);
    const auto units = stock ? stock->ats : 0;
    line += fmt::format(
        "; {} are good for {} at a time, open invitations take up {}: the next are invited when "
        "one ends or more units come",
        units_text(units), count_text(allowance(policy, units), "invitation", "invitations"),
        open->i64(0));
  }
  subject.lines.push_back(std::move(line));
  return {};
}

Result<> RequestExplainer::tell_held_feeds(db::Session& session, Subject& subject) {
  SB_TRY(feeds, session.query(statements::held_feeds, {subject.sku}));
  for (const auto& feed : feeds) {
    const auto says = feed.is_null(3) ? std::string("what it says is not applied")
                                      : fmt::format("it would bring back {} of {}",
                                                    units_text(feed.i64(3)), subject.sku);
    subject.lines.push_back(
        fmt::format("feed {} of {} is held by the guard ({}): {} until it is released",
                    feed.text(0), moment(feed, 2), feed.text(1), says));
  }
  return {};
}

}  // namespace stockbell::engagement
