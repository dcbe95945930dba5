#include "platform/erasures/erasure_log.h"

#include <unordered_set>

#include "sql/platform_erasure.sql.h"

namespace stockbell::erasures {

namespace sql = stockbell::sql::platform_erasure;

std::span<const db::Migration> migrations() {
  static constexpr db::Migration kMigrations[] = {{"erasures/1", sql::create}};
  return kMigrations;
}

Result<> note(db::Session& session, std::span<const std::string> receipts, Time now) {
  std::vector<db::Params> batch;
  for (const auto& receipt : receipts) batch.push_back({receipt, to_ms(now)});
  if (!batch.empty()) SB_CHECK(session.execute_batch(sql::note, batch));
  return {};
}

Result<std::vector<std::string>> find_missing(db::Session& session,
                                              std::span<const std::string> receipts) {
  std::unordered_set<std::string> noted;
  auto read = session.for_each(sql::list, {}, [&](const db::Row& row) -> Result<> {
    noted.insert(row.text(0));
    return {};
  });
  SB_CHECK(read);
  std::vector<std::string> missing;
  for (const auto& receipt : receipts)
    if (!noted.contains(receipt)) missing.push_back(receipt);
  return missing;
}

}  // namespace stockbell::erasures
