#include "engagement/restocks/sku_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

namespace stockbell::engagement {
namespace {

constexpr std::size_t kSmallest = 1024;

std::int64_t packed(const std::optional<KnownStock>& stock) {
  return stock ? to_ms(stock->observed_at) * 4 + 2 + (stock->in_stock ? 1 : 0) : 0;
}

bool is_free(const SkuKey& key) { return key.low == 0 && key.high == 0; }

}  // namespace

SkuKey SkuTable::key_of(std::string_view sku) const {
  const auto hash = XXH3_128bits_withSeed(sku.data(), sku.size(), seed_);
  return {hash.low64 | 1, hash.high64};  // never a free slot's
}

std::size_t SkuTable::place_of(const SkuKey& key) const {
  const auto mask = slots_.size() - 1;
  auto place = key.high & mask;
  while (!is_free(slots_[place].key) && slots_[place].key != key) place = (place + 1) & mask;
  return place;
}

std::optional<KnownSku> SkuTable::find_known(const SkuKey& key) const {
  std::shared_lock lock(mutex_);
  if (slots_.empty()) return {};
  const auto& slot = slots_[place_of(key)];
  if (is_free(slot.key)) return {};
  KnownSku known{{}, slot.marks};
  if (slot.stock & 2)
    known.stock = KnownStock{(slot.stock & 1) != 0, slot.ats, from_ms(slot.stock >> 2)};
  return known;
}

std::optional<KnownStock> SkuTable::find(std::string_view sku) const {
  const auto known = find_known(key_of(sku));
  return known ? known->stock : std::nullopt;
}

bool SkuTable::available(std::string_view sku) const {
  const auto stock = find(sku);
  return stock && stock->in_stock;
}

std::size_t SkuTable::size() const {
  std::shared_lock lock(mutex_);
  return used_;
}

SkuTable::Slot& SkuTable::slot_for(const SkuKey& key) {
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  auto& slot = slots_[place_of(key)];
  if (is_free(slot.key)) {
    slot.key = key;
    ++used_;
  }
  return slot;
}

void SkuTable::grow() {
  decltype(slots_) before(std::max(kSmallest, slots_.size() * 2));
  before.swap(slots_);
  std::vector<std::uint64_t> run((slots_.size() + 63) / 64);
  run.swap(run_);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (is_free(before[i].key)) continue;
    const auto place = place_of(before[i].key);
    slots_[place] = before[i];
    if (run[i / 64] >> (i % 64) & 1) run_[place / 64] |= std::uint64_t{1} << (place % 64);
  }
}

void SkuTable::set(std::string_view sku, const KnownSku& known) {
  const auto key = key_of(sku);
  std::lock_guard lock(mutex_);
  auto& slot = slot_for(key);
  slot.marks = known.marks;
  slot.stock = packed(known.stock);
  if (known.stock) slot.ats = known.stock->ats;
}

void SkuTable::set_stock(std::string_view sku, const KnownStock& stock) {
  const auto known = find_known(key_of(sku));
  set(sku, {stock, {known ? known->marks.item_hash : 0, 0}});
}

void SkuTable::set_marks(const SkuKey& key, const KnownSku& seen, const RowMarks& marks) {
  std::lock_guard lock(mutex_);
  if (slots_.empty()) return;
  auto& slot = slots_[place_of(key)];
  if (is_free(slot.key) || slot.marks.feed_hash != seen.marks.feed_hash) return;
  if (slot.stock != packed(seen.stock) || (seen.stock && slot.ats != seen.stock->ats)) return;
  slot.marks = marks;
}

void SkuTable::begin_run() {
  std::lock_guard lock(mutex_);
  std::ranges::fill(run_, 0);
}

// A handful of rows at a time: their slots are on the way from memory while the ones before are
// compared.
void SkuTable::look(std::span<const Row> rows, std::span<Seen> out) {
  constexpr std::size_t kAhead = 16;
  std::lock_guard lock(mutex_);
  if (slots_.empty()) {
    std::ranges::fill(out, Seen::differs);
    return;
  }
  const auto mask = slots_.size() - 1;
  const auto fetch = [&](std::size_t i) {
    if (i >= rows.size()) return;
    const auto* slot = &slots_[rows[i].key.high & mask];
    __builtin_prefetch(slot);
    __builtin_prefetch(reinterpret_cast<const char*>(slot) + sizeof(Slot) - 1);
  };
  for (std::size_t i = 0; i < kAhead; ++i) fetch(i);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fetch(i + kAhead);
    const auto place = place_of(rows[i].key);
    const auto& slot = slots_[place];
    if (is_free(slot.key)) {
      out[i] = Seen::differs;
      continue;
    }
    auto& word = run_[place / 64];
    const auto bit = std::uint64_t{1} << (place % 64);
    const bool same = slot.marks.feed_hash != 0 && slot.marks.feed_hash == rows[i].feed_hash;
    out[i] = (word & bit) != 0 ? Seen::repeated : same ? Seen::same : Seen::differs;
    word |= bit;
  }
}

}  // namespace stockbell::engagement
