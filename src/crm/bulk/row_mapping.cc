#include "crm/bulk/row_mapping.h"

#include <set>

namespace stockbell::crm::bulk {
namespace {

constexpr std::string_view kNull = "#N/A";

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid, "InvalidBatch", std::move(message));
}

std::string shown(std::string_view name) {
  std::string out(name.substr(0, 80));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return out;
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

records::Operation record_operation(JobOperation operation) {
  switch (operation) {
    case JobOperation::update:
      return records::Operation::update;
    case JobOperation::upsert:
      return records::Operation::upsert;
    case JobOperation::remove:
      return records::Operation::remove;
    default:
      return records::Operation::create;
  }
}

Result<RowMapping::Column> RowMapping::column_of(const objects::Schema& schema,
                                                 const objects::Object& object, const Job& job,
                                                 const std::string& name) {
  using objects::same_name;
  if (same_name(name, "Id") && job.operation != JobOperation::insert &&
      (job.operation != JobOperation::upsert || same_name(job.external_field, "Id")))
    return Column{Column::Use::id, "Id"};
  if (job.operation == JobOperation::upsert && same_name(name, job.external_field))
    return Column{Column::Use::external_value, job.external_field};
  if (job.operation == JobOperation::remove)
    return invalid(fmt::format("the column {} has no use here: a delete job has the one column Id",
                               shown(name)));
  const auto dot = name.find('.');
  if (dot == name.npos) {
    if (const auto* field = object.find_field(name)) return Column{Column::Use::field, field->name};
    return invalid("Field name not found : " + shown(name));
  }
  const auto* reference = object.find_relationship(name.substr(0, dot));
  const auto* parent = reference ? schema.find(reference->reference_to) : nullptr;
  const auto* key = parent ? parent->find_field(name.substr(dot + 1)) : nullptr;
  if (!key) return invalid("Field name not found : " + shown(name));
  if (!key->external_id)
    return invalid(fmt::format("{} is not an external id of {}; a parent is named by one",
                               key->name, parent->name));
  return Column{Column::Use::parent, reference->name, reference->relationship, key->name};
}

Result<RowMapping> RowMapping::create(const objects::Schema& schema, const Job& job,
                                      const std::vector<std::string>& header) {
  RowMapping mapping;
  mapping.object_ = schema.find(job.object);
  if (!mapping.object_) return invalid("there is no object " + shown(job.object));
  mapping.external_field_ = job.external_field;
  mapping.header_ = header;
  std::set<std::string> seen;
  bool has_key = job.operation == JobOperation::insert;
  for (const auto& name : header) {
    if (!seen.insert(lower(name)).second)
      return invalid("the header names a column twice: " + shown(name));
    SB_TRY(column, column_of(schema, *mapping.object_, job, name));
    has_key |= column.use == Column::Use::id || column.use == Column::Use::external_value;
    mapping.columns_.push_back(std::move(column));
  }
  if (!has_key)
    return invalid(fmt::format(
        "the header lacks the column {}, by which rows are found",
        job.operation == JobOperation::upsert ? job.external_field : std::string("Id")));
  return mapping;
}

records::RecordInput RowMapping::record_of(const std::vector<std::string>& values) const {
  records::RecordInput record;
  record.object = object_;
  record.external_field = external_field_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    const auto& value = values[i];
    if (value.empty()) continue;
    switch (column.use) {
      case Column::Use::id:
        record.id = value;
        break;
      case Column::Use::external_value:
        record.external_value = value;
        break;
      case Column::Use::field:
        record.fields.push_back({column.name, boost::json::value(value), true});
        break;
      case Column::Use::parent:
        if (value == kNull)
          record.fields.push_back({column.name, boost::json::value(nullptr), false});
        else
          record.fields.push_back({column.relation,
                                   boost::json::value(boost::json::object{{column.key, value}}),
                                   false});
    }
  }
  return record;
}

}  // namespace stockbell::crm::bulk
