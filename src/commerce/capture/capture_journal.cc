// CaptureService's dealings with the journal: what is in it goes to the CRM, many at once, and to
// the store's outbox where the CRM does not take it.
#include <charconv>

#include "commerce/capture/capture_service.h"
#include "commerce/capture/journal_record.h"
#include "commerce/capture/refusals.h"
#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

using std::chrono::steady_clock;
constexpr std::size_t kRecordsAtOnce = 512;

std::int64_t id_of(const NotificationRequest& request) {
  std::int64_t id = 0;
  const auto& key = request.request_key;
  std::from_chars(key.data(), key.data() + key.size(), id);
  return id;
}

}  // namespace

Result<> CaptureService::open_journal(JournalOptions options) {
  SB_TRY(state, database_.read([](db::Session& s) { return capture_store::journal_state(s); }));
  const JournalPosition position{static_cast<std::uint64_t>(state.journal),
                                 static_cast<std::uint64_t>(state.applied)};
  SB_TRY(journal, RequestJournal::open(std::move(options), position, random_));
  journal_ = std::move(journal);
  return {};
}

void CaptureService::accept_known(NotificationRequest request, Done done) {
  request.request_key = std::to_string(ids_.next());
  journal_->append(to_record(request), std::move(done));
}

void CaptureService::accept_nothing(Done done) {
  journal_->append(std::string(kNoRequest), std::move(done));
}

Result<OutboxStep> CaptureService::apply_journal() {
  const auto began = steady_clock::now();
  SB_TRY(applied, apply_next());
  if (applied == 0) return OutboxStep{};
  const auto took = std::chrono::duration_cast<ApplyPace::Micros>(steady_clock::now() - began);
  const auto rest = pace_.rest_after({.took = took,
                                      .requests = applied,
                                      .appended = journal_->appended(),
                                      .waiting_bytes = journal_->waiting_bytes(),
                                      .most_bytes = journal_->most_bytes()});
  return OutboxStep{.more = true, .rest = rest};
}

// The next records of the journal; how many there were.
Result<std::size_t> CaptureService::apply_next() {
  auto handing_over = pause_hand_over();  // an erasure never comes between reading and handing over
  SB_TRY(entries, journal_->read(kRecordsAtOnce));
  if (entries.empty()) return std::size_t{0};
  if (auto done = apply(entries); !done) {
    journal_->unread();
    return fail(std::move(done).error());
  }
  journal_->applied(entries.back().number);
  return entries.size();
}

Result<> CaptureService::apply(const std::vector<RequestJournal::Entry>& entries) {
  std::vector<NotificationRequest> requests;
  requests.reserve(entries.size());
  for (const auto& entry : entries) {
    if (entry.record == kNoRequest) continue;
    SB_TRY(request, from_record(entry.record));
    requests.push_back(std::move(request));
  }
  // Nobody overtakes those that wait for the CRM; one that it could not take and that has its time
  // set holds up nobody.
  const auto now = clock_.now();
  SB_TRY(pending,
         database_.read([now](db::Session& s) { return capture_store::any_pending(s, now); }));
  std::vector<Result<IntakeReceipt>> receipts;
  if (intake_ && started_ && !pending) receipts = intake_->submit_all(requests);
  bool queued = false;
  // A crash before this commit hands the same requests over again, under the same keys.
  const auto stored = database_.write([&](db::Session& session) -> Result<> {
    queued = false;
    std::vector<std::int64_t> tried;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (i < receipts.size() && receipts[i]) continue;
      queued = true;
      SB_TRY(fresh, capture_store::queue(session, id_of(requests[i]), requests[i]));
      if (!fresh || i >= receipts.size()) continue;
      SB_CHECK(note_refusal(session, requests[i], receipts[i].error()));
      tried.push_back(id_of(requests[i]));
    }
    SB_CHECK(capture_store::note_tried(session, tried));
    return capture_store::save_journal_state(session,
                                             {static_cast<std::int64_t>(journal_->id()),
                                              static_cast<std::int64_t>(entries.back().number)});
  });
  if (!stored) return stored;
  if (queued) worker_.wake();
  return {};
}

Result<> CaptureService::note_refusal(db::Session& session, const NotificationRequest& request,
                                      const Error& error) {
  const auto refusal = refusal_of(error);
  if (refusal == Refusal::peer_away) return {};
  log::warning("intake-refused", {{"request", request.request_key}, {"reason", error.reason}});
  if (refusal == Refusal::row_never)
    return capture_store::park(session, id_of(request), error.reason);
  const auto due = clock_.now() + backoff_pause(backoff_, 1, random_.next());
  return capture_store::postpone(session, id_of(request), due, error.reason);
}

Result<> CaptureService::settle() {
  if (!journal_) return {};
  const auto last = journal_->last();
  while (journal_->applied() < last) SB_CHECK(apply_next());
  return {};
}

Result<> CaptureService::wipe_journal() {
  if (!journal_) return {};
  SB_CHECK(journal_->wipe_applied());  // the next requests go to another file
  SB_CHECK(settle());
  return journal_->wipe_applied();
}

}  // namespace stockbell::commerce
