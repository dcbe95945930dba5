// Reads the rows of a page by their ids and writes them as Salesforce's JSON: attributes, nested
// parents, results of child subqueries. Used by QueryService. Not thread-safe; lives inside one
// unit of work.
#pragma once
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "crm/soql/plan.h"
#include "platform/db/database.h"
#include "platform/text/json.h"

namespace stockbell::crm::soql {

using RowsById = std::unordered_map<std::int64_t, db::Row>;

// A statement without a name, which no driver keeps prepared. `sql` must outlive its use.
db::Statement once(const std::string& sql);

Result<RowsById> read_rows(db::Session& session, const RowPlan& plan,
                           std::span<const std::int64_t> ids, bool postgresql);

// The children of one parent beyond the first 2,000, to be kept for later pages.
struct NestedResult {
  std::int64_t cursor = 0;  // the id its locator was written with
  int child = 0;
  std::vector<std::int64_t> ids;
};

struct Page {
  std::string records;    // JSON array
  std::size_t taken = 0;  // ids used up: fewer than given when children fill the page
  std::vector<NestedResult> nested;
};

class PageReader {
 public:
  PageReader(db::Session& session, const objects::Schema& schema, IdGenerator& ids,
             std::string_view version, bool postgresql)
      : session_(session), schema_(schema), ids_(ids), version_(version), postgresql_(postgresql) {}

  Result<Page> read(const RowPlan& plan, std::span<const ChildPlan> children,
                    std::span<const std::int64_t> ids);
  // Each row alone, "null" for one that is not there.
  Result<std::vector<std::string>> read_each(const RowPlan& plan,
                                             std::span<const std::int64_t> ids);

 private:
  struct Children {
    const ChildPlan* plan = nullptr;
    std::unordered_map<std::int64_t, std::int64_t> counts;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> ids;  // by parent
    std::unordered_map<std::int64_t, std::int64_t> cursors;
    RowsById rows;
  };

  Result<> count_children(Children& children, std::span<const std::int64_t> parents);
  std::size_t how_many_fit(std::span<const Children> children,
                           std::span<const std::int64_t> parents) const;
  Result<> read_children(Children& children, int child, std::span<const std::int64_t> parents,
                         Page& page);
  void write(text::JsonWriter& json, const Shape& shape, const db::Row& row,
             std::span<const Children> children) const;
  void write_children(text::JsonWriter& json, const Children& children, std::int64_t parent) const;

  db::Session& session_;
  const objects::Schema& schema_;
  IdGenerator& ids_;
  std::string_view version_;
  bool postgresql_;
};

}  // namespace stockbell::crm::soql
