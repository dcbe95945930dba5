#include "engagement/journeys/audience.h"

namespace stockbell::engagement {
namespace {
constexpr int kPage = 1000;
}

Result<> Audience::load() {
  // Of millions that somebody waits for, few are available.
  return database_.read([&](db::Session& session) {
    return ExtensionStore().each_waiting_sku(session, [&](std::string_view sku) {
      if (!stock_.available(sku)) return;
      std::lock_guard lock(mutex_);
      noted_.emplace(sku);
    });
  });
}

void Audience::note(const std::vector<std::string>& skus) {
  std::lock_guard lock(mutex_);
  for (const auto& sku : skus)
    if (stock_.available(sku)) noted_.insert(sku);
}

Result<std::size_t> Audience::run() {
  std::set<std::string> skus;
  {
    std::lock_guard lock(mutex_);
    skus.swap(noted_);
    const auto now = clock_.now();
    while (!later_.empty() && later_.begin()->first <= now)
      skus.insert(std::move(later_.extract(later_.begin()).value().second));
  }
  return serve(std::vector<std::string>(skus.begin(), skus.end()));
}

Result<std::size_t> Audience::serve(std::span<const std::string> due) {
  std::size_t served = 0;
  for (std::span<const std::string> left = due; !left.empty();) {
    auto admitted = journeys_.admit(left, kPage);
    if (!admitted) {  // the store is away: all that is left is done at the next call
      std::lock_guard lock(mutex_);
      noted_.insert(left.begin(), left.end());
      return std::unexpected(std::move(admitted).error());
    }
    left = left.subspan(admitted->skus);
    served += admitted->served;
    note(admitted->more);
    std::lock_guard lock(mutex_);
    later_.insert(admitted->later.begin(), admitted->later.end());
  }
  return served;
}

bool Audience::is_noted(const std::string& sku) const {
  std::lock_guard lock(mutex_);
  return noted_.contains(sku);
}

std::optional<Time> Audience::next_due() const {
  std::lock_guard lock(mutex_);
  return later_.empty() ? std::nullopt : std::optional(later_.begin()->first);
}

}  // namespace stockbell::engagement
