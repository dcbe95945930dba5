// Rows of data extensions. Own ones are written and read, all others read. Stateless but for SQL;
// every method runs inside the caller's transaction. Thread-safe.
#pragma once
#include "base/id.h"
#include "engagement/data_extensions/conditions.h"
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

// A row as it comes in: a value for each column that it names, by the column's place.
using RowValues = std::vector<std::optional<db::Value>>;

struct RowPage {
  std::int64_t count = 0;  // of all pages
  db::Rows rows;           // the columns in their order
};

struct PageRequest {
  const Condition* filter = nullptr;
  std::string order = "row_id";  // order_sql()
  std::int64_t page = 1;
  int size = 50;
};

class RowStore {
 public:
  RowStore(const Clock& clock, IdGenerator& ids, bool postgresql)
      : clock_(clock), ids_(ids), postgresql_(postgresql) {}

  // By names without regard to case. Errors: invalid, "row-invalid", with the column as field.
  static Result<RowValues> read_row(const DataExtension& extension,
                                    const std::vector<std::pair<std::string, std::string>>& fields,
                                    const std::vector<std::string>& nulls = {});

  // Inserts or changes, in the order given; what a row leaves out stays, or becomes the default.
  // Errors name the row: "row 3: ...".
  Result<> upsert(db::Session& session, const DataExtension& extension,
                  const std::vector<RowValues>& rows);
  // One row; conflict, "row-exists" when there is one of its key.
  Result<> insert(db::Session& session, const DataExtension& extension, const RowValues& row);
  // One row; not found, "row-unknown".
  Result<> update(db::Session& session, const DataExtension& extension, const RowValues& row);
  // By the whole key: how many went.
  Result<std::int64_t> remove(db::Session& session, const DataExtension& extension,
                              const RowValues& key);
  Result<> clear(db::Session& session, const DataExtension& extension);
  // Adds to a number; its new value. Not found: "row-unknown".
  Result<std::int64_t> increment(db::Session& session, const DataExtension& extension,
                                 const RowValues& key, std::size_t column, std::int64_t step);
  Result<std::int64_t> count(db::Session& session, const DataExtension& extension,
                             const Condition* filter = nullptr) const;
  Result<RowPage> list(db::Session& session, const DataExtension& extension,
                       const PageRequest& request) const;
  // Whole, and allowed to be written: read-only extensions, keys, columns that must not be null.
  static Result<> check_writable(const DataExtension& extension);

 private:
  Result<bool> complete(db::Session& session, const DataExtension& extension, RowValues& row);
  Result<bool> exists(db::Session& session, const DataExtension& extension,
                      const RowValues& row) const;
  db::Params params_of(const DataExtension& extension, const RowValues& row,
                       const std::vector<std::size_t>& given);

  const Clock& clock_;
  IdGenerator& ids_;
  const bool postgresql_;
};

}  // namespace stockbell::engagement
