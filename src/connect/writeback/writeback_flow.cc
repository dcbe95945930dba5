#include "connect/writeback/writeback_flow.h"

#include <charconv>

namespace stockbell::connect {
namespace {

constexpr const char* kCursor = "status-updates";
constexpr int kBatch = 200;  // StatusUpdateSink's limit

}  // namespace

WritebackFlow::WritebackFlow(CursorStore& cursors, Random& random, StatusUpdateSource& source,
                             StatusUpdateSink& sink)
    : cursors_(cursors),
      source_(source),
      sink_(sink),
      pump_("writeback", random, [this] { return step(); }) {
  source_.on_update(pump_.waker());
}

Result<> WritebackFlow::load_position() {
  SB_TRY(saved, cursors_.load(kCursor));
  std::int64_t sequence = 0;
  const auto end = saved.data() + saved.size();
  if (!saved.empty() && std::from_chars(saved.data(), end, sequence).ptr != end)
    return fail(ErrorCode::internal, "cursor-invalid",
                "the saved cursor of the status updates is no number");
  // The process may have died between saving the cursor and discarding.
  if (sequence > 0) SB_CHECK(source_.discard_through(sequence));
  std::lock_guard lock(mutex_);
  position_ = sequence;
  return {};
}

Result<Progress> WritebackFlow::step() {
  if (!position_) SB_CHECK(load_position());
  SB_TRY(updates, source_.updates_after(*position_, kBatch));
  if (updates.empty()) return Progress::idle;
  SB_CHECK(sink_.apply(updates));
  const std::int64_t last = updates.back().sequence;
  SB_CHECK(cursors_.save(kCursor, std::to_string(last)));
  {
    std::lock_guard lock(mutex_);
    position_ = last;
    carried_ += std::ssize(updates);
  }
  SB_CHECK(source_.discard_through(last));
  return std::ssize(updates) < kBatch ? Progress::idle : Progress::more;
}

FlowStatus WritebackFlow::status() const {
  std::lock_guard lock(mutex_);
  return {position_ ? std::to_string(*position_) : "", carried_, pump_.failures(),
          pump_.last_error()};
}

}  // namespace stockbell::connect
