#include "engagement/preferences/preference_service.h"

#include <fmt/format.h>

#include "engagement/preferences/preference_rules.h"

namespace stockbell::engagement {
namespace {

constexpr const char* kStopped = "stopped by the shopper";

Result<NoticeView> get_notice(PreferenceStore& store, db::Session& session, MessageId notice) {
  SB_TRY(view, store.find_notice(session, notice));
  if (!view) return fail(ErrorCode::not_found, "message-unknown", "there is no such message");
  return std::move(*view);
}

}  // namespace

Result<NoticeView> PreferenceService::notice(MessageId notice) {
  return parts_.database.read(
      [&](db::Session& session) { return get_notice(store_, session, notice); });
}

Result<MailboxView> PreferenceService::mailbox(const std::string& address_key) {
  return parts_.database.read(
      [&](db::Session& session) { return store_.mailbox(session, address_key); });
}

Result<std::vector<std::string>> PreferenceService::confirm_all(
    db::Session& session, const std::vector<PreferenceItem>& items, const std::string& client) {
  const auto now = parts_.clock.now();
  const auto network = client_network(client);
  const auto reason = network.empty() ? std::string("confirmed by the mailbox")
                                      : "confirmed by the mailbox, from " + network;
  std::vector<std::string> skus;
  std::vector<StatusUpdate> updates;
  for (const auto& item : items) {
    SB_TRY(moved, store_.leave(session, item.request, Stage::pending, Stage::waiting));
    if (!moved) continue;
    skus.push_back(item.sku);
    updates.push_back({0, item.request, RequestStatus::requested, now, reason});
  }
  SB_CHECK(parts_.outbox.append(session, updates));
  return skus;
}

Result<std::size_t> PreferenceService::after_confirm(Result<std::vector<std::string>> skus) {
  if (!skus) return std::unexpected(std::move(skus).error());
  if (skus->empty()) return std::size_t{0};
  parts_.outbox.announce();
  parts_.somebody_waits(*skus);  // it may be back already
  return skus->size();
}

Result<std::size_t> PreferenceService::confirm(MessageId notice, const std::string& client) {
  return after_confirm(
      parts_.database.write([&](db::Session& session) -> Result<std::vector<std::string>> {
        SB_TRY(view, get_notice(store_, session, notice));
        return confirm_all(session, view.items, client);
      }));
}

Result<bool> PreferenceService::confirm(const std::string& address_key, RequestId request,
                                        const std::string& client) {
  SB_TRY(count, after_confirm(parts_.database.write(
                    [&](db::Session& session) -> Result<std::vector<std::string>> {
                      SB_TRY(place, store_.find_request(session, request, address_key));
                      if (!place) return std::vector<std::string>();
                      PreferenceItem item;
                      item.request = request;
                      item.sku = place->sku;
                      return confirm_all(session, {item}, client);
                    })));
  return count > 0;
}

Result<std::size_t> PreferenceService::keep(MessageId notice) {
  auto kept = parts_.database.write([&](db::Session& session) -> Result<std::size_t> {
    SB_TRY(view, get_notice(store_, session, notice));
    const auto now = parts_.clock.now();
    std::vector<StatusUpdate> updates;
    for (const auto& item : view.items) {
      SB_TRY(waits, store_.keep(session, item.request, now));
      if (waits)
        updates.push_back({0, item.request, RequestStatus::requested, now,
                           "still wanted, says the shopper", "", true});
    }
    SB_CHECK(parts_.outbox.append(session, updates));
    return updates.size();
  });
  if (kept && *kept > 0) parts_.outbox.announce();
  return kept;
}

Result<> PreferenceService::end(db::Session& session, RequestId request, std::string reason,
                                Ended& ended) {
  SB_TRY(closed, extensions_.close(session, request));
  if (!closed) return {};
  ended.requests.push_back(request);
  ended.updates.push_back(
      {0, request, RequestStatus::cancelled, parts_.clock.now(), std::move(reason)});
  return {};
}

Result<std::size_t> PreferenceService::after_end(Result<Ended> ended) {
  if (!ended) return std::unexpected(std::move(ended).error());
  for (const auto request : ended->requests) parts_.cancel_in_flight(request);
  if (!ended->requests.empty()) parts_.outbox.announce();
  return ended->requests.size();
}

Result<std::size_t> PreferenceService::stop(MessageId notice) {
  return after_end(parts_.database.write([&](db::Session& session) -> Result<Ended> {
    SB_TRY(view, get_notice(store_, session, notice));
    Ended ended;
    for (const auto& item : view.items) SB_CHECK(end(session, item.request, kStopped, ended));
    SB_CHECK(parts_.journeys.leave(session, ended.requests));
    SB_CHECK(parts_.outbox.append(session, ended.updates));
    return ended;
  }));
}

Result<bool> PreferenceService::stop(const std::string& address_key, RequestId request) {
  SB_TRY(count, after_end(parts_.database.write([&](db::Session& session) -> Result<Ended> {
           Ended ended;
           SB_TRY(place, store_.find_request(session, request, address_key));
           if (!place) return ended;
           SB_CHECK(end(session, request, kStopped, ended));
           SB_CHECK(parts_.journeys.leave(session, ended.requests));
           SB_CHECK(parts_.outbox.append(session, ended.updates));
           return ended;
         })));
  return count > 0;
}

Result<std::size_t> PreferenceService::stop_all(const std::string& address_key) {
  return after_end(parts_.database.write([&](db::Session& session) -> Result<Ended> {
    Ended ended;
    SB_TRY(open, extensions_.list_open_of_address(session, address_key));
    for (const auto request : open) SB_CHECK(end(session, request, kStopped, ended));
    SB_CHECK(parts_.journeys.leave(session, ended.requests));
    SB_CHECK(parts_.outbox.append(session, ended.updates));
    return ended;
  }));
}

Result<ChangeResult> PreferenceService::change(const std::string& address_key, RequestId request,
                                               const std::string& sku) {
  struct Done {
    ChangeResult result = ChangeResult::gone;
    Ended ended;
  };
  auto done = parts_.database.write([&](db::Session& session) -> Result<Done> {
    Done made;
    SB_TRY(place, store_.find_request(session, request, address_key));
    if (!place || place->stage == Stage::closed) return made;
    made.result = ChangeResult::changed;
    if (place->sku == sku) return made;
    SB_TRY(same, store_.same_product(session, place->sku, sku));
    if (!same)
      return fail(ErrorCode::invalid, "sku-not-of-product",
                  "sku must be another variant of the same product", "sku");
    SB_TRY(rival, store_.find_rival(session, request, *place, sku));
    if (rival) {
      SB_TRY(other, store_.find_request(session, *rival, address_key));
      const bool unconfirmed = other && other->stage == Stage::pending;
      const bool gives_way = unconfirmed && place->stage != Stage::pending;
      if (!gives_way) made.result = ChangeResult::merged;
      SB_CHECK(end(session, gives_way ? *rival : request,
                   gives_way ? "another request was changed to this size"
                             : "changed to a size that was asked for already",
                   made.ended));
    }
    if (made.result == ChangeResult::changed) {
      const bool pending = place->stage == Stage::pending;
      // A message of the other size may be on its way: it does not leave any more.
      if (place->stage == Stage::entered) made.ended.requests.push_back(request);
      SB_CHECK(
          store_.change_sku(session, request, sku, pending ? Stage::pending : Stage::waiting));
      made.ended.updates.push_back(
          {0, request, pending ? RequestStatus::pending : RequestStatus::requested,
           parts_.clock.now(), fmt::format("changed from {} to {} by the shopper", place->sku, sku),
           sku});
    }
    SB_CHECK(parts_.journeys.leave(session, made.ended.requests));
    SB_CHECK(parts_.outbox.append(session, made.ended.updates));
    return made;
  });
  if (!done) return std::unexpected(std::move(done).error());
  for (const auto one : done->ended.requests) parts_.cancel_in_flight(one);
  if (!done->ended.updates.empty()) parts_.outbox.announce();
  if (done->result == ChangeResult::changed) parts_.somebody_waits({sku});
  return done->result;
}

Result<bool> PreferenceService::allow(const std::string& address_key) {
  auto allowed = parts_.database.write(
      [&](db::Session& session) { return store_.allow(session, address_key); });
  if (allowed && *allowed) parts_.suppressions.forget(address_key);
  return allowed;
}

Result<> PreferenceService::send_link(const std::string& address_key, const std::string& locale) {
  auto queued = parts_.database.write([&](db::Session& session) -> Result<> {
    const auto now = parts_.clock.now();
    SB_TRY(email, store_.find_email(session, address_key));
    if (!email) return {};
    SB_TRY(sent, notices_.count_since(session, address_key, NoticeKind::manage_link,
                                      now - kNoticeDay));
    if (may_write(sent, now) != MayWrite::now) return {};
    const auto id = parts_.ids.make<MessageId>();
    return notices_.queue(session,
                          {id, NoticeKind::manage_link, address_key, locale,
                           notice_message_id(NoticeKind::manage_link, id, parts_.from), {}},
                          now);
  });
  if (queued) parts_.wake_senders();
  return queued;
}

}  // namespace stockbell::engagement
