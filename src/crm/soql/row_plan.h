// Builds a RowPlan: the selected fields, the nested objects they belong to, the joins and columns.
// Used by the compiler. Not thread-safe; lives for one statement.
#pragma once
#include "crm/soql/ast.h"
#include "crm/soql/plan.h"
#include "crm/soql/scope.h"

namespace stockbell::crm::soql {

class RowPlanBuilder {
 public:
  RowPlanBuilder(const Context& context, const objects::Object& object, std::string_view alias);

  // Errors: INVALID_FIELD; MALFORMED_QUERY for a field selected twice.
  Result<> add(const Path& path);
  Result<> add_all(SelectItem::Kind which, Offset at);
  Result<> add_child(std::string_view name, int child, Offset at);
  RowPlan build() &&;

 private:
  Result<> add(const Column& column, Offset at);
  int select(std::string sql);
  Result<Shape*> parent_shape(const Column& column, Offset at);
  std::unexpected<Error> twice(std::string_view name, Offset at) const;

  const Context& context_;
  Scope scope_;
  RowPlan plan_;
  std::vector<std::string> columns_;
};

}  // namespace stockbell::crm::soql
