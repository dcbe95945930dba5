// Step 6: carries the CRM's changes to Engagement's synchronised extensions, in commit order, each
// at least once. The cursor is saved after the extensions have the rows, so a crash between the two
// repeats a batch and loses none.
#pragma once
#include "connect/sync/cursor_store.h"
#include "connect/sync/pump.h"
#include "contracts/change_feed.h"

namespace stockbell::connect {

class SyncFlow {
 public:
  SyncFlow(CursorStore& cursors, Random& random, ChangeFeed& feed,
           SynchronizedExtensions& extensions);
  void start() { pump_.start(); }
  void stop() { pump_.stop(); }
  FlowStatus status() const;

  Result<Progress> step();  // one batch; called by the pump's thread
  // While held no rows are between the CRM and the extensions; waits for the batch in hand.
  [[nodiscard]] std::unique_lock<std::mutex> pause() {
    std::lock_guard next(next_);  // whoever waits is the next, however busy the pump is
    return std::unique_lock(carrying_);
  }

 private:
  CursorStore& cursors_;
  ChangeFeed& feed_;
  SynchronizedExtensions& extensions_;
  std::mutex next_, carrying_;           // carrying_ is held during a step
  mutable std::mutex mutex_;             // guards the three below
  std::optional<std::string> position_;  // empty until read from the store
  std::int64_t carried_ = 0;
  Pump pump_;  // last: its thread uses all others
};

}  // namespace stockbell::connect
