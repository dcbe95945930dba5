// Takes a shopper's request (step 2) and carries it to the CRM (step 3). accept() answers only
// after the request is in the synced journal; a worker hands over what is in it, many at once. What
// the CRM cannot take now goes to the outbox in the store, in order, and a second worker hands it
// over later. Thread-safe.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>

#include "base/id.h"
#include "commerce/capture/apply_pace.h"
#include "commerce/capture/capture_rules.h"
#include "commerce/capture/capture_store.h"
#include "commerce/capture/known_skus.h"
#include "commerce/capture/request_journal.h"
#include "commerce/outbox/outbox_worker.h"

namespace stockbell::commerce {

class CaptureService {
 public:
  using SkuKnown = std::function<Result<bool>(const std::string& sku)>;
  // `intake` may be null: then requests wait.
  CaptureService(db::Database& database, const Clock& clock, Random& random, IdGenerator& ids,
                 SkuKnown sku_known, NotificationIntake* intake, Backoff backoff = {})
      : database_(database),
        clock_(clock),
        random_(random),
        ids_(ids),
        sku_known_(std::move(sku_known)),
        intake_(intake),
        backoff_(backoff),
        known_skus_(clock),
        worker_(
            "intake", [this] { return hand_over(); }, random, backoff),
        applier_("journal", [this] { return apply_journal(); }, random, backoff) {}
  ~CaptureService() { stop(); }

  // Finds the journal and what a process before left in it. Without it accept() writes into the
  // store itself. Errors: those of the store and of RequestJournal::open().
  Result<> open_journal(JournalOptions options);
  void start();
  void stop();
  // In place of start(), for who calls the steps below: posts are taken, no worker runs.
  void start_journal();

  using Done = RequestJournal::Done;
  // Repeats succeed alike. Errors: invalid "sku-unknown" (field sku), those of the store and the
  // journal. Waits.
  Result<> accept(const NotificationRequest& request);
  // The same without waiting, for a SKU that it knows_at_once(); `done` is called from another
  // thread, or at once when the journal refuses.
  void accept_known(NotificationRequest request, Done done);
  // Takes as long as accept_known() and keeps nothing: for what is dropped and must not show it.
  void accept_nothing(Done done);
  // Whether there is a journal and such an item, as far as can be told without waiting: the
  // embedded store is asked, which takes microseconds; PostgreSQL is not.
  bool knows_at_once(const std::string& sku);

  // Carries what is in the journal so far to the CRM or the store: before an export, an erasure, a
  // backup, and for who looks at the outbox.
  Result<> settle();
  // After an erasure: nothing of what is applied stays in the journal's files.
  Result<> wipe_journal();
  // A step of the journal's worker: its oldest records.
  Result<OutboxStep> apply_journal();
  // One step of the outbox's worker: the oldest due requests.
  Result<OutboxStep> hand_over();
  // While held no request is on its way to the CRM; waits for the step in hand.
  [[nodiscard]] std::unique_lock<std::mutex> pause_hand_over() {
    std::lock_guard next(next_);  // whoever waits is the next, however busy the worker is
    return std::unique_lock(handing_over_);
  }

  // Addresses of requests from before today's rules; what goes by address calls it first. Cheap
  // once done.
  Result<> renew_addresses();

  Result<std::vector<capture_store::OutboxRow>> list_outbox(int limit);
  Result<> release(std::int64_t id);  // errors: not_found

 private:
  Result<std::size_t> apply_next();
  Result<> apply(const std::vector<RequestJournal::Entry>& entries);
  Result<> note_refusal(db::Session& session, const NotificationRequest& request,
                        const Error& error);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  IdGenerator& ids_;
  SkuKnown sku_known_;
  NotificationIntake* intake_;
  Backoff backoff_;
  std::mutex next_, handing_over_;
  std::atomic<bool> renewed_ = false, started_ = false;
  KnownSkus known_skus_;
  std::unique_ptr<RequestJournal> journal_;
  ApplyPace pace_;  // of the journal's worker alone
  OutboxWorker worker_, applier_;
};

}  // namespace stockbell::commerce
