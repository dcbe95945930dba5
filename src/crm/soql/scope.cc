#include "crm/soql/scope.h"

#include "crm/soql/diagnostics.h"

namespace stockbell::crm::soql {

using objects::Field;
using objects::FieldType;
using objects::Object;

constexpr std::size_t kMaxParents = 5;

bool is_text(FieldType type) {
  using enum FieldType;
  return type == text || type == text_area || type == email || type == phone || type == url ||
         type == picklist;
}

bool is_empty_when_null(FieldType type) { return is_text(type) || type == FieldType::date; }

std::unexpected<Error> Scope::no_column(const Path& path, const Object& object,
                                        std::string_view name) const {
  return point_at(
      context_.query, path.at, "INVALID_FIELD",
      fmt::format(
          "No such column '{}' on entity '{}'. If you are attempting to use a custom field, "
          "be sure to append the '__c' after the custom field name. Please reference your "
          "WSDL or the describe call for the appropriate names.",
          name, object.name));
}

Result<Column> Scope::resolve(const Path& path) {
  std::span<const std::string> names = path.names;
  if (names.size() > 1 && !object_.find_relationship(names.front()) &&
      ((!name_.empty() && objects::same_name(names.front(), name_)) ||
       objects::same_name(names.front(), object_.name)))
    names = names.subspan(1);
  Column column;
  column.object = &object_;
  const Join* nearest = nullptr;
  for (const auto& name : names.first(names.size() - 1)) {
    const auto* reference = column.object->find_relationship(name);
    const auto* target = reference ? context_.schema.find(reference->reference_to) : nullptr;
    if (!target || column.parents.size() == kMaxParents)
      return point_at(
          context_.query, path.at, "INVALID_FIELD",
          fmt::format("Didn't understand relationship '{}' in field path. If you are attempting to "
                      "use a custom relationship, be sure to append the '__r' after the custom "
                      "relationship name. Please reference your WSDL or the describe call for the "
                      "appropriate names.",
                      name));
    column.parents.push_back(reference);
    nearest = &join(column.parents, nearest, *target);
    column.object = target;
  }
  column.field = column.object->find_field(names.back());
  if (!column.field) return no_column(path, *column.object, names.back());
  column.table = nearest ? nearest->table : table_;
  column.sql = sql_of(*column.field, column.table, context_.postgresql);
  return column;
}

Column Scope::column(const Field& field) const {
  return {&object_, &field, {}, table_, sql_of(field, table_, context_.postgresql)};
}

const Scope::Join& Scope::join(const std::vector<const Field*>& parents, const Join* nearer,
                               const Object& target) {
  for (const auto& known : joins_)
    if (known->parents == parents) return *known;
  auto table = fmt::format("{}_{}", table_, joins_.size() + 1);
  auto sql =
      fmt::format(" LEFT JOIN {} {} ON {}.id = {}", target.table, table, table,
                  sql_of(*parents.back(), nearer ? nearer->table : table_, context_.postgresql));
  joins_.push_back(std::make_unique<Join>(parents, std::move(table), std::move(sql)));
  return *joins_.back();
}

std::string Scope::from() const {
  auto sql = fmt::format("{} {}", object_.table, table_);
  for (const auto& join : joins_) sql += join->sql;
  return sql;
}

}  // namespace stockbell::crm::soql
