#include "crm/records/record_batch.h"

#include "crm/objects/values.h"
#include "crm/requests/change_log.h"
#include "crm/requests/consent.h"
#include "crm/requests/request_store.h"
#include "sql/crm_record.sql.h"

namespace stockbell::crm::records {
namespace {

namespace sql = stockbell::sql::crm_record;

constexpr std::string_view kRequestObject = "Back_In_Stock__c";

RecordResult refused(Error error) {
  RecordResult result;
  result.errors.push_back(std::move(error));
  return result;
}

bool differs(const StoredRow* before, const StoredRow& row, std::size_t field) {
  return !before || before->values[field].get() != row.values[field].get();
}

}  // namespace

Result<> RecordBatch::begin(std::span<const RecordInput> inputs, Operation operation) {
  if (operation == Operation::create) return {};
  std::map<const objects::Object*, std::vector<std::int64_t>> wanted;
  for (const auto& input : inputs)
    if (const auto id = objects::parse_id(*input.object, input.id))
      wanted[input.object].push_back(*id);
  for (const auto& [object, ids] : wanted) {
    SB_TRY(rows, tools_.rows.load(session_, *object, ids));
    known_[object->name].merge(rows);
  }
  return {};
}

Result<StoredRow*> RecordBatch::find(const objects::Object& object, std::int64_t id) {
  auto& rows = known_[object.name];
  if (const auto found = rows.find(id); found != rows.end()) return &found->second;
  SB_TRY(loaded, tools_.rows.load(session_, object, {&id, 1}));
  if (loaded.empty()) return nullptr;
  return &rows.insert_or_assign(id, std::move(loaded.begin()->second)).first->second;
}

Result<RecordResult> RecordBatch::write(Operation operation, const RecordInput& input) {
  const auto& object = *input.object;
  if (!object.writable)
    return refused(refusal(
        "INSUFFICIENT_ACCESS_OR_READONLY",
        fmt::format("insufficient access rights on object id: {} is read only", object.name)));
  if (operation == Operation::create) return create(input, read_fields(tools_.schema, input, true));
  if (operation == Operation::upsert && !input.external_field.empty() &&
      !objects::same_name(input.external_field, "Id"))
    return upsert(input);
  if (operation == Operation::upsert && input.id.empty())
    return create(input, read_fields(tools_.schema, input, true));
  const auto id = objects::parse_id(object, input.id);
  if (!id)
    return refused(input.id.empty()
                       ? refusal("MISSING_ARGUMENT", "Id not specified in an update call", "Id")
                       : refusal("MALFORMED_ID", "malformed id " + input.id.substr(0, 18), "Id"));
  return operation == Operation::remove ? remove(input, *id) : update(input, *id);
}

Result<RecordResult> RecordBatch::create(const RecordInput& input, ReadFields fields) {
  const auto& object = *input.object;
  RecordResult result;
  if (!fields.errors.empty()) return result.errors = std::move(fields.errors), result;
  SB_CHECK(resolve_references(fields, result));
  StoredRow row{tools_.ids.next(), false, blank_values(object), "{}"};
  for (auto& error : apply_changes(object, row, fields.changes, true))
    result.errors.push_back(std::move(error));
  if (!result.success()) return result;
  for (auto& error : find_missing(object, row)) result.errors.push_back(std::move(error));
  if (!result.success()) return result;
  SB_CHECK(check_references(object, nullptr, row, result));
  if (result.success()) SB_CHECK(check_unique(object, nullptr, row, result));
  if (result.success()) SB_CHECK(prepare_new(object, row, result));
  if (!result.success()) return result;
  SB_TRY(findings, check_duplicates(object, nullptr, row, result));
  if (!result.success()) return result;
  SB_CHECK(tools_.rows.insert(session_, object, row, written_));
  SB_CHECK(after_write(object, nullptr, row, findings));
  result.id = row.id;
  result.created = true;
  return result;
}

Result<RecordResult> RecordBatch::update(const RecordInput& input, std::int64_t id) {
  const auto& object = *input.object;
  SB_TRY(found, find(object, id));
  if (!found) return refused(not_there());
  if (found->deleted) return refused(entity_deleted());
  auto fields = read_fields(tools_.schema, input, false);
  RecordResult result;
  result.id = id;
  if (!fields.errors.empty()) return result.errors = std::move(fields.errors), result;
  SB_CHECK(resolve_references(fields, result));
  const StoredRow before = *found;
  StoredRow row = before;
  for (auto& error : apply_changes(object, row, fields.changes, false))
    result.errors.push_back(std::move(error));
  if (!result.success()) return result;
  if (object.name == kRequestObject) {
    SB_CHECK(move_request(object, before, row, fields.changes, result));
    if (!result.success() || row.values.empty()) return result;  // refused, or a replay
  }
  for (auto& error : find_missing(object, row)) result.errors.push_back(std::move(error));
  if (result.success()) SB_CHECK(check_references(object, &before, row, result));
  if (result.success()) SB_CHECK(check_unique(object, &before, row, result));
  if (!result.success()) return result;
  prepare_contact(object, row);
  SB_TRY(findings, check_duplicates(object, &before, row, result));
  if (!result.success()) return result;
  *found = row;
  if (object.name == kRequestObject)
    unsaved_.insert(id);
  else
    SB_CHECK(tools_.rows.update(session_, object, {&row, 1}, written_));
  SB_CHECK(after_write(object, &before, row, findings));
  return result;
}

Result<RecordResult> RecordBatch::upsert(const RecordInput& input) {
  const auto& object = *input.object;
  const auto* key = object.find_field(input.external_field);
  if (!key || !key->external_id)
    return refused(
        refusal("INVALID_FIELD",
                fmt::format("Provided external ID field does not exist or is not accessible: {}",
                            input.external_field.substr(0, 80))));
  auto value = objects::value_from_text(*key, tools_.schema, input.external_value);
  if (!value) return refused(value.error());
  if (objects::is_null(*key, *value))
    return refused(refusal("MISSING_ARGUMENT", key->name + " not specified", key->name));
  SB_TRY(holders, find_by_key(session_, object, *key, *value));
  if (holders.size() > 1) {
    auto result = refused(refusal("MULTIPLE_CHOICES", "External ID is not unique", key->name));
    return result.choices = std::move(holders), result;
  }
  if (!holders.empty()) return update(input, holders.front());
  if (input.update_only)
    return refused(
        Error{ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist", ""});
  auto fields = read_fields(tools_.schema, input, true);
  const auto index = static_cast<std::size_t>(key - object.fields.data());
  std::erase_if(fields.changes, [&](const auto& change) { return change.field == index; });
  fields.changes.push_back({index, std::move(*value)});
  return create(input, std::move(fields));
}

Result<RecordResult> RecordBatch::remove(const RecordInput& input, std::int64_t id) {
  const auto& object = *input.object;
  SB_TRY(found, find(object, id));
  if (!found) return refused(not_there());
  if (found->deleted) return refused(entity_deleted());
  RecordResult result;
  result.id = id;
  if (object.name == "Account") {
    SB_TRY(contact, session_.query_one(sql::contact_of_account, {id}));
    if (contact)
      return refused(refusal(
          "DELETE_FAILED",
          fmt::format("Your attempt to delete {} could not be completed because it is associated "
                      "with the following contacts: {}",
                      text_of(object, *found, "Name"), contact->text(1))));
  }
  if (object.name == "Contact") SB_CHECK(remove_requests_of(id));
  SB_CHECK(remove_row(object, *found));
  found->deleted = true;
  return result;
}

Result<> RecordBatch::remove_row(const objects::Object& object, const StoredRow& row) {
  const auto id = row.id;
  if (unsaved_.erase(id) > 0) SB_CHECK(save_request(object, row));
  SB_CHECK(tools_.rows.remove(session_, object, {&id, 1}, written_));
  SB_CHECK(session_.execute(sql::drop_external_values, {object.name, id}));
  if (object.name == "Contact") {
    SB_TRY(contact, contact_of(object, row));
    SB_CHECK(tools_.contacts.removed(session_, contact));
  }
  if (object.name == kRequestObject) SB_CHECK(session_.execute(sql::free_request_key, {id}));
  return log_change(object, id);
}

Result<> RecordBatch::remove_requests_of(std::int64_t contact) {
  const auto& object = *tools_.schema.find(kRequestObject);
  SB_TRY(rows, session_.query(sql::requests_of_contact, {contact}));
  for (const auto& row : rows) {
    SB_TRY(request, find(object, row.i64(0)));
    SB_CHECK(remove_row(object, *request));
    request->deleted = true;
  }
  return {};
}

Result<> RecordBatch::save_request(const objects::Object& object, const StoredRow& row) {
  return tools_.rows.update(session_, object, {&row, 1}, written_);
}

Result<> RecordBatch::finish() {
  if (!unsaved_.empty()) {
    const auto& object = *tools_.schema.find(kRequestObject);
    std::vector<StoredRow> rows;
    for (const auto id : unsaved_) rows.push_back(known_[object.name].at(id));
    SB_CHECK(tools_.rows.update(session_, object, rows, written_));
    unsaved_.clear();
  }
  if (!events_.empty()) SB_CHECK(requests::add_events(session_, tools_.ids, events_));
  events_.clear();
  for (const auto& [request, left_at] : too_early_)
    SB_CHECK(requests::open_anew(session_, tools_.ids, request, left_at,
                                 {written_.at, written_.by}));
  too_early_.clear();
  return {};
}

Result<> RecordBatch::prepare_new(const objects::Object& object, StoredRow& row,
                                  RecordResult& result) {
  if (object.name == kRequestObject) return prepare_new_request(object, row, result);
  prepare_contact(object, row);
  return {};
}

Result<> RecordBatch::after_write(const objects::Object& object, const StoredRow* before,
                                  const StoredRow& row,
                                  const contacts::DuplicateFindings& findings) {
  SB_CHECK(save_keys(object, before, row));
  if (object.name == "Contact") {
    std::optional<contacts::Contact> was;
    if (before) {
      SB_TRY(contact, contact_of(object, *before));
      was = std::move(contact);
    }
    SB_TRY(now, contact_of(object, row));
    SB_CHECK(tools_.contacts.saved(session_, was, now, findings, {written_.at, written_.by}));
  }
  return log_change(object, row.id);
}

Result<> RecordBatch::log_change(const objects::Object& object, std::int64_t id) {
  changed_ = true;
  if (object.name == "Contact") return requests::log_contact_change(session_, ContactId{id});
  if (object.name == kRequestObject) return requests::log_request_change(session_, RequestId{id});
  return {};
}

Result<> RecordBatch::resolve_references(ReadFields& fields, RecordResult& result) {
  for (const auto& reference : fields.references) {
    SB_TRY(holders, find_by_key(session_, *reference.object, *reference.key, reference.value));
    if (holders.size() == 1) {
      fields.changes.push_back({reference.field, holders.front()});
      continue;
    }
    result.errors.push_back(
        refusal("INVALID_FIELD",
                fmt::format("Foreign key external ID: {} not found for field {} in entity {}",
                            folded(*reference.key, reference.value).substr(0, 80),
                            reference.key->name, reference.object->name)));
  }
  return {};
}

Result<> RecordBatch::check_references(const objects::Object& object, const StoredRow* before,
                                       StoredRow& row, RecordResult& result) {
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    const auto& field = object.fields[i];
    const auto* id = std::get_if<std::int64_t>(&row.values[i].get());
    if (field.reference_to.empty() || !field.createable || !id || !differs(before, row, i))
      continue;
    SB_TRY(target, find(*tools_.schema.find(field.reference_to), *id));
    if (!target) {
      result.errors.push_back(not_there());
    } else if (target->deleted) {
      std::optional<ContactId> master;
      if (field.reference_to == "Contact") {
        SB_TRY(living, tools_.contacts.living_id(session_, ContactId{*id}));
        master = living;
      }
      if (master)
        row.values[i] = master->value;
      else
        result.errors.push_back(entity_deleted());
    }
  }
  return {};
}

Result<> RecordBatch::check_unique(const objects::Object& object, const StoredRow* before,
                                   const StoredRow& row, RecordResult& result) {
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    const auto& field = object.fields[i];
    if (!field.unique || !differs(before, row, i) || objects::is_null(field, row.values[i]))
      continue;
    SB_TRY(holders, find_by_key(session_, object, field, row.values[i]));
    std::erase(holders, row.id);
    if (!holders.empty())
      result.errors.push_back(duplicate_value(object, field.name, holders.front()));
  }
  return {};
}

Result<> RecordBatch::save_keys(const objects::Object& object, const StoredRow* before,
                                const StoredRow& row) {
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    const auto& field = object.fields[i];
    if (!field.unique || !field.column.empty() || !differs(before, row, i)) continue;
    if (before)
      SB_CHECK(session_.execute(sql::drop_external_value, {object.name, field.name, row.id}));
    if (!objects::is_null(field, row.values[i]))
      SB_CHECK(session_.execute(sql::save_external_value,
                                {object.name, field.name, folded(field, row.values[i]), row.id}));
  }
  return {};
}

Result<std::vector<std::int64_t>> RecordBatch::find_by_key(db::Session& session,
                                                           const objects::Object& object,
                                                           const objects::Field& field,
                                                           const db::Value& value) {
  const auto run = [&]() -> Result<db::Rows> {
    if (field.column.empty())
      return session.query(sql::find_external_value,
                           {object.name, field.name, folded(field, value)});
    if (field.name == "B2C_Customer_ID__c") return session.query(sql::find_by_customer_id, {value});
    if (field.name == "Request_Key__c") return session.query(sql::find_by_request_key, {value});
    return fail(ErrorCode::internal, "field-unindexed", field.name);
  };
  SB_TRY(rows, run());
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row.i64(0));
  return ids;
}

}  // namespace stockbell::crm::records
