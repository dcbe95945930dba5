#include "commerce/capture/request_journal.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kGroupBytes = 1 << 20;
constexpr std::chrono::microseconds kGather{400};

std::uint64_t room_of(const std::string& record) {
  return JournalSegment::kFrameBytes + record.size();
}

}  // namespace

void RequestJournal::start(std::function<void()> on_entries) {
  on_entries_ = std::move(on_entries);
  stopping_ = false;
  running_ = true;
  syncer_ = std::thread([this] { sync_loop(); });
  keeper_ = std::thread([this] { keep_loop(); });
}

void RequestJournal::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    running_ = false;
  }
  appended_.notify_all();
  room_.notify_all();
  kept_.notify_all();
  if (syncer_.joinable()) syncer_.join();
  if (keeper_.joinable()) keeper_.join();
  std::deque<Waiting> refused;
  {
    std::lock_guard lock(mutex_);
    refused.swap(waiting_);
  }
  for (auto& one : refused)
    one.done(fail(ErrorCode::unavailable, "journal-stopped", "the server is stopping"));
}

void RequestJournal::append(std::string record, Done done) {
  if (record.empty() || record.size() > JournalSegment::kLongestRecord)
    return done(fail(ErrorCode::too_large, "request-too-large", "the request is too long"));
  bool refused = false, first = false;
  {
    std::lock_guard lock(mutex_);
    refused = !running_;
    if (!refused) {
      last_append_ = SteadyClock::now();
      first = waiting_.empty() || waiting_.size() + 1 == expected_;
      ++appended_count_;
      waiting_.push_back({std::move(record), std::move(done), last_append_ + options_.longest_wait});
    }
  }
  if (refused)
    return done(fail(ErrorCode::unavailable, "journal-stopped", "the server is stopping"));
  if (first) appended_.notify_one();
}

void RequestJournal::sync_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    appended_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    // Who was answered asks again in a moment: a sync for all of them costs what one for the first
    // of them does.
    if (waiting_.size() < expected_)
      appended_.wait_for(lock, kGather, [&] { return stopping_ || waiting_.size() >= expected_; });
    auto group = take_fitting(lock);
    expected_ = group.size();
    if (!group.empty()) commit(lock, std::move(group));
    if (stopping_ && waiting_.empty()) return;
  }
}

// The records that go to the disk together; empty when those that waited were refused instead.
std::vector<RequestJournal::Waiting> RequestJournal::take_fitting(
    std::unique_lock<std::mutex>& lock) {
  std::vector<Waiting> taken, refused;
  std::optional<Error> why;
  if (waiting_bytes_ + room_of(waiting_.front().record) > options_.most_bytes) {
    const auto until = waiting_.front().until;
    room_.wait_until(lock, until, [&] {
      return stopping_ || waiting_bytes_ + room_of(waiting_.front().record) <= options_.most_bytes;
    });
    const auto now = SteadyClock::now();
    if (waiting_bytes_ + room_of(waiting_.front().record) > options_.most_bytes) {
      why = Error{ErrorCode::unavailable, "intake-full",
                  "more requests come than can be stored; try again later", ""};
      while (!waiting_.empty() && (stopping_ || waiting_.front().until <= now)) {
        refused.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
  } else if (!need_segment(lock)) {
    why = no_spare_;
    if (!why) why = Error{ErrorCode::unavailable, "journal-away", "the journal has no file", ""};
    for (auto& one : waiting_) refused.push_back(std::move(one));
    waiting_.clear();
  } else {
    auto offset = live_.back()->end;
    const auto begin = offset;
    auto bytes = waiting_bytes_;
    while (!waiting_.empty() && offset - begin < kGroupBytes) {
      const auto room = room_of(waiting_.front().record);
      if (offset + room > live_.back()->segment->bytes() || bytes + room > options_.most_bytes) break;
      offset += room;
      bytes += room;
      taken.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    syncing_ = !taken.empty();
  }
  if (!refused.empty()) {
    lock.unlock();
    log::warning("intake-refuses", {{"requests", std::to_string(refused.size())},
                                    {"reason", why->reason},
                                    {"detail", why->message}});
    for (auto& one : refused) one.done(fail(*why));
    lock.lock();
    settled_count_ += refused.size();
    synced_.notify_all();
  }
  return taken;
}

// Whether the file in hand has room for the next record, after going on to another if need be.
bool RequestJournal::need_segment(std::unique_lock<std::mutex>& lock) {
  const auto room = room_of(waiting_.front().record);
  if (!live_.empty() && !live_.back()->sealed) {
    if (live_.back()->end + room <= live_.back()->segment->bytes()) return true;
    live_.back()->sealed = true;
    release_applied();
  }
  if (spares_.empty()) {
    want_spare_ = true;
    kept_.notify_all();
    appended_.wait(lock, [&] { return stopping_ || !spares_.empty() || no_spare_; });
    if (spares_.empty()) return false;
  }
  auto live = std::make_unique<Live>();
  live->segment = std::move(spares_.back());
  spares_.pop_back();
  want_spare_ = spares_.empty();
  if (want_spare_) kept_.notify_all();
  live->round = ++rounds_;
  live->first = live->next = next_;
  live->end = live->dirty = JournalSegment::kHeaderBytes;
  live_.push_back(std::move(live));
  return true;
}

void RequestJournal::commit(std::unique_lock<std::mutex>& lock, std::vector<Waiting> group) {
  Live& live = *live_.back();
  const auto first = next_;
  const bool begins = live.end == JournalSegment::kHeaderBytes;
  const auto offset = live.end;
  lock.unlock();
  std::string bytes;
  for (std::size_t i = 0; i < group.size(); ++i)
    JournalSegment::frame(bytes, first + i, group[i].record);
  live.dirty = offset + bytes.size();  // a write that fails may leave all of it
  Result<> written;
  if (begins) written = live.segment->write(0, JournalSegment::header_bytes({id_, live.round, live.first}));
  if (written) written = live.segment->write(offset, bytes);
  if (written) written = live.segment->sync();
  if (!written) log::error("journal-failed", {{"reason", written.error().reason}, {"detail", written.error().message}});
  lock.lock();
  syncing_ = false;
  if (written) {
    next_ = first + group.size();
    live.next = next_;
    live.end = offset + bytes.size();
    waiting_bytes_ += bytes.size();
  } else {
    live.sealed = true;  // what a failed sync left is not known; its numbers are given anew elsewhere
  }
  if (seal_next_) live.sealed = true;
  seal_next_ = false;
  if (live.sealed) release_applied();  // `live` may be gone
  lock.unlock();
  for (auto& one : group) one.done(written);
  if (written && on_entries_) on_entries_();
  lock.lock();
  settled_count_ += group.size();
  synced_.notify_all();
}

Result<std::vector<RequestJournal::Entry>> RequestJournal::read(std::size_t most) {
  std::vector<Entry> entries;
  while (entries.size() < most) {
    const JournalSegment* segment = nullptr;
    std::uint64_t offset = 0, end = 0, number = 0;
    {
      std::lock_guard lock(mutex_);
      while (reading_ < live_.size() && live_[reading_]->sealed &&
             read_offset_ >= live_[reading_]->end) {
        ++reading_;
        read_offset_ = JournalSegment::kHeaderBytes;
      }
      if (reading_ >= live_.size() || read_offset_ >= live_[reading_]->end) return entries;
      const Live& live = *live_[reading_];
      if (read_offset_ == JournalSegment::kHeaderBytes) read_next_ = live.first;
      segment = live.segment.get();
      offset = read_offset_;
      end = live.end;
      number = read_next_;
    }
    auto next = number;
    SB_TRY(stopped, segment->read(offset, end, number, [&](std::string_view record) {
      if (entries.size() >= most) return false;
      if (next > applied_) entries.push_back({next, std::string(record)});  // else applied before a restart
      ++next;
      return true;
    }));
    std::lock_guard lock(mutex_);
    read_offset_ = stopped;
    read_next_ = next;
  }
  return entries;
}

void RequestJournal::unread() {
  std::lock_guard lock(mutex_);
  reading_ = 0;
  read_offset_ = JournalSegment::kHeaderBytes;
}

void RequestJournal::applied(std::uint64_t number) {
  {
    std::lock_guard lock(mutex_);
    applied_ = std::max(applied_, number);
    release_applied();
  }
  room_.notify_all();
}

std::uint64_t RequestJournal::applied() const {
  std::lock_guard lock(mutex_);
  return applied_;
}

// Files whose every record is applied wait to be overwritten; counts what is left.
void RequestJournal::release_applied() {
  while (!live_.empty() && live_.front()->sealed && live_.front()->next <= applied_ + 1) {
    used_up_.push_back(std::move(live_.front()));
    live_.pop_front();
    if (reading_ > 0)
      --reading_;
    else
      read_offset_ = JournalSegment::kHeaderBytes;
    kept_.notify_all();
  }
  waiting_bytes_ = 0;
  for (const auto& live : live_) {
    if (live->next <= applied_ + 1) continue;
    const auto bytes = live->end - JournalSegment::kHeaderBytes;
    const auto records = live->next - live->first;
    const auto done = applied_ >= live->first ? applied_ + 1 - live->first : 0;
    waiting_bytes_ += bytes - (records ? bytes * done / records : 0);
  }
}

std::uint64_t RequestJournal::waiting_bytes() const {
  std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

std::uint64_t RequestJournal::appended() const {
  std::lock_guard lock(mutex_);
  return appended_count_;
}

std::uint64_t RequestJournal::last() {
  std::unique_lock lock(mutex_);
  const auto appended = appended_count_;
  synced_.wait(lock, [&] { return !running_ || settled_count_ >= appended; });
  return next_ - 1;
}

}  // namespace stockbell::commerce
