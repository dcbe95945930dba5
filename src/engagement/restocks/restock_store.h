// Rows of availability and restocks. Stateless; every method runs inside the caller's transaction.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "engagement/restocks/sku_table.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct Restock {
  RestockId id;
  std::string sku;
  std::int64_t quantity = 0;
  std::string source;  // "live", "feed catalogFeed.psv", "already available"
  Time opened_at{};
  std::optional<Time> closed_at = {};
  std::int64_t entered = 0;  // requests that entered the journey through it
};

struct KnownFeedRow {
  std::string sku;
  KnownSku known;
};

struct OpenRestock {
  std::string sku;
  bool in_stock = false;  // as the store has it
};

struct EnteredCount {  // requests that entered a journey by a restock
  RestockId restock;
  std::int64_t count = 0;
};

class RestockStore {
 public:
  static std::span<const db::Migration> migrations();

  Result<> each_known(db::Session& session,
                      const std::function<void(std::string_view sku, const KnownSku&)>& each);
  Result<> save(db::Session& session, std::span<const StockObservation> observations,
                const std::string& source);
  Result<> save_feed_rows(db::Session& session, std::span<const KnownFeedRow> rows,
                          const std::string& source);
  // Passes over SKUs that have an open restock.
  Result<> open(db::Session& session, std::span<const Restock> restocks);
  Result<> close(db::Session& session, const std::string& sku, Time at);
  Result<std::optional<KnownStock>> find_availability(db::Session& session, const std::string& sku);
  // Held against change until the transaction ends.
  Result<std::optional<KnownStock>> lock_availability(db::Session& session, const std::string& sku);
  Result<std::optional<Restock>> find_open(db::Session& session, const std::string& sku);
  // When the last restock of a SKU that has none open was opened.
  Result<std::optional<Time>> last_opened(db::Session& session, const std::string& sku);
  // By SKU, those after `after`.
  Result<std::vector<OpenRestock>> list_open(db::Session& session, const std::string& after,
                                             int limit);
  Result<> add_entered(db::Session& session, std::span<const EnteredCount> counts);
  // Newest first, with id < before; `sku` "" is any.
  Result<std::vector<Restock>> list(db::Session& session, std::int64_t before,
                                    const std::string& sku, int limit);
};

}  // namespace stockbell::engagement
