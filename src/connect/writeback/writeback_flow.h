// Step 14: carries Engagement's status updates to the CRM, at most 200 at a time, in the order they
// were decided, each at least once. Updates are discarded at the source only after the cursor past
// them is saved.
#pragma once
#include "connect/sync/cursor_store.h"
#include "connect/sync/pump.h"
#include "contracts/status_update.h"

namespace stockbell::connect {

class WritebackFlow {
 public:
  WritebackFlow(CursorStore& cursors, Random& random, StatusUpdateSource& source,
                StatusUpdateSink& sink);
  void start() { pump_.start(); }
  void stop() { pump_.stop(); }
  FlowStatus status() const;

  Result<Progress> step();  // one batch; called by the pump's thread

 private:
  Result<> load_position();

  CursorStore& cursors_;
  StatusUpdateSource& source_;
  StatusUpdateSink& sink_;
  mutable std::mutex mutex_;              // guards the two below
  std::optional<std::int64_t> position_;  // sequence the CRM has; empty until read from the store
  std::int64_t carried_ = 0;
  Pump pump_;  // last: its thread uses all others
};

}  // namespace stockbell::connect
