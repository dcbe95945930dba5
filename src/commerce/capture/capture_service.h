// Takes a shopper's request (step 2) and carries it to the CRM (step 3). accept() answers only
// after the request and its outbox row are durable in one commit; the worker hands it over at once
// and waits, in order, while the CRM is away. Thread-safe.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>

#include "base/id.h"
#include "commerce/capture/capture_rules.h"
#include "commerce/capture/capture_store.h"
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
        worker_("intake", [this] { return hand_over(); }, random, backoff) {}

  void start() {
    if (intake_) worker_.start();
  }
  void stop() { worker_.stop(); }

  // Repeats succeed alike. Errors: invalid "sku-unknown" (field sku), those of the store.
  Result<> accept(const NotificationRequest& request);
  // One step of the worker: the oldest due requests.
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
  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  IdGenerator& ids_;
  SkuKnown sku_known_;
  NotificationIntake* intake_;
  Backoff backoff_;
  std::mutex next_, handing_over_;
  std::atomic<bool> renewed_ = false;
  OutboxWorker worker_;
};

}  // namespace stockbell::commerce
