// Rows of feed imports and of the lines they refused. Stateless; every method runs inside the
// caller's transaction.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

struct FeedImport {
  ImportId id;
  std::string name;   // as uploaded
  std::string path;   // where the file is while it is worked on
  std::string state;  // queued, running, completed, duplicate, failed
  std::string content_hash;
  std::int64_t bytes = 0, rows_read = 0, rows_changed = 0, rows_refused = 0;
  std::string reason;  // why it failed
  Time arrived_at{};
  std::optional<Time> finished_at;
};

struct RefusedLine {
  std::int64_t line = 0;
  std::string reason, message;
};

class ImportStore {
 public:
  static std::span<const db::Migration> migrations();
  Result<> insert(db::Session& session, const FeedImport& feed);
  Result<> erase(db::Session& session, ImportId id);
  Result<std::vector<FeedImport>> list_unfinished(db::Session& session);  // oldest first
  Result<std::optional<FeedImport>> find(db::Session& session, ImportId id);
  Result<std::vector<FeedImport>> list(db::Session& session, std::int64_t before, int limit);
  Result<std::string> last_done_hash(db::Session& session);  // "" when none is completed
  Result<> start(db::Session& session, ImportId id, const std::string& hash, std::int64_t bytes);
  Result<> add_changed(db::Session& session, ImportId id, std::int64_t changed, std::int64_t read,
                       std::int64_t refused);
  Result<> finish(db::Session& session, const FeedImport& feed,
                  std::span<const RefusedLine> refused);
  Result<std::vector<RefusedLine>> list_refused(db::Session& session, ImportId id,
                                                std::int64_t after_line, int limit);
};

}  // namespace stockbell::engagement
