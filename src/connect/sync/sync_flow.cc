#include "connect/sync/sync_flow.h"

namespace stockbell::connect {
namespace {

constexpr const char* kCursor = "changes";
constexpr int kBatch = 1000;

}  // namespace

SyncFlow::SyncFlow(CursorStore& cursors, Random& random, ChangeFeed& feed,
                   SynchronizedExtensions& extensions)
    : cursors_(cursors),
      feed_(feed),
      extensions_(extensions),
      pump_("sync", random, [this] { return step(); }) {
  feed_.on_change(pump_.waker());
}

Result<Progress> SyncFlow::step() {
  auto carrying = pause();
  if (!position_) {
    SB_TRY(saved, cursors_.load(kCursor));
    std::lock_guard lock(mutex_);
    position_ = saved;
  }
  SB_TRY(batch, feed_.changes_after(*position_, kBatch));
  if (batch.next_cursor == *position_) return batch.more ? Progress::soon : Progress::idle;
  if (!batch.contacts.empty() || !batch.requests.empty()) SB_CHECK(extensions_.apply(batch));
  SB_CHECK(cursors_.save(kCursor, batch.next_cursor));
  std::lock_guard lock(mutex_);
  position_ = batch.next_cursor;
  carried_ += std::ssize(batch.contacts) + std::ssize(batch.requests);
  return batch.more ? Progress::more : Progress::idle;
}

FlowStatus SyncFlow::status() const {
  std::lock_guard lock(mutex_);
  return {position_.value_or(""), carried_, pump_.failures(), pump_.last_error()};
}

}  // namespace stockbell::connect
