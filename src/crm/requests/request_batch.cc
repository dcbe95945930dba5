// RequestService::submit_all: a batch of submissions in one transaction, with the look-ups and the
// writes gathered. Its outcome is that of submitting them one after the other.
#include <unordered_map>

#include "crm/requests/change_log.h"
#include "crm/requests/consent.h"
#include "crm/requests/request_rules.h"
#include "crm/requests/request_service.h"
#include "crm/requests/request_store.h"

namespace stockbell::crm::requests {
namespace {

constexpr std::size_t kMostAtOnce = 1000;

std::string place_of(ContactId contact, const std::string& sku, const std::string& site) {
  return fmt::format("{}\n{}\n{}", contact.value, sku, site);
}

}  // namespace

// The rows that a batch writes, and what it knows without asking the store.
struct RequestService::Gathered {
  using Request = const NotificationRequest*;
  struct Opened {
    Request request;
    RequestId id;
    ContactId contact;
    std::string reason;
  };
  struct Repeat {
    Request request;
    RequestId open;
  };
  std::unordered_map<std::string_view, IntakeReceipt> receipts;  // by request key
  std::unordered_map<std::string, RequestId> open;               // by place
  std::vector<Request> fresh;                                    // keys never seen
  std::vector<std::pair<Request, IntakeReceipt>> kept;           // receipts to write
  std::vector<Opened> opened;
  std::vector<Repeat> repeats;
};

std::vector<Result<IntakeReceipt>> RequestService::submit_all(
    std::span<const NotificationRequest> requests) {
  std::vector<Result<IntakeReceipt>> receipts(requests.size());
  std::vector<std::size_t> good;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (auto checked = check_request(requests[i]); !checked)
      receipts[i] = fail(std::move(checked).error());
    else
      good.push_back(i);
  }
  std::optional<Error> away;
  for (std::span<const std::size_t> rest = good; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), kMostAtOnce));
    rest = rest.subspan(part.size());
    submit_part(requests, part, receipts, away);
  }
  return receipts;
}

// A part fails as a whole, so one that failed for good is cut until what was bad in it is alone.
void RequestService::submit_part(std::span<const NotificationRequest> requests,
                                 std::span<const std::size_t> part,
                                 std::vector<Result<IntakeReceipt>>& receipts,
                                 std::optional<Error>& away) {
  if (!away && part.size() == 1) {
    auto& receipt = receipts[part.front()];
    receipt = submit(requests[part.front()]);
    if (!receipt && receipt.error().temporary()) away = receipt.error();
    return;
  }
  if (!away) {
    std::vector<const NotificationRequest*> chosen;
    for (const auto index : part) chosen.push_back(&requests[index]);
    const objects::ChangeClock::Stamp stamp(changes_);
    const Written written{stamp.time(), system_user()};
    const auto done =
        db_.write([&](db::Session& session) { return record_all(session, chosen, written); });
    if (done) {
      for (std::size_t i = 0; i < part.size(); ++i) receipts[part[i]] = (*done)[i];
      wake_readers();
      return;
    }
    if (done.error().temporary()) away = done.error();
  }
  if (away) {
    for (const auto index : part) receipts[index] = fail(*away);
    return;
  }
  submit_part(requests, part.first(part.size() / 2), receipts, away);
  submit_part(requests, part.subspan(part.size() / 2), receipts, away);
}

Result<std::vector<IntakeReceipt>> RequestService::record_all(
    db::Session& session, std::span<const NotificationRequest* const> requests, Written written) {
  Gathered batch;
  SB_CHECK(know_keys(session, requests, batch));
  std::vector<contacts::Contact> candidates;
  candidates.reserve(batch.fresh.size());
  for (const auto* request : batch.fresh)
    candidates.push_back(
        contacts::contact_from(*request, contacts_.options().site_group_of(request->site)));
  SB_TRY(contacts, contacts_.resolve_all(session, candidates, written));
  SB_CHECK(know_open(session, contacts, batch));
  for (std::size_t i = 0; i < batch.fresh.size(); ++i)
    open_later(*batch.fresh[i], contacts[i], batch);
  SB_CHECK(write_gathered(session, batch, written));
  std::vector<IntakeReceipt> receipts;
  receipts.reserve(requests.size());
  for (const auto* request : requests) receipts.push_back(batch.receipts.at(request->request_key));
  return receipts;
}

Result<> RequestService::know_keys(db::Session& session,
                                   std::span<const NotificationRequest* const> requests,
                                   Gathered& batch) {
  std::vector<std::string_view> keys;
  keys.reserve(requests.size());
  for (const auto* request : requests) keys.push_back(request->request_key);
  SB_TRY(receipts, find_receipts(session, keys));
  SB_TRY(records, find_all_keyed(session, keys));
  for (const auto* request : requests) {
    const std::string_view key = request->request_key;
    if (batch.receipts.contains(key)) continue;  // a twin of one before
    if (const auto found = receipts.find(request->request_key); found != receipts.end()) {
      batch.receipts[key] = found->second;
      continue;
    }
    const auto record = records.find(request->request_key);
    batch.receipts[key] = record == records.end() ? IntakeReceipt{} : record->second;
    if (record == records.end())
      batch.fresh.push_back(request);
    else
      batch.kept.emplace_back(request, record->second);
  }
  return {};
}

// Open requests of contacts that were there before.
Result<> RequestService::know_open(db::Session& session,
                                   std::span<const contacts::ResolvedContact> contacts,
                                   Gathered& batch) {
  std::unordered_map<ContactId, bool> created;
  for (const auto& contact : contacts) created[contact.id] |= contact.created;
  std::vector<OpenPlace> places;
  for (std::size_t i = 0; i < contacts.size(); ++i)
    if (!created.at(contacts[i].id))
      places.push_back({contacts[i].id, batch.fresh[i]->sku, batch.fresh[i]->site, {}});
  SB_TRY(open, find_open_requests(session, places));
  for (const auto& place : open)
    batch.open[place_of(place.contact, place.sku, place.site)] = place.id;
  return {};
}

void RequestService::open_later(const NotificationRequest& request,
                                const contacts::ResolvedContact& contact, Gathered& batch) {
  const auto [place, is_new] =
      batch.open.try_emplace(place_of(contact.id, request.sku, request.site));
  if (is_new) {
    place->second = ids_.make<RequestId>();
    batch.opened.push_back({&request, place->second, contact.id, asked_reason(contact)});
  } else {
    batch.repeats.push_back({&request, place->second});
  }
  const IntakeReceipt receipt{contact.id, place->second, contact.created, is_new};
  batch.receipts[request.request_key] = receipt;
  batch.kept.emplace_back(&request, receipt);
}

Result<> RequestService::write_gathered(db::Session& session, const Gathered& batch,
                                        Written written) {
  std::vector<NewRequest> rows;
  std::vector<TimelineEvent> events;
  std::vector<Change> changes;
  for (const auto& opened : batch.opened) {
    rows.push_back({opened.request, opened.contact, opened.id, opened.reason});
    events.push_back({opened.id, opened.request->requested_at, status_at_birth(*opened.request),
                      opened.reason, "commerce", 0});
    changes.push_back({"contact", opened.contact.value});
    changes.push_back({"request", opened.id.value});
  }
  SB_CHECK(insert_requests(session, rows, written));
  SB_CHECK(add_events(session, ids_, events));
  SB_CHECK(insert_receipts(session, batch.kept, written.at));
  SB_CHECK(log_changes(session, changes));
  for (const auto& repeat : batch.repeats)
    SB_CHECK(ask_again(session, ids_, repeat.open, *repeat.request, written));
  return {};
}

}  // namespace stockbell::crm::requests
