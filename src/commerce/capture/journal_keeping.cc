// The journal's files: found at start, made ahead, overwritten when they are used up.
#include <fmt/format.h>

#include <algorithm>

#include "commerce/capture/request_journal.h"
#include "platform/log/log.h"

namespace stockbell::commerce {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kSparesKept = 2;
constexpr std::string_view kEnding = ".journal";
constexpr auto kTryAgain = std::chrono::seconds(1);

struct Found {
  std::unique_ptr<JournalSegment> segment;
  SegmentHeader header;
};

Result<std::vector<Found>> find_segments(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  std::vector<Found> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (!entry.path().filename().string().ends_with(kEnding)) continue;
    SB_TRY(segment, JournalSegment::open(entry.path()));
    SB_TRY(header, segment->header());
    found.push_back({std::move(segment), header});
  }
  if (failed)
    return fail(ErrorCode::unavailable, "journal-away",
                fmt::format("{}: {}", folder.string(), failed.message()));
  std::ranges::sort(found, {}, [](const Found& one) { return one.header.round; });
  return found;
}

}  // namespace

Result<std::unique_ptr<RequestJournal>> RequestJournal::open(JournalOptions options,
                                                             JournalPosition position,
                                                             Random& random) {
  SB_TRY(found, find_segments(options.folder));
  std::uint64_t id = 0;
  for (const auto& one : found)
    if (one.header.journal != 0) id = one.header.journal;
  if (id == 0) id = position.journal;
  while (id == 0) id = random.next() >> 1;  // the store keeps it as a signed number
  std::unique_ptr<RequestJournal> journal(new RequestJournal(std::move(options), id));
  SB_CHECK(journal->load(position));
  return journal;
}

Result<> RequestJournal::load(JournalPosition position) {
  if (position.journal == id_) applied_ = position.applied;
  SB_TRY(found, find_segments(options_.folder));
  std::uint64_t records = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto& [segment, header] = found[i];
    files_ =
        std::max<std::uint64_t>(files_, std::strtoull(segment->file().stem().c_str(), nullptr, 10));
    auto live = std::make_unique<Live>();
    if (header.journal != id_) {  // prepared, half overwritten, or of another folder
      live->dirty = segment->bytes();
      live->segment = std::move(segment);
      used_up_.push_back(std::move(live));
      continue;
    }
    const auto before = i + 1 < found.size() ? found[i + 1].header.first : ~std::uint64_t{0};
    SB_TRY(contents, segment->check(header, before));
    live->round = rounds_ = header.round;
    live->first = header.first;
    live->next = header.first + contents.records;
    live->end = contents.end;
    live->dirty = segment->bytes();  // what is torn behind the records is somebody's, too
    live->sealed = true;
    if (contents.torn && before == ~std::uint64_t{0})
      log::warning("journal-torn", {{"file", segment->file().filename().string()},
                                    {"records", std::to_string(contents.records)}});
    if (before != ~std::uint64_t{0} && live->next < before && before > applied_ + 1)
      log::error("journal-damaged", {{"file", segment->file().filename().string()},
                                     {"missing", std::to_string(before - live->next)}});
    live->segment = std::move(segment);
    next_ = live->next;
    records += contents.records;
    live_.push_back(std::move(live));
  }
  next_ = std::max(next_, applied_ + 1);
  if (records > 0) log::info("journal-found", {{"records", std::to_string(records)}});
  std::lock_guard lock(mutex_);
  release_applied();
  return {};
}

std::filesystem::path RequestJournal::fresh_file() {
  return options_.folder / fmt::format("{:08}{}", ++files_, kEnding);
}

void RequestJournal::seal_current() {
  if (live_.empty() || live_.back()->sealed || syncing_) return;
  if (live_.back()->end == JournalSegment::kHeaderBytes) return;
  live_.back()->sealed = true;
  release_applied();
}

void RequestJournal::keep_loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool stuck = no_spare_.has_value();
    kept_.wait_for(lock, stuck ? kTryAgain : options_.idle,
                   [&] { return stopping_ || (!used_up_.empty() && !wiping_) ||
                          (want_spare_ && !no_spare_); });
    if (stopping_) return;
    const bool all_applied = applied_ + 1 == next_;
    if (all_applied && !live_.empty() && waiting_.empty() &&
        SteadyClock::now() - last_append_ > options_.idle)
      seal_current();
    if (want_spare_ && spares_.empty()) make_spare(lock);
    if (!used_up_.empty() && !wiping_) {
      if (auto wiped = wipe_one(lock); !wiped) {
        log::warning("journal-not-wiped",
                     {{"reason", wiped.error().reason}, {"detail", wiped.error().message}});
        kept_.wait_for(lock, kTryAgain, [&] { return stopping_; });
      }
    }
  }
}

void RequestJournal::make_spare(std::unique_lock<std::mutex>& lock) {
  const auto file = fresh_file();
  lock.unlock();
  auto made = JournalSegment::create(file, options_.segment_bytes);
  lock.lock();
  if (made) {
    spares_.push_back(std::move(*made));
    want_spare_ = false;
    no_spare_.reset();
  } else {
    if (!no_spare_)
      log::error("journal-failed",
                 {{"reason", made.error().reason}, {"detail", made.error().message}});
    no_spare_ = made.error();
  }
  appended_.notify_all();
}

// The oldest used-up file: zeros, then ready for the next round or gone.
Result<> RequestJournal::wipe_one(std::unique_lock<std::mutex>& lock) {
  auto live = std::move(used_up_.front());
  used_up_.pop_front();
  wiping_ = live->round;
  const bool keep =
      spares_.size() < kSparesKept && running_ && live->segment->bytes() == options_.segment_bytes;
  lock.unlock();
  auto wiped = live->segment->wipe(live->dirty);
  if (wiped && !keep) wiped = live->segment->remove();
  lock.lock();
  wiping_.reset();
  if (!wiped) {
    used_up_.push_back(std::move(live));
  } else if (keep) {
    spares_.push_back(std::move(live->segment));
    want_spare_ = false;
    no_spare_.reset();
    appended_.notify_all();
  }
  synced_.notify_all();
  return wiped;
}

bool RequestJournal::is_wiped(std::uint64_t round) const {
  return !(wiping_ && *wiping_ <= round) &&
         std::ranges::none_of(used_up_, [&](const auto& live) { return live->round <= round; });
}

// Waits for nothing that a busy intake could put off for ever: only for the sync under way, and for
// the files that were there when it was called.
Result<> RequestJournal::wipe_applied() {
  std::unique_lock lock(mutex_);
  const auto round = rounds_;
  if (syncing_) {
    seal_next_ = true;
    synced_.wait(lock, [&] { return !syncing_ || rounds_ > round; });
  }
  seal_current();
  while (true) {
    synced_.wait(lock, [&] { return !wiping_ || is_wiped(round); });
    if (is_wiped(round)) return {};
    SB_CHECK(wipe_one(lock));
  }
}

}  // namespace stockbell::commerce
