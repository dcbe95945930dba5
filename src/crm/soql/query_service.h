// SOQL over the CRM's objects (reference 3.4): parse, check against the schema, compile to one
// parameterised statement, answer as Salesforce does. Used by crm/rest (query, queryAll,
// collections, rows) and crm/bulk (query jobs). Thread-safe.
//
// A result longer than a page is fixed at the first one: its ids are kept (soql_cursor) until 15
// minutes after the last use. Errors carry Salesforce's errorCode as reason: MALFORMED_QUERY,
// INVALID_TYPE, INVALID_FIELD, INVALID_QUERY_FILTER_OPERATOR, INVALID_QUERY_LOCATOR, QUERY_TIMEOUT,
// EXCEEDED_ID_LIMIT, QUERY_TOO_COMPLICATED.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "crm/objects/schema.h"
#include "platform/db/database.h"

namespace stockbell::crm::soql {

struct QueryOptions {
  bool all_rows = false;         // queryAll: deleted rows too
  int batch_size = 2000;         // rows of a page; brought into 200-2000
  std::string version = "59.0";  // in the url of each row's attributes
  std::string user{};            // whose query it is: a locator works for its user alone
};

struct QueryPage {
  std::int64_t total_size = 0;
  bool done = true;
  std::string next_locator{};  // "01g...-2000", empty when done; the last part of nextRecordsUrl
  std::string records = "[]";  // JSON array of Salesforce's rows
};

struct RowsOptions {
  bool all_rows = false;
  std::int64_t after = 0;  // resume behind the row of this id
};
// One row's id and its cells, in the order of columns(). An error ends the reading.
using EachRow = std::function<Result<>(std::int64_t id, std::span<const std::string> cells)>;

class QueryService {
 public:
  static constexpr std::size_t kMaxQueryCharacters = 100'000;
  static constexpr std::int64_t kMaxCursorRows = 1'000'000;

  static std::span<const db::Migration> migrations();

  // A statement of query(), more() or retrieve() that runs longer than `most_time` is
  // QUERY_TIMEOUT.
  QueryService(db::Database& database, const objects::Schema& schema, const Clock& clock,
               IdGenerator& ids, Duration most_time = std::chrono::seconds(20))
      : db_(database), schema_(schema), clock_(clock), ids_(ids), most_time_(most_time) {}

  Result<QueryPage> query(std::string_view soql, const QueryOptions& options);
  // The page behind `locator`; all_rows and the batch size are the first page's. Rows deleted since
  // are left out.
  Result<QueryPage> more(std::string_view locator, const QueryOptions& options);

  // For bulk query jobs: the header of the CSV ("Id", "Contact__r.Email"), and every row in the
  // order of ids (or of ORDER BY, which then takes no `after`), read in short transactions. Neither
  // aggregates nor child subqueries (API_ERROR).
  Result<std::vector<std::string>> columns(std::string_view soql) const;
  Result<std::int64_t> for_each_row(std::string_view soql, const RowsOptions& options,
                                    const EachRow& each) const;

  // The rows of `ids` as JSON objects, in their order, "null" for what is missing or deleted.
  // `fields` may name parents ("Contact__r.Email"); none means every field of the object.
  Result<std::vector<std::string>> retrieve(const objects::Object& object,
                                            std::span<const std::int64_t> ids,
                                            std::span<const std::string> fields,
                                            const QueryOptions& options) const;
  // The same inside a transaction: sees what it has written.
  Result<std::vector<std::string>> retrieve(db::Session& session, const objects::Object& object,
                                            std::span<const std::int64_t> ids,
                                            std::span<const std::string> fields,
                                            const QueryOptions& options) const;

  // Drops what pages are kept for longer than their time; also done whenever more are kept. For a
  // worker: the text of a query may hold addresses.
  Result<> drop_expired();

 private:
  db::Database& db_;
  const objects::Schema& schema_;
  const Clock& clock_;
  IdGenerator& ids_;
  Duration most_time_;
};

}  // namespace stockbell::crm::soql
