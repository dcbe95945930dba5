// What a large feed changed, written down in one piece and carried into the tables afterwards, a
// chunk at a time and in order (decision 0010): the feed is applied whole or not at all, and
// durable before the first row of it is a row of its own. Text of the store alone, of one version
// of the program and the next: a chunk lives for seconds. Stateless; every method runs inside the
// caller's transaction.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "engagement/restocks/sku_table.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct JournalRow {
  std::string sku;
  KnownSku known;  // as it is from now on
  StockChange change = StockChange::none;
  bool may_enter = false;               // became available, or has more units
  std::vector<RequestId> waiting = {};  // who waited for it when it came back
};

struct JournalChunk {
  std::int64_t id = 0;  // given by append()
  std::string source;
  Time at{};  // when it was decided
  std::vector<JournalRow> rows;
};
// A chunk at most: one transaction, of some 50 ms. Who waits for one SKU goes on in rows of the
// next chunks, which tell of no change.
constexpr std::size_t kJournalRows = 250;
constexpr std::size_t kJournalEntries = 1000;

class StockJournal {
 public:
  static std::span<const db::Migration> migrations();
  Result<> append(db::Session& session, const JournalChunk& chunk);
  Result<std::optional<JournalChunk>> find_oldest(db::Session& session);
  Result<> each(db::Session& session, const std::function<void(const JournalChunk&)>& each);
  Result<> erase(db::Session& session, std::int64_t id);
};

}  // namespace stockbell::engagement
