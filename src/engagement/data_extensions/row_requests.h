// Rows that are taken at once and written behind (POST and PUT .../async/dataextensions/...): kept
// until they are written, so that a kill loses none and repeats none. Thread-safe.
#pragma once
#include <functional>
#include <span>

#include "base/random.h"
#include "engagement/data_extensions/definition_store.h"
#include "engagement/data_extensions/row_store.h"

namespace stockbell::engagement {

enum class RowAction { insert, upsert };

struct RowRequestStatus {
  std::int64_t id = 0;
  std::string state;  // Pending, Executing, Complete, Error
  std::int64_t rows = 0, done = 0, failed = 0;
  Time called_at{};
  std::optional<Time> picked_at, completed_at;
};

struct RowResult {
  std::int64_t position = 0;
  std::string error;  // "": it is written
};

class RowRequests {
 public:
  RowRequests(db::Database& database, const Clock& clock, Random& random, IdGenerator& ids,
              const DefinitionStore& definitions, RowStore& rows)
      : database_(database),
        clock_(clock),
        random_(random),
        ids_(ids),
        definitions_(definitions),
        rows_(rows) {}
  static std::span<const db::Migration> migrations();

  // The request's token. Errors: those of parse_items() and of writing to the extension; rate
  // limited, "row-requests-waiting".
  Result<std::string> submit(const std::string& key, RowAction action, const std::string& body);
  // Not found: "request-unknown".
  Result<RowRequestStatus> status(const std::string& token);
  // The rows that are done, from `from` on, in the order they were given.
  Result<std::vector<RowResult>> results(const RowRequestStatus& request, std::int64_t from,
                                         int limit);
  // Writes the next rows; how many requests were worked on.
  Result<int> run();
  void on_submit(std::function<void()> wake) { wake_ = std::move(wake); }

 private:
  Result<> work(db::Session& session, const db::Row& request);
  Result<> write_one(db::Session& session, const DataExtension& extension, RowAction action,
                     const struct RawRow& row);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  IdGenerator& ids_;
  const DefinitionStore& definitions_;
  RowStore& rows_;
  std::function<void()> wake_;
};

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::RowAction> =
    std::to_array<stockbell::EnumText<stockbell::engagement::RowAction>>({
        {stockbell::engagement::RowAction::insert, "insert"},
        {stockbell::engagement::RowAction::upsert, "upsert"},
    });
