#include "engagement/messages/delivery_run.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

// Outcomes on their way from the channel's threads to the one that records: whatever has come in
// since the last transaction goes into the next.
class OutcomeQueue {
 public:
  void push(DeliveryOutcome outcome) {
    {
      std::lock_guard lock(mutex_);
      outcomes_.push_back(std::move(outcome));
    }
    changed_.notify_one();
  }
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_one();
  }
  // Waits; empty when closed and drained.
  std::vector<DeliveryOutcome> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !outcomes_.empty(); });
    return std::exchange(outcomes_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<DeliveryOutcome> outcomes_;
  bool closed_ = false;
};

}  // namespace

void deliver_and_record(MessageChannel& channel, const std::vector<OutgoingMessage>& messages,
                        std::vector<DeliveryOutcome> outcomes,
                        const std::function<bool(MessageId)>& still_wanted,
                        const std::function<void(std::vector<DeliveryOutcome>)>& record) {
  OutcomeQueue queue;
  std::unordered_set<MessageId> unreported;
  std::mutex unreported_mutex;
  for (const auto& message : messages) unreported.insert(message.id);
  for (auto& outcome : outcomes) queue.push(std::move(outcome));
  std::thread recorder([&] {
    for (auto group = queue.take(); !group.empty(); group = queue.take()) record(std::move(group));
  });
  try {
    channel.deliver(messages, still_wanted, [&](DeliveryOutcome outcome) {
      {
        std::lock_guard lock(unreported_mutex);
        if (unreported.erase(outcome.id) == 0) return;
      }
      queue.push(std::move(outcome));
    });
  } catch (const std::exception& error) {
    log::error("channel_failed", {{"error", error.what()}});
  }
  for (const auto message : unreported)
    queue.push({message, DeliveryState::retry, 0, "the channel said nothing"});
  queue.close();
  recorder.join();
}

}  // namespace stockbell::engagement
