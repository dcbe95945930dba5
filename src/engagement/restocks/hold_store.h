// Rows of items that are back and that a rule keeps from ringing: one active row a SKU at most, and
// the newest of those that ended, so that it can be told why a restock did not open. Stateless;
// every method runs inside the caller's transaction.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engagement/restocks/restock_rules.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

enum class HoldOutcome {
  opened,    // the restock opened
  sold_out,  // the item went before that
  changed,   // another rule has held it since
};

struct HeldRestock {
  std::int64_t id = 0;
  std::string sku;
  Time since{};
  std::int64_t units = 0;    // as of the last word about it
  std::int64_t largest = 0;  // see ComeBack
  std::string source;        // what told that it is back
  Hold hold;
  Time decided_at{};
  std::optional<Time> ended_at = {};
  std::optional<HoldOutcome> outcome = {};
};

class HoldStore {
 public:
  static std::span<const db::Migration> migrations();

  Result<> add(db::Session& session, std::span<const HeldRestock> held);
  Result<std::optional<HeldRestock>> find_active(db::Session& session, const std::string& sku);
  // Units, largest, wanted and until of an active one.
  Result<> set_units(db::Session& session, const HeldRestock& held);
  // Of an SKU that none is active of: nothing.
  Result<> end(db::Session& session, const std::string& sku, Time at, HoldOutcome outcome);
  Result<std::vector<std::string>> list_due(db::Session& session, Time now, std::size_t limit);
  Result<std::optional<Time>> next_due(db::Session& session);
  Result<> each_active(db::Session& session, const std::function<void(const HeldRestock&)>& each);
  // Newest first, with id < before; `sku` "" is any.
  Result<std::vector<HeldRestock>> list(db::Session& session, std::int64_t before,
                                        const std::string& sku, bool only_active, int limit);
};

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::HoldOutcome> =
    std::to_array<stockbell::EnumText<stockbell::engagement::HoldOutcome>>({
        {stockbell::engagement::HoldOutcome::opened, "opened"},
        {stockbell::engagement::HoldOutcome::sold_out, "sold_out"},
        {stockbell::engagement::HoldOutcome::changed, "changed"},
    });
