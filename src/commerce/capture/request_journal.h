// Where acknowledged requests lie until commerce's store or the CRM has them: files of records in
// order, synced in groups. One sync serves all that came while the one before was under way. Used
// by CaptureService. append() from any thread; one thread reads and says what is applied. What is
// applied is overwritten within seconds. Step 2. The reasons: docs/decisions/0006.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/random.h"
#include "commerce/capture/journal_segment.h"

namespace stockbell::commerce {

struct JournalOptions {
  std::filesystem::path folder;
  std::uint64_t segment_bytes = 8 << 20;
  std::uint64_t most_bytes = 512 << 20;            // of what waits to be applied
  std::chrono::milliseconds longest_wait{2'000};   // for room, before a request is refused
  std::chrono::milliseconds idle{1'000};           // after it what is applied is overwritten
};

// How far a store has gone in which journal; of a store that knows none: zeros.
struct JournalPosition {
  std::uint64_t journal = 0, applied = 0;
};

class RequestJournal {
 public:
  using Done = std::move_only_function<void(Result<>)>;
  struct Entry {
    std::uint64_t number = 0;
    std::string record;
  };

  // Reads what a process before left. `position` is the store's. Nothing is written before start().
  // Errors: those of the files; unavailable, "journal-away".
  static Result<std::unique_ptr<RequestJournal>> open(JournalOptions options,
                                                      JournalPosition position, Random& random);
  ~RequestJournal() { stop(); }

  void start(std::function<void()> on_entries);  // called after each sync, from the journal's thread
  void stop();  // what was appended is synced or refused before it returns

  // `done` is called once, on the journal's thread: the record is on the disk, or it is not and
  // nothing of it counts: unavailable, "journal-full" (disk), "journal-away", "intake-full" (no
  // room within longest_wait: it is applied more slowly than it comes) or "journal-stopped".
  void append(std::string record, Done done);

  std::uint64_t id() const { return id_; }
  // The next records, on the disk and not read yet; empty: there are none.
  Result<std::vector<Entry>> read(std::size_t most);
  void applied(std::uint64_t number);  // all up to this one
  std::uint64_t applied() const;
  void unread();                       // the records read and not applied are read again

  // The number of the last record appended so far; waits until all up to it are on the disk or
  // refused.
  std::uint64_t last();
  // Overwrites what is applied now, not later. Records that share a file with some that are not
  // stay until a call after those are applied.
  Result<> wipe_applied();
  std::uint64_t waiting_bytes() const;
  std::uint64_t most_bytes() const { return options_.most_bytes; }
  std::uint64_t appended() const;  // how many records since the start, on the disk or not yet

 private:
  struct Live {
    std::unique_ptr<JournalSegment> segment;
    std::uint64_t round = 0;
    std::uint64_t first = 0, next = 0;  // numbers of its first record and of the one after its last
    std::uint64_t end = 0;              // offset behind the last record on the disk
    std::uint64_t dirty = 0;  // offset behind the last byte that may not be zero: torn ones, too
    bool sealed = false;
  };
  struct Waiting {
    std::string record;
    Done done;
    std::chrono::steady_clock::time_point until;
  };

  RequestJournal(JournalOptions options, std::uint64_t id) : options_(std::move(options)), id_(id) {}
  Result<> load(JournalPosition position);
  void sync_loop();
  void keep_loop();
  std::vector<Waiting> take_fitting(std::unique_lock<std::mutex>& lock);
  bool need_segment(std::unique_lock<std::mutex>& lock);
  void commit(std::unique_lock<std::mutex>& lock, std::vector<Waiting> group);
  void seal_current();
  void release_applied();
  void make_spare(std::unique_lock<std::mutex>& lock);
  Result<> wipe_one(std::unique_lock<std::mutex>& lock);
  bool is_wiped(std::uint64_t round) const;  // all used-up files up to this round
  std::filesystem::path fresh_file();

  const JournalOptions options_;
  const std::uint64_t id_;
  mutable std::mutex mutex_;
  std::condition_variable appended_, room_, kept_, synced_;
  std::deque<Waiting> waiting_;
  std::size_t expected_ = 0;  // as many as came together last time: a short while is waited for them
  std::deque<std::unique_ptr<Live>> live_;  // oldest first; the last one is written while not sealed
  std::deque<std::unique_ptr<Live>> used_up_;  // applied, to be overwritten
  std::vector<std::unique_ptr<JournalSegment>> spares_;
  std::optional<Error> no_spare_;  // why there is none
  std::uint64_t files_ = 0, rounds_ = 0;  // names and rounds given
  std::uint64_t appended_count_ = 0, settled_count_ = 0;  // records taken, and of them answered
  std::uint64_t next_ = 1, applied_ = 0;
  std::uint64_t waiting_bytes_ = 0;  // on the disk and not applied
  std::size_t reading_ = 0;          // index into live_
  std::uint64_t read_offset_ = JournalSegment::kHeaderBytes, read_next_ = 0;
  std::chrono::steady_clock::time_point last_append_{};
  std::optional<std::uint64_t> wiping_;  // the round of the file that is being overwritten
  bool seal_next_ = false;  // the file in hand takes no more after the sync under way
  bool syncing_ = false, want_spare_ = false, running_ = false, stopping_ = false;
  std::function<void()> on_entries_;
  std::thread syncer_, keeper_;
};

}  // namespace stockbell::commerce
