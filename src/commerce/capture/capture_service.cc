#include "commerce/capture/capture_service.h"

#include <future>

#include "commerce/capture/address_renewal.h"
#include "commerce/capture/refusals.h"
#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

constexpr int kRequestsAtOnce = 256;
// Then a person has to look at it: after hours, so that a CRM that fails for a while loses nothing.
constexpr int kMostAttempts = 20;
constexpr int kRowPatience = 40;

}  // namespace

void CaptureService::start() {
  start_journal();
  if (intake_) worker_.start();
  if (journal_) applier_.start();
}

void CaptureService::start_journal() {
  started_ = true;
  if (journal_) journal_->start([this] { applier_.wake(); });
}

void CaptureService::stop() {
  if (journal_) journal_->stop();
  applier_.stop();
  worker_.stop();
  started_ = false;
}

bool CaptureService::knows_at_once(const std::string& sku) {
  if (!journal_) return false;
  if (known_skus_.contains(sku)) return true;
  if (database_.is_postgresql()) return false;
  const auto known = sku_known_(sku);
  if (!known || !*known) return false;
  known_skus_.add(sku);
  return true;
}

Result<> CaptureService::accept(const NotificationRequest& request) {
  if (!known_skus_.contains(request.sku)) {
    SB_TRY(known, sku_known_(request.sku));
    if (!known)
      return fail(ErrorCode::invalid, "sku-unknown", "there is no item with this SKU", "sku");
    known_skus_.add(request.sku);
  }
  if (journal_) {
    std::promise<Result<>> promise;
    auto answer = promise.get_future();
    accept_known(request, [&](Result<> done) { promise.set_value(std::move(done)); });
    return answer.get();
  }
  auto id = ids_.next();
  SB_TRY(queued, database_.write([&](db::Session& session) {
    return capture_store::queue(session, id, request);
  }));
  if (queued) worker_.wake();
  return {};
}

Result<OutboxStep> CaptureService::hand_over() {
  if (!intake_) return OutboxStep{};
  auto handing_over = pause_hand_over();  // an erasure never comes between reading and handing over
  SB_CHECK(renew_addresses());
  auto now = clock_.now();
  SB_TRY(pending, database_.read([&](db::Session& session) {
    return capture_store::next_pending(session, now, kRequestsAtOnce);
  }));
  std::vector<std::int64_t> handed_over, untried;
  struct Failure {
    std::int64_t id;
    bool never;
    Time due;
    std::string reason;
  };
  std::vector<Failure> failures;
  const Backoff of_row{backoff_.first, kRowPatience * backoff_.longest};
  std::optional<Error> away;
  std::vector<NotificationRequest> requests;
  for (const auto& row : pending) {
    requests.push_back(row.request);
    if (row.joinable) untried.push_back(row.id);
  }
  if (!untried.empty())
    SB_CHECK(database_.write(
        [&](db::Session& session) { return capture_store::note_tried(session, untried); }));
  const auto receipts = intake_->submit_all(requests);
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const auto& row = pending[i];
    const auto& receipt = receipts[i];
    if (receipt) {
      handed_over.push_back(row.id);
      continue;
    }
    auto refusal = refusal_of(receipt.error());
    auto due = now + backoff_pause(of_row, row.attempts + 1, random_.next());
    if (refusal == Refusal::peer_away) {
      if (!away) away = receipt.error();
      continue;
    }
    log::warning("intake-refused",
                 {{"request", row.request.request_key}, {"reason", receipt.error().reason}});
    const bool never = refusal == Refusal::row_never || row.attempts + 1 >= kMostAttempts;
    failures.push_back({row.id, never, due, receipt.error().reason});
  }
  // A crash before this commit hands the same requests over again, under the same keys.
  auto noted_all = database_.write([&](db::Session& session) -> Result<> {
    for (const auto& f : failures) {
      auto noted = f.never ? capture_store::park(session, f.id, f.reason)
                           : capture_store::postpone(session, f.id, f.due, f.reason);
      if (!noted) return noted;
    }
    return capture_store::discard(session, handed_over);
  });
  if (!noted_all) return fail(std::move(noted_all).error());
  if (away) return fail(std::move(*away));
  if (pending.size() == kRequestsAtOnce) return OutboxStep{.more = true};
  SB_TRY(due, database_.read([](db::Session& s) { return capture_store::earliest_due(s); }));
  if (!due) return OutboxStep{};
  return OutboxStep{.later = std::max(*due - clock_.now(), Duration(1))};
}

Result<> CaptureService::renew_addresses() {
  if (renewed_) return {};
  SB_CHECK(
      database_.write([](db::Session& session) { return commerce::renew_addresses(session); }));
  renewed_ = true;
  return {};
}

Result<std::vector<capture_store::OutboxRow>> CaptureService::list_outbox(int limit) {
  SB_CHECK(settle());
  return database_.read([&](db::Session& s) { return capture_store::list(s, limit); });
}

Result<> CaptureService::release(std::int64_t id) {
  SB_TRY(released, database_.write([&](db::Session& s) { return capture_store::release(s, id); }));
  if (!released)
    return fail(ErrorCode::not_found, "outbox-row-unknown",
                "there is no parked request of this id");
  worker_.wake();
  return {};
}

}  // namespace stockbell::commerce
