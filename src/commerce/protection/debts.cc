#include "commerce/protection/debts.h"

#include <sys/mman.h>

#include <bit>
#include <new>

namespace stockbell::commerce {
namespace {

std::int64_t to_us(Time time) { return Debt(time.time_since_epoch()).count(); }

}  // namespace

Debts::Debts(std::size_t askers)
    : sets_(std::bit_ceil(std::max<std::size_t>(1, askers / kPlaces))),
      table_(map(bytes())),
      locks_(std::make_unique<std::array<Lock, kLocks>>()) {}

// Zeroed pages that the system hands out when they are first written to.
std::unique_ptr<Debts::Set[], Debts::Free> Debts::map(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return {static_cast<Set*>(memory), Free{bytes}};
}

void Debts::Free::operator()(Set* sets) const { munmap(sets, bytes); }

Debts::Place* Debts::find(Set& set, std::uint64_t asker, std::int64_t now) {
  for (auto& place : set.places)
    if (place.asker == asker && place.paid_at > now) return &place;
  return nullptr;
}

Debts::Place& Debts::find_or_place(Set& set, std::uint64_t asker, std::int64_t now) {
  if (auto* known = find(set, asker, now)) return *known;
  auto* least = &set.places[0];
  for (auto& place : set.places)
    if (place.paid_at < least->paid_at) least = &place;
  *least = {asker, now};
  return *least;
}

Duration Debts::take(std::uint64_t asker, const Allowance& allowance, Time now) {
  if (allowance.requests <= 0) return Duration(0);
  const auto one = allowance.per_request().count();
  const auto most = one * allowance.requests;
  const auto index = index_of(asker);
  std::lock_guard lock((*locks_)[index % kLocks].mutex);
  auto& place = find_or_place(table_[index], asker, to_us(now));
  place.paid_at = std::min(place.paid_at, to_us(now) + most);
  const auto owed = place.paid_at - to_us(now) + one;
  if (owed > most) return std::chrono::ceil<Duration>(Debt(owed - most));
  place.paid_at += one;
  return Duration(0);
}

bool Debts::may_take(std::uint64_t asker, const Allowance& allowance, Time now) const {
  if (allowance.requests <= 0) return true;
  const auto one = allowance.per_request().count();
  const auto most = one * allowance.requests;
  const auto index = index_of(asker);
  std::lock_guard lock((*locks_)[index % kLocks].mutex);
  auto* place = find(table_[index], asker, to_us(now));
  if (!place) return true;
  place->paid_at = std::min(place->paid_at, to_us(now) + most);
  return place->paid_at - to_us(now) + one <= most;
}

void Debts::add(std::uint64_t asker, Debt debt, Debt most, Time now) {
  const auto index = index_of(asker);
  std::lock_guard lock((*locks_)[index % kLocks].mutex);
  if (debt <= Debt(0) && !find(table_[index], asker, to_us(now))) return;
  auto& place = find_or_place(table_[index], asker, to_us(now));
  const auto owed = std::min(place.paid_at - to_us(now), most.count());
  place.paid_at = to_us(now) + std::clamp(owed + debt.count(), std::int64_t{0}, most.count());
}

Debt Debts::debt(std::uint64_t asker, Time now) const {
  const auto index = index_of(asker);
  std::lock_guard lock((*locks_)[index % kLocks].mutex);
  const auto* place = find(table_[index], asker, to_us(now));
  return place ? Debt(place->paid_at - to_us(now)) : Debt(0);
}

}  // namespace stockbell::commerce
