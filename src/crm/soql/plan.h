// A compiled query: the statements it takes and the shape of its answer. Made by compile(), carried
// out by the readers. Refers to the Schema it was made with. Plain values.
//
// Rows are answered in two steps of one snapshot: `membership` yields the ids in order, `rows`
// reads a page of them by id. A later page repeats the second step alone.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "crm/objects/schema.h"
#include "crm/soql/parameters.h"

namespace stockbell::crm::soql {

struct Shape;

struct ShapeItem {
  std::string name;
  const objects::Field* field = nullptr;  // a value: in result column `column`
  int column = -1;
  std::unique_ptr<Shape> parent{};  // or a parent's object
  int child = -1;                   // or the result of a child subquery
};

struct Shape {  // one object of the answer
  const objects::Object* object = nullptr;
  int id_column = 0;
  std::vector<ShapeItem> items{};
};

struct Cell {
  std::string name;  // "Contact__r.Email"
  const objects::Object* object = nullptr;
  const objects::Field* field = nullptr;
  int column = 0;
  bool joined = false;
};

// Reads rows by id: $1 is their list (parameters.h), the order is the reader's business.
struct RowPlan {
  Shape shape;
  std::string sql;
  std::vector<Cell> cells;  // the selected fields in order, for CSV
};

// A child subquery. In both statements $1 is the list of the parents' ids.
struct ChildPlan {
  RowPlan rows;
  Sql counts;  // (parent id, number of children)
  Sql ids;     // (parent id, child id) in order, at most $2 of each parent
  std::int64_t limit = INT64_MAX;
};

struct AggregateColumn {
  std::string name;
  const objects::Object* object = nullptr;
  const objects::Field* field = nullptr;  // writes the value; null: a number
};

enum class PlanKind { rows, aggregate, count };

struct Plan {
  PlanKind kind = PlanKind::rows;
  bool all_rows = false;
  const objects::Object* object = nullptr;
  Sql membership;  // kind rows: ids in order; $-last is how many at most. kind count: one number
  Sql by_id;       // rows after $n-1 in the order of ids, $n of them: for reading in stretches
  Sql scan_by_id;  // the same, but never by another index
  bool sorted = false;  // has ORDER BY or OFFSET, so `by_id` would be wrong
  std::int64_t limit = INT64_MAX;
  RowPlan rows;
  std::vector<ChildPlan> children;
  Sql aggregate;  // kind aggregate: a row per group, one more than a page holds at most
  std::vector<AggregateColumn> columns;
};

}  // namespace stockbell::crm::soql
