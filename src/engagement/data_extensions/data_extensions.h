// The use cases of data extensions, one transaction each: for REST, SOAP and the native API. Owns
// the stores. Thread-safe.
#pragma once
#include "engagement/data_extensions/definition_store.h"
#include "engagement/data_extensions/row_json.h"
#include "engagement/data_extensions/row_requests.h"
#include "engagement/data_extensions/row_store.h"

namespace stockbell::engagement {

struct RowQuery {
  std::string filter, order;  // $filter, $orderBy
  std::int64_t page = 1;
  int size = 50;
};

struct ListedRows {
  DataExtension extension;
  RowPage page;
};

class DataExtensions {
 public:
  DataExtensions(db::Database& database, const Clock& clock, Random& random, IdGenerator& ids);
  static std::span<const db::Migration> migrations();

  // Without a key it gets one. Errors: invalid, conflict ("data-extension-exists").
  Result<DataExtension> create(DataExtension extension);
  Result<DataExtension> get(const std::string& key);
  // Its name, description and category, and more columns: those there are stay, in their order, and
  // new ones come behind them, no key's, with a default if they must not be null. Errors: those of
  // create(); invalid, "data-extension-read-only".
  Result<DataExtension> change(const std::string& key, DataExtension wanted);
  // By the API's id, or a built-in one's key.
  Result<DataExtension> get_by_id(const std::string& id);
  // Own and synchronised ones whose key or name holds `search`, without regard to case.
  Result<std::vector<DataExtension>> list(const std::string& search);
  // Invalid, "data-extension-read-only" for a built-in one.
  Result<> remove(const std::string& id);

  // All rows or none.
  Result<> upsert(const std::string& key, const std::vector<RawRow>& rows);
  Result<std::int64_t> increment(const std::string& key, const RawRow& row,
                                 const std::string& column, std::int64_t step);
  Result<ListedRows> list_rows(const std::string& key, const RowQuery& query);

  db::Database& database() { return database_; }
  const Clock& clock() const { return clock_; }
  const DefinitionStore& definitions() const { return definitions_; }
  DefinitionStore& definitions() { return definitions_; }
  RowStore& rows() { return rows_; }
  RowRequests& requests() { return requests_; }

 private:
  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  IdGenerator& ids_;
  DefinitionStore definitions_;
  RowStore rows_;
  RowRequests requests_;
};

// "8c2f…-…": the form of the ids that Marketing Cloud gives.
std::string make_guid(Random& random);

}  // namespace stockbell::engagement
