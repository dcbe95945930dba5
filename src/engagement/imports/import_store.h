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
  std::string state;  // queued, running, held, completed, duplicate, failed, discarded
  std::string content_hash;
  std::int64_t bytes = 0, rows_read = 0, rows_changed = 0, rows_refused = 0;
  std::string reason;  // why it failed, or is held
  Time arrived_at{};
  std::optional<Time> finished_at = {};
  // What the guard looked at.
  std::optional<std::int64_t> rows_before = {};  // of the last full feed of this name
  std::int64_t opened = 0, closed = 0;           // SKUs that come back, that sell out
  std::int64_t people = 0;                       // who wait for those that come back
  bool released = false;                         // let through by somebody
  std::optional<Time> built_at = {};
  bool full = true;
};

// An item that a held feed would bring back.
struct PreviewedItem {
  std::string sku;
  std::int64_t quantity = 0, people = 0;
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
  // Newest first with id < before; `state` "" is any.
  Result<std::vector<FeedImport>> list(db::Session& session, std::int64_t before,
                                       const std::string& state, int limit);
  // Of the last full feed of this name, digits aside.
  Result<std::optional<std::int64_t>> last_rows(db::Session& session, const std::string& name);
  Result<std::optional<Time>> last_built(db::Session& session);  // of all that were applied
  Result<> save_guarded(db::Session& session, const FeedImport& feed);
  Result<> hold(db::Session& session, const FeedImport& feed, std::span<const RefusedLine> refused,
                std::span<const PreviewedItem> preview);
  // False: it is not held.
  Result<bool> release(db::Session& session, ImportId id);
  Result<bool> discard(db::Session& session, ImportId id, Time now);
  // Those that most people wait for first.
  Result<std::vector<PreviewedItem>> list_preview(db::Session& session, ImportId id, int limit);
  // Why the newest that arrived or ended since then has failed or is held; "" when none has.
  Result<std::string> failure_since(db::Session& session, Time since);
  Result<std::string> last_done_hash(db::Session& session);  // "" when none is completed
  Result<> start(db::Session& session, ImportId id, const std::string& hash, std::int64_t bytes);
  Result<> add_changed(db::Session& session, ImportId id, std::int64_t changed, std::int64_t read,
                       std::int64_t refused);
  Result<> finish(db::Session& session, const FeedImport& feed,
                  std::span<const RefusedLine> refused);
  Result<std::vector<RefusedLine>> list_refused(db::Session& session, ImportId id,
                                                std::int64_t after_line, int limit);

 private:
  Result<> save_refused(db::Session& session, ImportId id, std::span<const RefusedLine> refused);
};

}  // namespace stockbell::engagement
