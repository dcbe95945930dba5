#include "crm/soql/row_plan.h"

#include "crm/soql/diagnostics.h"

namespace stockbell::crm::soql {

RowPlanBuilder::RowPlanBuilder(const Context& context, const objects::Object& object,
                               std::string_view alias)
    : context_(context), scope_(context, object, alias, "t") {
  plan_.shape.object = &object;
  plan_.shape.id_column = select("t.id");
}

int RowPlanBuilder::select(std::string sql) {
  columns_.push_back(std::move(sql));
  return static_cast<int>(columns_.size()) - 1;
}

std::unexpected<Error> RowPlanBuilder::twice(std::string_view name, Offset at) const {
  return malformed(context_.query, at, fmt::format("duplicate field selected: {}", name));
}

Result<> RowPlanBuilder::add(const Path& path) {
  SB_TRY(column, scope_.resolve(path));
  return add(column, path.at);
}

// The object the column belongs to, with those on the way to it, made at first mention.
Result<Shape*> RowPlanBuilder::parent_shape(const Column& column, Offset at) {
  auto* shape = &plan_.shape;
  Path so_far{{}, at};
  for (const auto* reference : column.parents) {
    so_far.names.push_back(reference->relationship);
    ShapeItem* found = nullptr;
    for (auto& item : shape->items)
      if (item.parent && item.name == reference->relationship) found = &item;
    if (!found) {
      auto id_path = so_far;
      id_path.names.emplace_back("Id");
      SB_TRY(id, scope_.resolve(id_path));
      ShapeItem item;
      item.name = reference->relationship;
      item.parent = std::make_unique<Shape>();
      item.parent->object = id.object;
      item.parent->id_column = select(id.sql);
      shape->items.push_back(std::move(item));
      found = &shape->items.back();
    }
    shape = found->parent.get();
  }
  return shape;
}

Result<> RowPlanBuilder::add(const Column& column, Offset at) {
  SB_TRY(found, parent_shape(column, at));
  auto* shape = found;
  for (const auto& item : shape->items)
    if (item.field == column.field) return twice(column.field->name, at);
  ShapeItem item;
  item.name = column.field->name;
  item.field = column.field;
  item.column = select(column.sql);
  std::string name;
  for (const auto* reference : column.parents) name += reference->relationship + ".";
  plan_.cells.push_back(
      {name + column.field->name, column.object, column.field, item.column, column.joined()});
  shape->items.push_back(std::move(item));
  return {};
}

Result<> RowPlanBuilder::add_all(SelectItem::Kind which, Offset at) {
  for (const auto& field : scope_.object().fields) {
    const bool wanted = which == SelectItem::Kind::fields_all ||
                        field.custom == (which == SelectItem::Kind::fields_custom);
    if (wanted) SB_CHECK(add(scope_.column(field), at));
  }
  return {};
}

Result<> RowPlanBuilder::add_child(std::string_view name, int child, Offset at) {
  for (const auto& item : plan_.shape.items)
    if (item.name == name) return twice(name, at);
  ShapeItem item;
  item.name = name;
  item.child = child;
  plan_.shape.items.push_back(std::move(item));
  return {};
}

RowPlan RowPlanBuilder::build() && {
  plan_.sql = fmt::format("SELECT {} FROM {} WHERE {}", fmt::join(columns_, ", "), scope_.from(),
                          among_ids("t.id", "$1", context_.postgresql));
  if (!context_.all_rows) plan_.sql += " AND t.is_deleted = 0";  // since the ids were listed
  return std::move(plan_);
}

}  // namespace stockbell::crm::soql
