// The Connect box (the part Marketing Cloud Connect plays): two flows, each with a durable cursor
// and a thread of its own. Changes go CRM -> Engagement (step 6), status updates Engagement -> CRM
// (step 14). app/ makes it; the ports outlive it or are at least not called after stop(). Run
// migrate() before start().
#pragma once
#include "connect/remote/foreign_ids.h"
#include "connect/sync/sync_flow.h"
#include "connect/writeback/writeback_flow.h"

namespace stockbell::connect {

struct ConnectStatus {
  FlowStatus sync, writeback;
};

class ConnectBox {
 public:
  ConnectBox(db::Database& db, const Clock& clock, Random& random, ChangeFeed& feed,
             SynchronizedExtensions& extensions, StatusUpdateSource& source, StatusUpdateSink& sink)
      : cursors_(db, clock),
        sync_(cursors_, random, feed, extensions),
        writeback_(cursors_, random, source, sink) {}

  static std::span<const db::Migration> migrations() {
    static const std::vector<db::Migration> all = [] {
      std::vector<db::Migration> joined;
      for (const auto part : {cursor_migrations(), remote_migrations()})
        joined.insert(joined.end(), part.begin(), part.end());
      return joined;
    }();
    return all;
  }
  void start() {
    sync_.start();
    writeback_.start();
  }
  void stop() {
    sync_.stop();
    writeback_.stop();
  }
  [[nodiscard]] std::unique_lock<std::mutex> pause_sync() { return sync_.pause(); }
  ConnectStatus status() const { return {sync_.status(), writeback_.status()}; }

 private:
  CursorStore cursors_;
  SyncFlow sync_;
  WritebackFlow writeback_;
};

}  // namespace stockbell::connect
