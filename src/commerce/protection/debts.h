// Who has asked how much of late, for very many askers in fixed memory: a table of debts in time. An
// asker is a 64-bit digest; each request adds to its debt, time pays it off, and who owes nothing is
// forgotten (the generic cell rate algorithm: one number per asker makes a token bucket). When a
// part of the table is full, whoever owes least is forgotten first, so that a flood of new askers
// never clears a bad one. Used by FrontDoor. Thread-safe; locks are sharded and held for a look at
// 128 bytes. Step 2.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/clock.h"

namespace stockbell::commerce {

using Debt = std::chrono::microseconds;

// So many requests in so long, all of them at once if need be. 0: no limit.
struct Allowance {
  std::int64_t requests = 0;
  Duration period = std::chrono::minutes(1);
  Debt per_request() const {
    return requests > 0 ? std::max(Debt(1), Debt(period) / requests) : Debt(0);
  }
};

class Debts {
 public:
  // Room for `askers` that owe something at a time, rounded up to a power of two; 16 bytes each. The
  // system gives the memory as places are used.
  explicit Debts(std::size_t askers);

  // Takes one request of the allowance; 0: granted, else how long until one would be.
  Duration take(std::uint64_t asker, const Allowance& allowance, Time now);
  // Would take() grant it? Takes nothing.
  bool may_take(std::uint64_t asker, const Allowance& allowance, Time now) const;
  // Adds to the debt, but not beyond `most`; a negative one pays off. 0: only sees to `most`.
  void add(std::uint64_t asker, Debt debt, Debt most, Time now);
  Debt debt(std::uint64_t asker, Time now) const;
  // When the clock is set back debts end later than they should: take(), may_take() and add() cut
  // them to the most that is ever owed, so that nobody waits longer than a period for it.

  std::size_t bytes() const { return sets_ * sizeof(Set); }

 private:
  static constexpr std::size_t kPlaces = 8, kLocks = 256;
  struct Place {
    std::uint64_t asker;
    std::int64_t paid_at;  // µs; when the debt will be paid off. In the past: the place is free
  };
  struct alignas(64) Set {
    std::array<Place, kPlaces> places;
  };
  struct Free {
    std::size_t bytes;
    void operator()(Set* sets) const;
  };
  struct alignas(64) Lock {
    std::mutex mutex;
  };
  std::size_t index_of(std::uint64_t asker) const { return asker & (sets_ - 1); }
  static std::unique_ptr<Set[], Free> map(std::size_t bytes);
  static Place* find(Set& set, std::uint64_t asker, std::int64_t now);
  static Place& find_or_place(Set& set, std::uint64_t asker, std::int64_t now);

  std::size_t sets_;
  std::unique_ptr<Set[], Free> table_;
  std::unique_ptr<std::array<Lock, kLocks>> locks_;
};

}  // namespace stockbell::commerce
