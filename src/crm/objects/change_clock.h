// Gives every change its SystemModstamp and knows up to which moment all of them are visible, so
// that a client that polls `updated` from latestDateCovered to latestDateCovered never misses a
// change that was stamped early and committed late. One per CRM, and one CRM process per database:
// stamps that other processes hold are not known here. Thread-safe.
#pragma once
#include <mutex>
#include <set>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::crm::objects {

class ChangeClock {
 public:
  ChangeClock(const Clock& clock, db::Database& db) : clock_(clock), db_(db) {}

  // The time of one unit of work. Made before the transaction, held until it has ended.
  class Stamp {
   public:
    explicit Stamp(ChangeClock& owner);
    ~Stamp();
    Stamp(const Stamp&) = delete;
    Stamp& operator=(const Stamp&) = delete;
    Time time() const { return time_; }

   private:
    ChangeClock& owner_;
    Time time_;
  };

  // Every change that this process stamped before this has ended: it is in any read that begins
  // after this call. On PostgreSQL it also stays before the oldest transaction that is open in the
  // database, which is no promise about other processes: they stamp before their transaction
  // begins.
  Result<Time> settled_before();

 private:
  const Clock& clock_;
  db::Database& db_;
  std::mutex mutex_;
  Time last_{};  // stamps never go back, whatever the system's clock does
  std::multiset<Time> open_;
};

}  // namespace stockbell::crm::objects
